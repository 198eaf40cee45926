public import Digests
internal import Foundation
public import Losses
public import Networks

/// Everything that determines a model, except the data: one recipe and one training set give one model.
///
/// ```swift
/// let softmax = Recipe(
///   "Softmax", network: [.dense(64), .relu, .dense(2)], input: [2], objective: Objective(.softmax),
///   schedule: .constant(0.05), steps: 500, sampling: .shuffled(batch: 32), seed: 1)
/// ```
public struct Recipe: Codable, Hashable, Sendable {
  /// A name for people; not part of the digest.
  public var name: String
  /// The layers, from a sample to its embedding.
  public var network: [Layer]
  /// The shape of the network's input: `[feature]`, or `[height, width, channel]`.
  public var input: [Int]
  /// The objective to minimise.
  public var objective: Objective
  /// The update rule of network and classifier, each with its own state.
  public var optimiser: OptimiserRule
  /// The learning rate of each step.
  public var schedule: Schedule
  /// The number of steps.
  public var steps: Int
  /// How the samples of a step are drawn.
  public var sampling: Sampling
  /// The random variation of images.
  public var augmentation: Augmentation
  /// The origin of the initial parameters.
  public var start: Start
  /// The seed of the initial parameters, the order of samples, their augmentation and the dropout.
  public var seed: UInt64

  public init(
    _ name: String,
    network: [Layer],
    input: [Int],
    objective: Objective,
    optimiser: OptimiserRule = .momentumSGD(momentum: 0.9, weightDecay: 5e-4),
    schedule: Schedule,
    steps: Int,
    sampling: Sampling,
    augmentation: Augmentation = .none,
    start: Start = .random,
    seed: UInt64
  ) {
    self.name = name
    self.network = network
    self.input = input
    self.objective = objective
    self.optimiser = optimiser
    self.schedule = schedule
    self.steps = steps
    self.sampling = sampling
    self.augmentation = augmentation
    self.start = start
    self.seed = seed
  }

  /// The origin of a run's initial parameters.
  public indirect enum Start: Codable, Hashable, Sendable {
    /// Drawn from the seed.
    case random
    /// The model of another recipe on the same set: network, classifier and centres, as far as both have them. The optimiser
    /// starts from its initial state. The paper starts its minimum margin model from softmax with centre loss.
    case model(of: Recipe)
  }

  /// The digest of everything in the recipe except names.
  public var digest: Digest {
    guard let data = try? JobCoding.encoder.encode(withoutNames) else {
      fatalError("recipe '\(name)' has no JSON form")
    }
    return Digest(of: data)
  }

  /// The name and the first digits of the digest, for messages.
  var title: String { "'\(name)' (\(digest.short))" }

  /// Returns the recipe of the first `count` steps; two recipes take the same first steps where these are equal.
  func beginning(_ count: Int) -> Recipe {
    var copy = self
    copy.steps = count
    copy.schedule.stages = schedule.stages.filter { $0.step < count }
    return copy
  }

  /// The approximate memory of a run in bytes: the network's for one batch, and parameters with gradients and moments.
  var memory: Int { Network<Float>.trainingMemory(layers: network, input: input, batch: sampling.batchSize) }

  private var withoutNames: Recipe {
    var copy = self
    copy.name = ""
    if case .model(let other) = start { copy.start = .model(of: other.withoutNames) }
    return copy
  }
}

/// The update rule of parameters.
public enum OptimiserRule: Codable, Hashable, Sendable {
  /// `v ← μv + g; w ← w − ηv`, with `weightDecay`·w in g for weights.
  case momentumSGD(momentum: Double, weightDecay: Double)
  /// Adam with facenet's β₁ = 0.9 and β₂ = 0.999; facenet's ε is 0.1. See `Adam`.
  case adam(epsilon: Double, weightDecay: Double)

  func makeOptimiser() -> any Optimiser<Float> {
    switch self {
    case .momentumSGD(let momentum, let weightDecay):
      MomentumSGD<Float>(momentum: momentum, weightDecay: weightDecay)
    case .adam(let epsilon, let weightDecay):
      Adam<Float>(epsilon: epsilon, weightDecay: weightDecay)
    }
  }
}

/// The learning rate of each step: piecewise constant.
public struct Schedule: Codable, Hashable, Sendable {
  /// A rate, and the step from which it applies.
  public struct Stage: Codable, Hashable, Sendable {
    /// The first step, from 0, that has the rate.
    public var step: Int
    /// The rate.
    public var rate: Double

    public init(step: Int, rate: Double) {
      self.step = step
      self.rate = rate
    }
  }

  /// The stages, by ascending steps; the first begins at 0.
  public var stages: [Stage]

  public init(_ stages: [Stage]) { self.stages = stages }

  /// Returns a schedule with one rate for all steps.
  public static func constant(_ rate: Double) -> Schedule { Schedule([Stage(step: 0, rate: rate)]) }

  /// Returns a schedule whose rate is divided by `divisor` after every `interval` steps.
  ///
  /// The paper's is 0.05, divided by 10 after every 100,000 of 275,000 steps.
  public static func steps(_ rate: Double, dividedBy divisor: Double, every interval: Int, of count: Int)
    -> Schedule
  {
    var stages: [Stage] = []
    var rate = rate
    for step in Swift.stride(from: 0, to: max(1, count), by: max(1, interval)) {
      stages.append(Stage(step: step, rate: rate))
      rate /= divisor
    }
    return Schedule(stages)
  }

  /// Returns the rate of a step.
  public func rate(at step: Int) -> Double { stages.last { $0.step <= step }?.rate ?? 0 }
}

/// How the samples of a step are drawn from a set.
public enum Sampling: Codable, Hashable, Sendable {
  /// All samples in a random order, a new one for each epoch; a batch may span the end of one epoch and the beginning of the
  /// next. facenet samples so: with thousands of classes most batches have no two samples of one class.
  case shuffled(batch: Int)
  /// P × K sampling: `classes` distinct classes, each equally likely, and `samples` of each, distinct if the class has enough.
  /// Every batch then has the pairs that marginal and range loss use.
  case balanced(classes: Int, samples: Int)

  /// The number of samples in a step.
  public var batchSize: Int {
    switch self {
    case .shuffled(let batch): batch
    case .balanced(let classes, let samples): classes * samples
    }
  }
}

/// The random variation of an image each time it is used.
public struct Augmentation: Codable, Hashable, Sendable {
  /// Whether each image is mirrored with probability ½.
  public var flips: Bool
  /// Whether the network's window is taken from a random position of a larger image instead of its centre.
  public var randomCrop: Bool

  public init(flips: Bool = true, randomCrop: Bool = false) {
    self.flips = flips
    self.randomCrop = randomCrop
  }

  /// No variation: the image itself, or its centre where it is larger than the network's input.
  public static let none = Augmentation(flips: false, randomCrop: false)
}
