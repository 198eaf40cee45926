/// The progress of several models that are trained in parallel.
public struct PreparationProgress: Sendable, CustomStringConvertible {
  /// A training run, or the embedding of samples by a model.
  public struct Work: Sendable {
    /// The recipe's name.
    public var name: String
    /// The number of training steps taken, or of batches embedded.
    public var step: Int
    /// The number of all its steps.
    public var stepCount: Int
    /// Samples per second since it began or continued.
    public var samplesPerSecond: Double
  }

  /// The work in progress, in the order of the recipes.
  public var running: [Work] = []
  /// The number of models and embeddings that are done, of those that were missing.
  public var finishedCount = 0
  /// The number of models and embeddings that were missing.
  public var count = 0
  /// The number of steps taken, of all.
  public var step = 0
  /// The number of all steps.
  public var stepCount = 0
  /// Steps per second, of all work in progress.
  public var stepsPerSecond = 0.0

  /// The estimated seconds until the last step at the current speed; 0 where it is not known.
  public var secondsLeft: Double { stepsPerSecond > 0 ? Double(stepCount - step) / stepsPerSecond : 0 }

  /// For example "2 of 5 made; Softmax, seed 1: 120/700; Centre, seed 1: 80/700".
  public var activity: String {
    (["\(finishedCount) of \(count) made"] + running.map { "\($0.name): \($0.step)/\($0.stepCount)" })
      .joined(separator: "; ")
  }

  public var description: String {
    "\(activity), \(Int(secondsLeft.rounded(.up))) s left"
  }
}
