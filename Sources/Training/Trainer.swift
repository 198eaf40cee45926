internal import Digests
internal import Losses
internal import Networks
internal import Tensors

/// A training run of a recipe: it draws batches, takes steps, and owns classifier and centres.
///
/// ```swift
/// let model = try Trainer(recipe, on: set).train()
/// ```
/// A step: forward pass, objective, backward pass, optimiser, and then the centres follow the features of the step. All random
/// draws are functions of seed and step. The same recipe and set give the same bits for any number of threads, and a run that
/// continues from a checkpoint gives the bits of one that never stopped.
public final class Trainer {
  /// The recipe.
  public let recipe: Recipe
  /// The number of steps taken.
  public internal(set) var step = 0
  /// The course of the loss so far.
  public internal(set) var log: TrainingLog

  let set: any TrainingSet
  let network: Network<Float>
  var classifier: Parameters<Float>?
  var centres: Centres<Float>?
  var networkOptimiser: any Optimiser<Float>
  var classifierOptimiser: any Optimiser<Float>
  /// The last valid checkpoint, for the message of an error.
  var lastGood: String?
  private let labels: [Int]
  private var sampler: Sampler

  /// Prepares a run at its first step.
  ///
  /// - Parameter start: the model that the recipe starts from, where it starts from one.
  /// - Throws: `TrainingError.recipe` where the recipe is invalid for the set.
  public init(_ recipe: Recipe, on set: some TrainingSet, from start: Model? = nil) throws {
    if let problem = recipe.problem ?? recipe.problem(with: set) {
      throw TrainingError.recipe(recipe.title, problem: problem)
    }
    self.recipe = recipe
    self.set = set
    network = try Network<Float>(recipe.network, input: recipe.input, seed: recipe.seed)
    guard network.outputShape.count == 1 else {
      throw TrainingError.recipe(
        recipe.title,
        problem: "the network ends in \(network.outputShape), not in a vector"
      )
    }
    let width = network.outputShape[0]
    if recipe.objective.needsClassifier {
      var drawn = Parameters<Float>(Model.classifierTensors(classCount: set.classCount, featureCount: width))
      drawn.drawXavierUniform(seed: SeededGenerator.mixed(recipe.seed ^ 0xC1A55))
      classifier = drawn
    }
    if recipe.objective.needsCentres { centres = Centres(classCount: set.classCount, featureCount: width) }
    networkOptimiser = recipe.optimiser.makeOptimiser()
    classifierOptimiser = recipe.optimiser.makeOptimiser()
    labels = (0..<set.count).map { set.label(of: $0) }
    if let wrong = labels.firstIndex(where: { !(0..<set.classCount ~= $0) }) {
      throw TrainingError.sample(
        wrong,
        problem: "its label \(labels[wrong]) is outside 0..<\(set.classCount)"
      )
    }
    sampler = Sampler(recipe.sampling, labels: labels, classCount: set.classCount, seed: recipe.seed)
    log = TrainingLog(steps: recipe.steps)
    try begin(from: start)
  }

  private func begin(from start: Model?) throws {
    switch (recipe.start, start) {
    case (.random, nil): break
    case (.random, .some):
      throw TrainingError.recipe(
        recipe.title,
        problem: "it starts at random, yet a model to start from was given"
      )
    case (.model(let other), nil):
      throw TrainingError.recipe(
        recipe.title,
        problem: "it starts from the model of \(other.title): give that model, or train through a ModelStore"
      )
    case (.model(let other), .some(let model)):
      guard model.recipe.digest == other.digest else {
        throw TrainingError.recipe(
          recipe.title,
          problem: "it starts from the model of \(other.title), not from that of \(model.recipe.title)"
        )
      }
      try take(model)
    }
  }

  /// Takes the remaining steps and returns the model.
  ///
  /// - Parameters:
  ///   - checkpoint: the file of regular checkpoints, from which the run can continue after it was killed.
  ///   - progress: called after each step; an error that it throws ends the run.
  /// - Throws: `TrainingError`, `TensorFileError`, or what `progress` throws.
  public func train(
    keeping checkpoint: CheckpointFile? = nil,
    progress: (TrainingProgress) throws -> Void = { _ in }
  ) throws -> Model {
    let (clock, first) = (ContinuousClock(), step)
    let began = clock.now
    var saved = began
    while step < recipe.steps {
      let result = try withRanks { try Parallel.withLatestShare { try takeStep() } }
      let now = clock.now
      let seconds = max(1e-9, (now - began) / .seconds(1))
      let speed = Double((step - first) * recipe.sampling.batchSize) / seconds
      try withRanks {
        try progress(
          TrainingProgress(
            recipe: recipe.name,
            step: step,
            stepCount: recipe.steps,
            rate: recipe.schedule.rate(at: step - 1),
            value: result.value,
            terms: result.terms,
            samplesPerSecond: speed,
            secondsLeft: Double((recipe.steps - step) * recipe.sampling.batchSize) / speed
          )
        )
        if let checkpoint, isFirstRank, checkpoint.isDue(step: step, seconds: (now - saved) / .seconds(1)) {
          try write(checkpoint)
          saved = now
        }
      }
    }
    return model
  }

