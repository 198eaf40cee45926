/// An error in features or lists that prevents an evaluation. Rows are counted from 0, lines from 1.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// Probes and distractors have different numbers of dimensions.
  case dimensions(probes: Int, distractors: Int)
  /// The gallery sizes are not ascending numbers above 0.
  case gallerySizes([Int])
  /// A gallery is larger than the set of distractors.
  case tooFewDistractors(wanted: Int, found: Int)
  /// No identity has two probe images.
  case noTrials
  /// A feature has a NaN or an infinite number.
  case notFinite(what: String, row: Int)
  /// The squares of a feature overflow or underflow single precision.
  case magnitude(what: String, row: Int)
  /// A feature of zeros cannot be scaled to unit length.
  case noDirection(what: String, row: Int)
  /// The halves of a feature, which are added, sum to zero.
  case cancellingHalves(what: String, row: Int)
  /// The features of a template's images sum to zero.
  case templateWithoutDirection(Int)
  /// The squares of a template's feature overflow or underflow single precision.
  case templateMagnitude(Int)
  /// A feature is the mean of all features, which was to be subtracted.
  case isMean(what: String, row: Int)
  /// The features have no dimension.
  case noDimensions
  /// A feature cannot be split into two halves.
  case oddDimensions(Int)
  /// Two lists that belong together have different lengths.
  case counts(what: String, found: Int, expected: Int)
  /// Two rows of features have one name.
  case duplicateName(String, first: Int, second: Int)
  /// A pair names an image without a feature.
  case noFeature(String, line: Int)
  /// All pairs are of one person, or all of two.
  case onePairKind
  /// There is one fold, so that no threshold can be chosen on another.
  case tooFewFolds(Int)
  /// A fold before the last has no pair.
  case emptyFold(Int)
  /// A video has no frame.
  case noFrames(video: Int)
  /// A search has no probe with a mate in the gallery, or none without.
  case noSearches(mated: Bool)

  public var description: String {
    switch self {
    case .dimensions(let probes, let distractors):
      "the probes have \(probes) dimensions, the distractors \(distractors): take both from one embedder"
    case .gallerySizes(let sizes):
      "the gallery sizes \(sizes) are not ascending numbers above 0"
    case .tooFewDistractors(let wanted, let found):
      "a gallery of \(wanted) distractors was asked for, but there are \(found)"
    case .noTrials:
      "no identity has two probe images, so there is no mated search: check the ids of the probes"
    case .notFinite(let what, let row):
      "the feature of \(Self.place(row, what)) has a NaN or an infinite number: embed the image again"
    case .magnitude(let what, let row):
      "the squares of the feature of \(Self.place(row, what)) overflow or underflow single precision: scale all"
        + " features by one factor, or to unit length"
    case .noDirection(let what, let row):
      "the feature of \(Self.place(row, what)) is all zeros, which has no direction and mostly marks an image"
        + " without a face: embed the image again, or leave it out"
    case .cancellingHalves(let what, let row):
      "the halves of the feature of \(Self.place(row, what)) cancel out: their sum is all zeros, which has no direction."
        + " Embed the image and its mirror image again, or leave it out"
    case .templateWithoutDirection(let id):
      "the features of the images of template \(id) sum to zero, so that the template has no direction: they cancel out, or"
        + " their weights (detector scores) are all 0. Correct the weights, embed the images again, or leave the template out"
    case .templateMagnitude(let id):
      "the squares of the feature of template \(id) overflow or underflow single precision: scale all features by one factor,"
        + " or to unit length"
    case .isMean(let what, let row):
      "the feature of \(Self.place(row, what)) is the mean of all features, so that nothing is left where the mean is"
        + " subtracted: the embedder may have collapsed"
    case .noDimensions:
      "the features have 0 dimensions: a row of no numbers is not a feature"
    case .oddDimensions(let count):
      "\(count) dimensions have no two halves: features of an image and its mirror image side by side have an even number"
    case .counts(let what, let found, let expected):
      "there are \(found) \(what) for \(expected) rows of features: give one for each row"
    case .duplicateName(let name, let first, let second):
      "'\(name)' names two rows of features, \(first) and \(second) (counted from 0): give each image one row"
    case .noFeature(let name, let line):
      "line \(line) of the pairs names '\(name)', which has no feature: embed it, too"
    case .onePairKind:
      "the pairs are all of one kind: pairs of one person and pairs of two persons are needed"
    case .tooFewFolds(let count):
      "there \(count == 1 ? "is 1 fold" : "are \(count) folds"): at least 2 folds (splits) are needed, since each is"
        + " judged by a threshold chosen on the others"
    case .emptyFold(let fold):
      "fold \(fold + 1) has no pair: number the folds without a gap, and embed the images of all"
    case .noFrames(let video):
      "video \(video) (counted from 0) has no frame: embed at least one"
    case .noSearches(let mated):
      mated
        ? "no probe has a mate in the gallery, so no rank can be measured: check the subjects of gallery and probes"
        : "every probe has a mate in the gallery, so no false positive rate can be measured: use both galleries' probes"
    }
  }

  private static func place(_ row: Int, _ what: String) -> String { "row \(row) (counted from 0, \(what))" }
}
