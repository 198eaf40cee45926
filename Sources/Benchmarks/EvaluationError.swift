/// Why features cannot be evaluated.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  case dimensions(probes: Int, distractors: Int)
  case gallerySizes([Int])
  case tooFewDistractors(wanted: Int, found: Int)
  case noTrials
  case notFinite(what: String, row: Int)
  case counts(what: String, found: Int, expected: Int)
  case noFeature(String, line: Int)
  case onePairKind
  case noFrames(video: Int)

  public var description: String {
    switch self {
    case .dimensions(let probes, let distractors):
      "the probes have \(probes) dimensions, the distractors \(distractors): take both from one embedder"
    case .gallerySizes(let sizes):
      "the gallery sizes \(sizes) are not ascending numbers above 0"
    case .tooFewDistractors(let wanted, let found):
      "a gallery of \(wanted) distractors was asked for, but there are \(found)"
    case .noTrials:
      "no identity has two probe images, so that nothing can be identified"
    case .notFinite(let what, let row):
      "the feature of \(what) \(row) (counted from 0) holds a number that is not finite"
    case .counts(let what, let found, let expected):
      "there are \(found) \(what), but \(expected) are needed: one for each feature"
    case .noFeature(let name, let line):
      "line \(line) of the pairs names '\(name)', which has no feature: embed it, too"
    case .onePairKind:
      "the pairs are all of one kind, so that nothing can be told apart"
    case .noFrames(let video):
      "video \(video) (counted from 0) has no frame: embed at least one"
    }
  }
}
