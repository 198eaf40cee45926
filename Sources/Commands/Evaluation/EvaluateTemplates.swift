internal import ArgumentParser
internal import Evaluation
internal import Faces
internal import Foundation

/// The options of pooling the features of images to those of templates.
struct PoolingOptions: ParsableArguments {
  @Flag(
    help: "Add the halves of each row, an image and its mirror image (InsightFace's ijb_11.py, flip test F1)."
  )
  var flipSum = false

  @Flag(help: "Scale images' features to unit length before pooling (ijb_11.py, N0; without it N1).")
  var unitImages = false

  @Option(help: "ijbc_name_5pts_score.txt: weighs each image by its detector's score (ijb_11.py, D1).")
  var detections: String?

  var rules: TemplateRules {
    var rules = TemplateRules()
    rules.addsHalves = flipSum
    rules.hasUnitImages = unitImages
    rules.detections = detections
    return rules
  }
}

/// The options of pooling, and of the output.
struct TemplateOptions: ParsableArguments {
  @OptionGroup var pooling: PoolingOptions
  @OptionGroup var output: ScoreOutput

  var rules: TemplateRules {
    var rules = pooling.rules
    rules.allowsMissing = output.allowMissing
    return rules
  }
}

/// The lists of IJB-B or IJB-C for verification, in InsightFace's form or the official one.
struct TemplateLists: ParsableArguments {
  @Option(help: "ijbc_face_tid_mid.txt.")
  var images: String?

  @Option(help: "ijbc_template_pair_label.txt.")
  var pairs: String?

  @Option(parsing: .upToNextOption, help: "Official CSV files of images, in the order of the features.")
  var official: [String] = []

  @Option(help: "The official file of matches.")
  var matches: String?

  private enum Form {
    case insightFace(images: String, pairs: String)
    case official(matches: String)
  }

  private func form() throws -> Form {
    if let images, let pairs, official.isEmpty, matches == nil {
      return .insightFace(images: images, pairs: pairs)
    }
    if let matches, !official.isEmpty, images == nil, pairs == nil { return .official(matches: matches) }
    throw ValidationError("Give --images and --pairs, or --official and --matches.")
  }

  func validate() throws { _ = try form() }

  func read(missing: MissingTally?) throws -> (list: IJBList, files: [String]) {
    switch try form() {
    case .insightFace(let images, let pairs):
      (try .insightFace(images: images, pairs: pairs, missing: missing), [images, pairs])
    case .official(let matches):
      (try .official(images: official, matches: matches, missing: missing), official + [matches])
    }
  }
}

struct EvaluateIJB: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ijb",
    abstract: "Verification of templates by the 1:1 protocol of IJB-B and IJB-C.",
    discussion: """
      Lists in InsightFace's form: --images with image, template, medium a line and --pairs with two templates \
      and 0 or 1. Or the official CSV files: --official (several) and --matches. A line of --images that begins with # is a \
      comment, unless it is a whole record. A pair \
      that repeats another with the same label is counted as often as it stands there, and noted; one with both labels is \
      an error.
      """
  )

  @Option(help: "The features, one row an image, in the order of the list.")
  var features: String

  @OptionGroup var lists: TemplateLists
  @OptionGroup var options: TemplateOptions

  func run() throws {
    let missing = options.output.allowMissing ? MissingTally() : nil
    let (list, files) = try lists.read(missing: missing)
    let evaluation = TemplateEvaluation(
      list: list,
      listPaths: files,
      rules: options.rules,
      leftOutPairs: missing?.count ?? 0
    )
    try options.output.write(evaluation.sheet(features: features))
  }
}

struct EvaluateIJBSearch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ijb-search",
    abstract:
      "Identification of templates by the 1:N protocol of IJB-B and IJB-C, over one or two galleries.",
    discussion: """
      Rank k of searches with a mate in the gallery; TPIR at FPIR 0.01 and 0.1 as IJB-C defines them: the share of mated \
      searches whose mate reaches a threshold that so few searches without a mate reach. The mean over the galleries, and \
      each. InsightFace's ijb_1n.py counts false positives among all pairs instead.
      """
  )

  @Option(
    help:
      "The features, one row an image, in the order of the galleries' and the probes' files, or of --images."
  )
  var features: String

  @Option(help: "ijbc_face_tid_mid.txt, if the features are in its order.")
  var images: String?

  @Option(parsing: .upToNextOption, help: "The galleries: ijbc_1N_gallery_G1.csv and ijbc_1N_gallery_G2.csv.")
  var galleries: [String]

  @Option(parsing: .upToNextOption, help: "The probes: ijbc_1N_probe_mixed.csv.")
  var probes: [String]

  @Option(parsing: .upToNextOption, help: "Ranks, ascending; 1, 5 and 10 unless given.")
  var ranks: [Int] = [1, 5, 10]

  @Option(
    parsing: .upToNextOption,
    help:
      "The false positive identification rates at which TPIR and thresholds are shown; 0.01 0.1 unless given."
  )
  var falsePositiveRates: [Double] = [0.01, 0.1]

  @Option(help: "Mates of a higher rank count as not found by TPIR; no limit unless given.")
  var rankLimit: Int?

  @OptionGroup var options: TemplateOptions

  func validate() throws {
    try requireAscending(ranks: ranks)
    if let rankLimit, rankLimit < 1 {
      throw ValidationError("--rank-limit is 1 or more, not \(rankLimit).")
    }
    guard falsePositiveRates.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw ValidationError("--false-positive-rates are between 0 and 1.")
    }
  }

  func run() throws {
    let list = try IJBSearchList.official(galleries: galleries, probes: probes, images: images)
    let files = (images.map { [$0] } ?? []) + galleries + probes
    var evaluation = TemplateSearchEvaluation(list: list, listPaths: files, rules: options.rules)
    evaluation.ranks = ranks
    evaluation.falsePositiveRates = falsePositiveRates
    evaluation.rankLimit = rankLimit
    try options.output.write(evaluation.sheet(features: features))
  }
}
