/// An error that stops training.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The recipe is invalid, or does not fit the set or the model to start from.
  case recipe(String, problem: String)
  /// A loss or a gradient is NaN or infinite.
  case notFinite(recipe: String, step: Int, place: String, checkpoint: String?)
  /// A sample could not be read.
  case sample(Int, problem: String)
  /// Several ranks cannot train together, or one of them is gone.
  case ranks(String)
  /// Several models that were trained in parallel failed; one message each.
  case several([String])
  /// A job for another process cannot be executed here.
  case job(String, problem: String)

  public var description: String {
    switch self {
    case .recipe(let recipe, let problem): "recipe \(recipe): \(problem)"
    case .notFinite(let recipe, let step, let place, let checkpoint):
      "recipe \(recipe), step \(step): \(place) is not finite; "
        + (checkpoint.map { "the last good checkpoint is \($0); " } ?? "no checkpoint was written; ")
        + "lower the learning rate or the weights of the objective"
    case .sample(let index, let problem): "sample \(index) of the training set: \(problem)"
    case .ranks(let problem): problem
    case .job(let title, let problem): "the job \(title): \(problem)"
    case .several(let problems): "\(problems.count) models failed: \(problems.joined(separator: "; "))"
    }
  }
}
