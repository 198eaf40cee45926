internal import Benchmarks

/// An error of an evaluation with the file that it is about.
package struct LocatedError: Error, CustomStringConvertible {
  package let file: String
  package let description: String

  init(_ error: EvaluationError, file: String) {
    self.file = file
    description = "\(file): \(error)"
  }
}

/// Runs a body; an error of an evaluation in it gets the name of the file that it is about.
///
/// - Parameters:
///   - features: the file of the features.
///   - list: the file of the list of pairs, probes or images.
func naming<Value>(features: String, list: String, _ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as EvaluationError {
    throw LocatedError(error, file: error.isOfList ? list : features)
  }
}

extension EvaluationError {
  /// Whether the error is about the list and not about the features.
  fileprivate var isOfList: Bool {
    switch self {
    case .gallerySizes, .noTrials, .duplicateName, .noFeature, .onePairKind, .tooFewFolds, .emptyFold,
      .noSearches:
      true
    case .dimensions, .tooFewDistractors, .notFinite, .magnitude, .noDirection, .cancellingHalves, .isMean,
      .noDimensions, .templateWithoutDirection, .templateMagnitude, .oddDimensions, .counts, .noFrames:
      false
    }
  }
}
