import Foundation
import Laboratory

/// The setting that all experiments share: the network, the arms' recipes and the worlds.
///
/// These files are a module that every chapter imports; the numbers stand in `rules.yml`. In the profile `paper` the setting is that of the
/// paper: its network and its weights, and the real sets, each named by `--data NAME=DIR`; what was not named is not run.
struct Study {
  static let current = Study(Notebook.current)

  let notebook: Notebook
  let rules: Rules
  /// Height and width of all images, in pixels.
  let imageSize: Int
  /// The number of features of an embedding; the paper has 512.
  let embedding: Int
  /// The channels of the narrowest branch of the network.
  let width: Int
  /// Steps of a run that starts at random.
  let steps: Int
  /// Steps of a run that goes on from a trained model.
  let furtherSteps: Int

  init(_ notebook: Notebook) {
    self.notebook = notebook
    rules = .current
    let isPaper = notebook.profile == "paper"
    imageSize = isPaper ? 160 : rules.count("sizes.pixels")
    embedding = isPaper ? 512 : rules.count("sizes.features")
    width = rules.count("sizes.width")
    steps = isPaper ? 275_000 : rules.count("training.steps")
    furtherSteps = isPaper ? 100_000 : rules.count("training.further-steps")
  }

  /// Whether this is the paper's own setting, on real sets.
  var isPaper: Bool { notebook.profile == "paper" }

  /// The worlds, one for each seed.
  var worlds: [World] {
    let count = isPaper ? 1 : rules.count(notebook.profile == "pilot" ? "sizes.pilot-worlds" : "sizes.worlds")
    return (0..<count).map { World(index: $0, study: self) }
  }

  /// How many worlds there are, for captions.
  var worldsInWords: String { worlds.count == 1 ? "1 world" : "\(worlds.count) worlds" }

  /// How long models are trained on real faces, as a multiple of the rules' steps: the first length from which twice as many add less
  /// than half a point to the accuracy of Softmax on LFW, by the learning curve of experiment 4.
  static let lengthOnFaces = 2.0

  /// The seeds of the models that are trained on real faces: those of the worlds, and ten at least in a full run.
  var seedsOnFaces: [World] {
    let worlds = worlds
    return worlds + (worlds.count < 8 ? [] : (worlds.count..<max(10, worlds.count)).map { World(index: $0, study: self) })
  }

  /// The generator of the first world: for pictures that show what the faces look like.
  var faces: FaceGenerator { worlds[0].faces }

  /// How much pictures of one person differ: less than in photographs of the wild, so that a network that sees a few
  /// tens of thousands of pictures can learn to tell persons apart.
  static let variation: FaceVariation = {
    var variation = FaceVariation.wild
    (variation.yaw, variation.pitch, variation.roll) = (0.16, 0.09, 0.07)
    (variation.light, variation.expression, variation.occlusion) = (0.7, 0.8, 0.1)
    (variation.quality, variation.placement) = (0.5, 0.6)
    return variation
  }()

  // MARK: - Recipes

  /// M, a bound on squared distance. The paper's 280 belongs to 512 features.
  var margin: Double { isPaper ? 280 : rules("margin.squared-distance") * Double(embedding) / 128 }

  /// The weight of Centre Loss, α.
  var centreWeight: Double { isPaper ? 5e-5 : rules("weights.centre") }
  /// The moderate weight of the minimum margin, β.
  var marginWeight: Double { isPaper ? 5e-8 : rules("margin.moderate-weight") }

  /// The objective of a scheme, without the minimum margin.
  func terms(_ scheme: Arm.Scheme) -> [Objective.Term] {
    switch scheme {
    case .softmax: [.softmax]
    case .centre: [.softmax, .centre(weight: centreWeight)]
    case .marginal: [.softmax, .marginal(weight: rules("weights.marginal"))]
    case .range:
      [
        .softmax,
        .range(
          weight: rules("weights.range"),
          RangeLoss(rangeCount: 2, margin: isPaper ? margin : rules("weights.range-margin"), intraWeight: 1e-4, interWeight: 1e-3)),
      ]
    }
  }

  /// The objective of an arm.
  func objective(_ arm: Arm, reading: MarginReading = .throughUpdate) -> Objective {
    let margin = arm.margin.map {
      Objective.Term.minimumMargin(weight: $0.weight * marginWeight, margin: $0.size * self.margin, by: reading)
    }
    return Objective(terms(arm.scheme) + [margin].compactMap { $0 })
  }

