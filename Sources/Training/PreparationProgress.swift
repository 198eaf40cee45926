/// How far several models are that are made side by side.
public struct PreparationProgress: Sendable, CustomStringConvertible {
  /// A model that is trained, or samples that are embedded by one.
  public struct Work: Sendable {
    /// The recipe's name.
    public var name: String
    /// The steps taken: of the training run, or batches that are embedded.
    public var step: Int
    /// The steps of the whole.
    public var stepCount: Int
    /// Samples a second since it began or went on.
    public var samplesPerSecond: Double
  }

  /// What runs now, in the order of the recipes.
  public var running: [Work] = []
  /// How many models and embeddings are done of those that were missing.
  public var finishedCount = 0
  /// How many models and embeddings were missing.
  public var count = 0
  /// The steps taken, over all.
  public var step = 0
  /// The steps of all.
  public var stepCount = 0
  /// Steps a second of all that run now.
  public var stepsPerSecond = 0.0

  /// Seconds until the last step at the present speed; 0 where it is not known.
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
