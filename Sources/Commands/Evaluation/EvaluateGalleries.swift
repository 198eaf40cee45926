internal import ArgumentParser
internal import Benchmarks
internal import Faces
internal import Foundation
internal import Tensors

struct EvaluateMegaFace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "megaface",
    abstract: "Identification and verification among distractors, counted as MegaFace counts.",
    discussion: """
      Features are NumPy files in the order of the lists, or the kit's .bin files: then --probes and \
      --distractors are their folders, and --ending is what follows an image's name.
      """
  )

  @Option(help: "Features of the probes: a NumPy file, or a folder of .bin files.")
  var probes: String

  @Option(help: "facescrub_features_list.json: paths and ids.")
  var probeList: String

  @Option(help: "Features of the distractors: a NumPy file, or a folder of .bin files.")
  var distractors: String

  @Option(help: "megaface_features_list.json_N_S: paths; needed for .bin files.")
  var distractorList: String?

  @Option(help: "The ending of .bin files, for example _MyModel.bin.")
  var ending = ".bin"

  @Option(parsing: .upToNextOption, help: "Gallery sizes, ascending.")
  var sizes: [Int] = []

  @Flag(help: "Take features as they are, without unit length.")
  var raw = false

  @OptionGroup var output: ScoreOutput

  func run() throws {
    let list = try MegaFaceList.probes(probeList)
    let ids = list.ids ?? []
    let numbers = Dictionary(ids.enumerated().map { ($1, $0) }) { first, _ in first }
    let missing = output.missing
    let (features, present) = try probeFeatures(list, missing)
    let identities = present.compactMap { numbers[ids[$0]] }
    let unit = raw ? features : features.normalisedRows()
    let results: [Identification]
    if distractors.hasSuffix(".npy") {
      results = try identify(unit, identities, try NumpyFile(distractors))
    } else {
      results = try identify(unit, identities, try distractorFeatures(missing))
    }
    var sheet = ScoreSheet(benchmark: "MegaFace", inputs: try digests(of: inputs))
    for result in results {
      let size = result.distractorCount
      sheet.add("rank-1 rate among \(size)", result.rate(atRank: 1), result.interval(atRank: 1))
      sheet.add("rank-10 rate among \(size)", result.rate(atRank: 10))
    }
    if let last = results.last {
      for limit in [1e-6, 1e-5, 1e-4] {
        let rate = last.verification.trueAcceptRate(atFalseAcceptRate: limit)
        sheet.add("true accept rate at false accept rate \(limit)", rate)
      }
      sheet.add("trials", Double(last.trialCount))
      sheet.add(missing, "images")
      sheet.add(last.verification)
    }
    try output.write(sheet)
  }

  /// The files that are digested: lists, and features in one file.
  private var inputs: [String] {
    [probeList] + (distractorList.map { [$0] } ?? []) + [probes, distractors].filter { $0.hasSuffix(".npy") }
  }

  private func identify(
    _ probes: Tensor<Float>,
    _ identities: [Int],
    _ distractors: some FeatureSource<Float>
  ) throws -> [Identification] {
    try Identification.evaluate(
      probes: probes,
      identities: identities,
      distractors: UnitFeatures(distractors, isRaw: raw),
      sizes: sizes.isEmpty ? nil : sizes
    )
  }

  private func distractorFeatures(_ missing: MissingTally?) throws -> MegaFaceFeatures {
    guard let distractorList else {
      throw ValidationError("--distractor-list is needed for a folder of features")
    }
    let paths = try MegaFaceList.distractors(distractorList).paths
    let present = MegaFaceFeatures.present(root: distractors, paths: paths, ending: ending, missing: missing)
    return try MegaFaceFeatures(root: distractors, paths: present.map { paths[$0] }, ending: ending)
  }

  /// The probes' features, and which of the list's images they are of.
  private func probeFeatures(
    _ list: MegaFaceList,
    _ missing: MissingTally?
  ) throws -> (features: Tensor<Float>, present: [Int]) {
    let paths = list.paths
    guard !probes.hasSuffix(".npy") else { return (try NumpyFile(probes).tensor(), Array(paths.indices)) }
    let present = MegaFaceFeatures.present(root: probes, paths: paths, ending: ending, missing: missing)
    let files = try MegaFaceFeatures(root: probes, paths: present.map { paths[$0] }, ending: ending)
    return (try files.tensor(), present)
  }
}

struct EvaluateIJB: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ijb",
    abstract: "Verification of templates by the 1:1 protocol of IJB-B and IJB-C.",
    discussion: """
      Lists in InsightFace's form: --images with image, template, medium a line and --pairs with two templates \
      and 0 or 1. Or the official CSV files: --official (several) and --matches.
      """
  )

  @Option(help: "The features, one row an image, in the order of the list.")
  var features: String

  @Option(help: "ijbc_face_tid_mid.txt.")
  var images: String?

  @Option(help: "ijbc_template_pair_label.txt.")
  var pairs: String?

  @Option(parsing: .upToNextOption, help: "Official CSV files of images, in the order of the features.")
  var official: [String] = []

  @Option(help: "The official file of matches.")
  var matches: String?

  @Option(help: "ijbc_name_5pts_score.txt: weighs each image by its detector's score.")
  var detections: String?

  @OptionGroup var output: ScoreOutput

  func run() throws {
    let list: IJBList
    var files: [String]
    let missing = output.missing
    if let images, let pairs, official.isEmpty {
      list = try .insightFace(images: images, pairs: pairs, missing: missing)
      files = [features, images, pairs]
    } else if let matches, !official.isEmpty, images == nil {
      list = try .official(images: official, matches: matches, missing: missing)
      files = [features, matches] + official
    } else {
      throw ValidationError("Give --images and --pairs, or --official and --matches.")
    }
    let weights = try detections.map { try FaceDetections($0).weights(of: list) }
    if let detections { files.append(detections) }
    let result = try TemplateVerification(
      features: try NumpyFile(features).tensor(),
      list: list,
      weights: weights
    )
    var sheet = ScoreSheet(benchmark: "IJB 1:1", inputs: try digests(of: files))
    for exponent in stride(from: -6, through: -1, by: 1) {
      let limit = pow(10, Double(exponent))
      let rate = result.roc.trueAcceptRate(atFalseAcceptRate: limit)
      sheet.add(
        "true accept rate at false accept rate 1e\(exponent)",
        rate,
        result.interval(atFalseAcceptRate: limit)
      )
    }
    sheet.add("area under the ROC curve", result.roc.areaUnderCurve)
    sheet.add("templates", Double(result.templateCount))
    sheet.add("genuine pairs", Double(result.roc.genuineCount))
    sheet.add("impostor pairs", Double(result.roc.impostorCount))
    sheet.add(missing, "pairs")
    sheet.add(result.roc)
    try output.write(sheet)
  }
}