  /// The recipe of an arm in a world.
  ///
  /// As in the paper, the model with the minimum margin starts from the trained model of Softmax + Centre. In the profile `paper`
  /// optimiser and rates are those of the public code that the paper most likely built on: Adam with an ε of 0.1, and 0.05
  /// divided by ten after every 100,000 steps.
  ///
  /// - Parameter length: the number of steps, of the first training and of the further one, as a multiple of the rules'.
  func recipe(_ arm: Arm, _ world: World, objective: Objective? = nil, length: Double = 1) -> Recipe {
    let steps = max(1, Int((Double(arm.goesOn ? furtherSteps : self.steps) * length).rounded()))
    return Recipe(
      "\(arm.label), world \(world.index + 1)", network: network, input: [imageSize, imageSize, 3],
      objective: objective ?? self.objective(arm),
      optimiser: isPaper
        ? .adam(epsilon: 0.1, weightDecay: 5e-4) : .momentumSGD(momentum: 0.9, weightDecay: 5e-4),
      schedule: schedule(goesOn: arm.goesOn, steps: steps),
      steps: steps, sampling: .shuffled(batch: 90), augmentation: Augmentation(flips: true),
      start: arm.goesOn ? .model(of: recipe(Arm(scheme: arm.scheme), world, length: length)) : .random,
      seed: world.seed)
  }

  /// The learning rates of a run. They fall in three stages, as the paper's do; a run that goes on begins at a fifth of the rate.
  func schedule(goesOn: Bool, steps: Int) -> Schedule {
    let rate = isPaper ? 0.05 : rules("training.rate")
    return .steps(
      goesOn ? rate / 5 : rate, dividedBy: 10, every: isPaper && !goesOn ? 100_000 : max(1, steps * 2 / 5), of: steps)
  }

  /// A smaller sibling of Inception-ResNet-v1, of the same blocks: a stem that quarters the image, A, reduction A, C.
  ///
  /// In the profile `paper` it is Inception-ResNet-v1 itself, with dropout that keeps 0.4.
  var network: [Layer] { network(width: width) }

  /// The network with a width of its own.
  func network(width: Int) -> [Layer] {
    if isPaper { return .inceptionResNetV1(embedding: embedding, keep: 0.4) }
    let stem = [
      InceptionResNet.unit("conv1", 2 * width, 5, 5, stride: 2),
      InceptionResNet.unit("conv2", 4 * width, 3, 3, stride: 2),
    ]
    return [.named("stem", stem)]
      + InceptionResNet.blockA("A1", width: 4 * width, branch: width)
      + [InceptionResNet.reductionA(direct: 3 * width, inner: 2 * width, outer: 3 * width)]
      + InceptionResNet.blockC("C1", width: 10 * width, branch: 2 * width)
      + InceptionResNet.head(embedding: embedding, keep: 1)
  }

  // MARK: - Real sets

  private static let real = Kept<FaceSplit>()

  /// How a picture of a real set is taken: cut out as the public code does that the paper most likely built on, to 182
  /// pixels, of which the middle 160 are used.
  var prepared: FacePreparation { FacePreparation(size: imageSize, crop: 160.0 / 182) }

  /// The folder of a real set; without it the cell that asks is not run.
  func folder(_ name: String, of set: String) -> String {
    if let folder = notebook.dataRoot(name) { return folder }
    notRun(missing(name, set))
  }

  /// Why a cell is not run whose real set was not given.
  func missing(_ name: String, _ set: String) -> String {
    "The profile ‘paper’ needs \(set), which cannot be given out with a book. Name its folder by --data \(name)=DIR"
  }

  /// The real training set without its last hundred persons, and pairs of these.
  func realTraining() throws -> FaceSplit {
    let root = folder("training", of: "a training set, VGGFace2’s or another with a folder for each person")
    return try Self.real.value {
      try FaceSplit.persons(root, testedPersons: 100, picturesOfEach: 8, foldCount: 10, prepared: prepared)
    }
  }

  /// Ends the chapter in the profile `paper`, where what a cell measures needs drawn faces.
  func needsDrawnFaces(_ what: String) {
    if isPaper { notRun("\(what) needs worlds of drawn faces; the profile ‘paper’ has the real sets alone") }
  }

  /// Shows how far a training is.
  static func show(_ progress: TrainingProgress) {
    guard progress.step % 20 == 0 || progress.step == progress.stepCount else { return }
    report(
      .init(
        activity: progress.recipe, step: progress.step, stepCount: progress.stepCount,
        rate: progress.samplesPerSecond / 90, unit: "steps"))
  }
}

extension Study {
  /// Shows how far models are that are made side by side.
  static func show(_ progress: PreparationProgress) {
    report(
      .init(
        activity: progress.activity, step: progress.step, stepCount: progress.stepCount, rate: progress.stepsPerSecond, unit: "steps"))
  }
}

/// A value that is made once in a chapter and kept.
final class Kept<Value>: @unchecked Sendable {
  private var value: Value?

  func value(_ make: () throws -> Value) rethrows -> Value {
    if let value { return value }
    let made = try make()
    value = made
    return made
  }
}
