public import ArgumentParser
public import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation

extension FeatureNormalisation: ExpressibleByArgument {}
extension FeatureMetric: ExpressibleByArgument {}
extension FramePooling: ExpressibleByArgument {}

/// The options of the rules by which pairs are judged.
struct PairOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      whole (to unit length), halves (of an image and its mirror image side by side, each to unit length: facenet's \
      --use_flipped_images), flipSum (such halves added: InsightFace's verification.py) or none.
      """,
      valueName: "how"
    )
  )
  var normalisation: FeatureNormalisation = .whole

  @Option(
    parsing: .upToNextOption,
    help:
      "The false accept rates at which true accept rates and thresholds are shown; 0.1 0.01 0.001 unless given."
  )
  var falseAcceptRates: [Double] = [1e-1, 1e-2, 1e-3]

  @Option(
    help: ArgumentHelp(
      "A threshold of your own on the distance: accuracy and rates with pairs accepted below it.",
      valueName: "distance"
    )
  )
  var threshold: Double?

  @OptionGroup var output: ScoreOutput

  func validate() throws {
    guard falseAcceptRates.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw ValidationError("--false-accept-rates are between 0 and 1.")
    }
    guard threshold?.isFinite ?? true else { throw ValidationError("--threshold is a number.") }
  }

  var rules: PairRules {
    var rules = PairRules()
    rules.normalisation = normalisation
    rules.threshold = threshold
    rules.falseAcceptRates = falseAcceptRates
    rules.allowsMissing = output.allowMissing
    return rules
  }
}

/// The further options of pairs of images: the names of the rows, the mean, the metric.
struct ImagePairOptions: ParsableArguments {
  @Option(
    help: """
      The image of each row, a path a line, as the list of pairs names it. Without it rows are the pairs' images in turn, \
      two a pair.
      """
  )
  var images: String?

  @Flag(
    help: "Subtract the mean feature of the training folds, from all figures (facenet's --subtract_mean)."
  )
  var subtractMean = false

  @Option(
    help: "euclidean (squared distance, facenet's metric 0) or angle (divided by pi, facenet's metric 1)."
  )
  var metric: FeatureMetric = .euclidean

  @OptionGroup var pair: PairOptions

  var rules: PairRules {
    var rules = pair.rules
    rules.subtractsMean = subtractMean
    rules.metric = metric
    return rules
  }
}

/// A benchmark of pairs of images: it names its files and reads its list.
protocol PairCommand: ParsableCommand {
  static var benchmark: String { get }
  var features: String { get }
  var options: ImagePairOptions { get }
  /// The files of the list.
  var listPaths: [String] { get }
  func list() throws -> PairList
}

extension PairCommand {
  func evaluation() throws -> PairEvaluation {
    PairEvaluation(
      name: Self.benchmark,
      list: try list(),
      listPaths: listPaths,
      images: options.images,
      rules: options.rules
    )
  }

  func run() throws { try options.pair.output.write(evaluation().sheet(features: features)) }
}

struct EvaluateLFW: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "lfw",
    abstract: "Ten-fold accuracy on the pairs of LFW's pairs.txt, or Kaggle's pairs.csv (view 2)."
  )
  static let benchmark = "LFW"

  @Option(help: "LFW's pairs.txt, or pairs.csv as Kaggle has it.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .lfw(pairs) }
}

struct EvaluateSLLFW: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "sllfw",
    abstract: "Ten-fold accuracy on the look-alikes of SLLFW's pair_SLLFW.txt."
  )
  static let benchmark = "SLLFW"

  @Option(help: "SLLFW's pair_SLLFW.txt.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .sllfw(pairs) }
}

struct EvaluateRFW: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "rfw",
    abstract: "Ten-fold accuracy on one group of RFW, for example African_pairs.txt."
  )
  static let benchmark = "RFW"

  @Option(help: "The group's list, in the form of LFW's pairs.txt.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .lfw(pairs) }
}

struct EvaluateCALFW: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "calfw",
    abstract: "Ten-fold accuracy on the pairs of CALFW's pairs_CALFW.txt."
  )
  static let benchmark = "CALFW"

  @Option(help: "pairs_CALFW.txt: an image and a label a line, two lines a pair.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .crossLFW(pairs) }
}

struct EvaluateCPLFW: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "cplfw",
    abstract: "Ten-fold accuracy on the pairs of CPLFW's pairs_CPLFW.txt."
  )
  static let benchmark = "CPLFW"

  @Option(help: "pairs_CPLFW.txt: an image and a label a line, two lines a pair.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .crossLFW(pairs) }
}

extension PairList.CFPProtocol: ExpressibleByArgument {}

struct EvaluateCFP: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "cfp",
    abstract: "Ten-fold accuracy on CFP, frontal with profile or frontal with frontal.",
    discussion: """
      A pair that stands again in the same file is counted as often as it stands there, and noted; one in two folds is an \
      error.
      """
  )
  static let benchmark = "CFP"

  @Option(name: .customLong("protocol"), help: "CFP's folder Protocol, with Pair_list_F.txt and Split.")
  var folder: String
  @Option(help: "FP (frontal with profile) or FF.") var kind: PairList.CFPProtocol = .profile
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] {
    ["\(folder)/Pair_list_F.txt"] + (kind == .profile ? ["\(folder)/Pair_list_P.txt"] : [])
  }
  func list() throws -> PairList { try .cfp(folder, kind) }
}

struct EvaluateAgeDB: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "agedb",
    abstract: "Ten-fold accuracy on AgeDB-30: InsightFace's agedb_30.bin, or a list of image, image, label."
  )
  static let benchmark = "AgeDB-30"

  @Option(help: "agedb_30.bin, or a text file.") var pairs: String
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList {
    pairs.lowercased().hasSuffix(".bin") ? try InsightFacePairs(pairs).list(pairs) : try .labelled(pairs)
  }
}

struct EvaluateInsightFace: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "insightface",
    abstract:
      "Ten-fold accuracy on a verification set of InsightFace: lfw.bin, cfp_fp.bin, agedb_30.bin and others.",
    discussion: "The .bin file is a Python pickle; it is read as data, and nothing in it is executed."
  )
  static let benchmark = "InsightFace"

  @Option(help: "The .bin file.") var pairs: String
  @Option(help: ArgumentHelp("The features, two rows a pair, in the order of the file.", valueName: "npy"))
  var features: String
  @OptionGroup var options: ImagePairOptions

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try InsightFacePairs(pairs).list(pairs) }
}

struct EvaluatePairs: PairCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Accuracy over folds on a plain list: image, image, label (1 one person, 0 two) a line.",
    discussion: """
      Fields may stand in double quotes. A first line that names the label (image1,image2,label) is a header; an index column \
      that it names by an empty name or 'index', as pandas writes it, is left out. So it is in the lists of IJB and \
      of the rows' names. Other columns are an error. A line that begins with # is a comment, unless it is a whole record: \
      two images and a label, as of images in a folder #Ana.
      """
  )
  static let benchmark = "Pairs"

  @Option(help: "The list; fields between tabs, commas, semicolons or spaces, the label last or first.")
  var pairs: String
  @Option(help: "The number of folds, contiguous parts of the list.") var folds = 10
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy")) var features: String
  @OptionGroup var options: ImagePairOptions

  func validate() throws {
    guard folds >= 2 else { throw ValidationError("--folds is 2 or more.") }
  }

  var listPaths: [String] { [pairs] }
  func list() throws -> PairList { try .labelled(pairs, foldCount: folds) }
}
