internal import Losses
internal import Networks
internal import Tensors

/// A training step on random images, in phases.
final class ScalingStep {
  /// The parts of a step, in order.
  enum Phase: CaseIterable {
    case forward, objective, backward, update
  }

  private let model: Network<Float>
  private let images: Tensor<Float>
  private let labels: [Int]
  private var optimiser = MomentumSGD<Float>(momentum: 0.9, weightDecay: 5e-4)
  private var classifierOptimiser = MomentumSGD<Float>(momentum: 0.9, weightDecay: 5e-4)
  private var classifier: Parameters<Float>?
  private var centres: Centres<Float>?
  private let objective: Objective
  private var number: UInt64 = 0
  private var features: Tensor<Float>
  private var gradient: Tensor<Float>
  private var result: ObjectiveValue<Float>?

  /// - Parameter classes: of softmax, centre loss and minimum margin; with 0 the features are their own gradient.
  init(
    _ network: NetworkBench.Architecture,
    size: Int,
    batch: Int,
    classes: Int,
    _ ranks: (any Communicator)?
  ) throws {
    model = try Network<Float>(network.layers, input: [size, size, 3], seed: 1)
    model.ranks = ranks
    var generator = SeededGenerator(seed: 2)
    images = Tensor(
      (0..<batch * size * size * 3).map { _ in Float(generator.uniform(in: -1..<1)) },
      shape: [batch, size, size, 3]
    )
    labels = (0..<batch).map { $0 % max(1, classes) }
    features = Tensor(zeros: [batch] + model.outputShape)
    gradient = features
    objective = Objective(
      .softmax,
      .centre(weight: 5e-5),
      .minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate),
      centreUpdate: .wen(rate: 1e-6)
    )
    guard classes > 0 else { return }
    let width = model.outputShape[0]
    var drawn = Parameters<Float>([("weight", [classes, width], true), ("bias", [classes], false)])
    drawn.drawXavierUniform(seed: 3)
    classifier = drawn
    centres = Centres(drawn.value(at: 0))
  }

  func run(_ phase: Phase) {
    switch phase {
    case .forward:
      number += 1
      features = model.forward(images, mode: .training(seed: number))
      gradient = features
    case .objective:
      guard let classifier, let centres else { return }
      result = objective.evaluate(
        LabelledFeatures(features, labels: labels),
        classifier: Classifier(weights: classifier.value(at: 0), bias: classifier.value(at: 1)),
        centres: centres
      )
      gradient = result?.featureGradient ?? features
    case .backward: model.backward(gradient)
    case .update: update()
    }
  }

  private func update() {
    optimiser.update(&model.parameters, rate: 1e-4)
    guard let result, let weights = result.weightGradient, let bias = result.biasGradient else { return }
    classifier?.setGradient(weights, at: 0)
    classifier?.setGradient(bias, at: 1)
    if var moving = classifier {
      classifier = nil
      classifierOptimiser.update(&moving, rate: 1e-4)
      classifier = moving
    }
    centres?.update(with: LabelledFeatures(features, labels: labels), by: objective.centreUpdate)
  }

  func run() {
    for phase in Phase.allCases { run(phase) }
  }

  /// The seconds of a phase.
  func seconds(of phase: Phase) -> Double { ContinuousClock().measure { run(phase) } / .seconds(1) }

  /// The seconds of a step.
  func seconds() -> Double { Phase.allCases.reduce(0) { $0 + seconds(of: $1) } }
}
