/// Why training stopped.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The recipe cannot be followed, or not with this set.
  case recipe(String, problem: String)
  /// A loss or a gradient is infinite or no number; the parameters of the step before are the last good ones.
  case notFinite(recipe: String, step: Int, place: String, checkpoint: String?)
  /// A sample could not be read.
  case sample(Int, problem: String)
  /// Several models that were trained side by side failed, each with its own problem.
  case several([String])

  public var description: String {
    switch self {
    case .recipe(let recipe, let problem): "recipe \(recipe): \(problem)"
    case .notFinite(let recipe, let step, let place, let checkpoint):
      "recipe \(recipe), step \(step): \(place) is not finite; "
        + (checkpoint.map { "the last good checkpoint is \($0); " } ?? "no checkpoint was written; ")
        + "lower the learning rate or the weights of the objective"
    case .sample(let index, let problem): "sample \(index) of the training set: \(problem)"
    case .several(let problems): "\(problems.count) models failed: \(problems.joined(separator: "; "))"
    }
  }
}