  /// Takes one step.
  private func takeStep() throws -> ObjectiveValue<Float> {
    let samples = sampler.samples(at: step)
    let stepSeed = SeededGenerator.mixed(SeededGenerator.mixed(recipe.seed ^ 0x57E9) &+ UInt64(step))
    let images = try load(samples, seed: stepSeed, from: set)
    let features = network.forward(images, mode: .training(seed: stepSeed))
    try checkRanks()
    let batch = LabelledFeatures(features, labels: samples.map { labels[$0] })
    let result = recipe.objective.evaluate(
      batch,
      classifier: classifier.map { Classifier(weights: $0.value(at: 0), bias: $0.value(at: 1)) },
      centres: centres
    )
    network.backward(result.featureGradient)
    try checkRanks()
    if let place = nonFinitePlace(features, result) {
      if let (row, value) = images.firstNonFiniteRow {
        throw TrainingError.sample(samples[row], problem: "its input holds \(value), expected finite numbers")
      }
      throw TrainingError.notFinite(recipe: recipe.title, step: step + 1, place: place, checkpoint: lastGood)
    }
    update(with: batch, result)
    step += 1
    log.add(
      step: step,
      rate: recipe.schedule.rate(at: step - 1),
      value: result.value,
      terms: result.terms,
      isLast: step == recipe.steps
    )
    return result
  }

  private func load(_ samples: [Int], seed: UInt64, from set: some TrainingSet) throws -> Tensor<Float> {
    let loader = BatchLoader(source: set, input: recipe.input)
    let views = samples.indices.map { place in
      var generator = SeededGenerator(seed: seed, stream: UInt64(place))
      return loader.view(by: recipe.augmentation, using: &generator)
    }
    return try loader.batch(samples, views, places: ownPlaces)
  }

  private func update(with batch: LabelledFeatures<Float>, _ result: ObjectiveValue<Float>) {
    let rate = recipe.schedule.rate(at: step)
    networkOptimiser.update(&network.parameters, rate: rate)
    if let weights = result.weightGradient, let bias = result.biasGradient {
      classifier?.setGradient(weights, at: 0)
      classifier?.setGradient(bias, at: 1)
      if var moving = classifier {
        classifier = nil
        classifierOptimiser.update(&moving, rate: rate)
        classifier = moving
      }
    }
    centres?.update(with: batch, by: recipe.objective.centreUpdate)
    if let gradient = result.centreGradient { centres?.move(against: gradient, rate: rate) }
  }

  /// The name of the first value of a step that is NaN or infinite, in the order of computation; nil without any.
  private func nonFinitePlace(_ features: Tensor<Float>, _ result: ObjectiveValue<Float>) -> String? {
    if !features.isFinite { return network.nonFiniteLayer.map { "layer '\($0)'" } ?? "an embedding" }
    for term in result.terms where !term.value.isFinite { return "the term '\(term.name)' of the objective" }
    if !result.featureGradient.isFinite { return "the gradient in the embeddings" }
    if result.weightGradient?.isFinite == false { return "the gradient in the classifier's weights" }
    if result.centreGradient?.rows.isFinite == false { return "the gradient in the centres" }
    if network.parameters.gradients.isFinite { return nil }
    // The backward pass runs from the last layer to the first, so the last entry that is not finite was computed first.
    let entries = network.parameters.entries
    let broken = entries.indices.last { !network.parameters.gradient(at: $0).isFinite }
    return broken.map { "the gradient in layer '\(entries[$0].name)'" } ?? "a gradient"
  }
}

extension Tensor<Float> {
  /// Whether no element is NaN or infinite.
  var isFinite: Bool {
    withUnsafePointer { elements in
      // x − x is 0 for every finite x and NaN otherwise, so that one sum tells.
      var sums = SIMD8<Float>(repeating: 0)
      let whole = count & ~7
      for start in stride(from: 0, to: whole, by: 8) {
        let lanes = UnsafeRawPointer(elements + start).loadUnaligned(as: SIMD8<Float>.self)
        sums += lanes - lanes
      }
      return sums.sum() == 0 && (whole..<count).allSatisfy { elements[$0].isFinite }
    }
  }
}

extension Tensor<Float> {
  /// The first row that holds a NaN or an infinity, with that number; nil where all are finite.
  fileprivate var firstNonFiniteRow: (row: Int, value: Float)? {
    guard !isFinite else { return nil }
    let length = count / Swift.max(1, rowCount)
    return elements.enumerated().first { !$0.element.isFinite }.map {
      ($0.offset / Swift.max(1, length), $0.element)
    }
  }
}

extension Network<Float> {
  /// The name of the first tensor, in the order of the layers, with a parameter or statistic that is NaN or infinite.
  fileprivate var nonFiniteLayer: String? {
    for set in [parameters, statistics] {
      for (index, entry) in set.entries.enumerated() where !set.value(at: index).isFinite {
        return entry.name
      }
    }
    return nil
  }
}
