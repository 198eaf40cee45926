public import ArgumentParser
internal import Benchmarks
internal import Digests
internal import Faces
internal import Foundation
internal import Tensors

/// What LFW, SLLFW and YTF share.
struct PairOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The features, one row an image.", valueName: "npy"))
  var features: String

  @Option(help: ArgumentHelp("whole, halves (of an image and its mirror image) or none.", valueName: "how"))
  var normalisation: FeatureNormalisation = .whole

  @OptionGroup var output: ScoreOutput

  func report(
    _ result: PairVerification,
    _ name: String,
    inputs: [String],
    missing: MissingTally?
  ) throws {
    var sheet = ScoreSheet(benchmark: name, inputs: try digests(of: inputs))
    sheet.add("accuracy", result.accuracy.accuracy, result.interval)
    sheet.add("accuracy, deviation over folds", result.accuracy.standardDeviation)
    sheet.add("accuracy, standard error", result.accuracy.standardError)
    if let validation = result.validation {
      sheet.add("validation rate at false accept rate 1e-3", validation.validationRate)
    }
    sheet.add("area under the ROC curve", result.roc.areaUnderCurve)
    sheet.add("equal error rate", result.roc.equalErrorRate)
    sheet.add("pairs", Double(result.squaredDistances.count))
    sheet.add(missing, "pairs")
    sheet.add("folds", Double(result.accuracy.folds.count))
    sheet.add(result.roc)
    try output.write(sheet)
  }
}

extension FeatureNormalisation: ExpressibleByArgument {}
extension FramePooling: ExpressibleByArgument {}

/// SHA-256 of files, by path.
func digests(of paths: [String]) throws -> [String: String] {
  var digests: [String: String] = [:]
  for path in paths { digests[path] = try Digest(ofFileAt: path).hex }
  return digests
}

struct EvaluateLFW: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lfw",
    abstract: "Ten-fold accuracy on the pairs of LFW's pairs.txt."
  )

  @Option(help: "LFW's pairs.txt.")
  var pairs: String

  @Option(
    help:
      "The image of each row, a path a line (Name/Name_0001.jpg). Without it rows are the pairs' images in turn, two a pair."
  )
  var images: String?

  @Flag(help: "Subtract the mean feature of the training folds.")
  var subtractMean = false

  @OptionGroup var options: PairOptions

  func run() throws {
    try evaluate(try PairList.lfw(pairs), "LFW", pairs, images, subtractMean, options)
  }
}

struct EvaluateSLLFW: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sllfw",
    abstract: "Ten-fold accuracy on the look-alikes of SLLFW's pair_SLLFW.txt."
  )

  @Option(help: "SLLFW's pair_SLLFW.txt.")
  var pairs: String

  @Option(
    help: "The image of each row, a path a line. Without it rows are the pairs' images in turn, two a pair."
  )
  var images: String?

  @Flag(help: "Subtract the mean feature of the training folds.")
  var subtractMean = false

  @OptionGroup var options: PairOptions

  func run() throws {
    try evaluate(try PairList.sllfw(pairs), "SLLFW", pairs, images, subtractMean, options)
  }
}

private func evaluate(
  _ list: PairList,
  _ name: String,
  _ pairs: String,
  _ images: String?,
  _ subtractsMean: Bool,
  _ options: PairOptions
) throws {
  let features = try NumpyFile(options.features).tensor()
  let members = try images.map(NameList.read)
  let missing = options.output.missing
  if missing != nil, members == nil {
    throw ValidationError("--allow-missing needs --images, which says what there is.")
  }
  let result = try PairVerification(
    features: features,
    pairs: try list.whole(file: pairs, members: members ?? list.members, missing),
    members: members,
    normalisation: options.normalisation,
    subtractsMean: subtractsMean
  )
  try options.report(
    result,
    name,
    inputs: [options.features, pairs] + (images.map { [$0] } ?? []),
    missing: missing
  )
}

extension PairList {
  /// The pairs whose images or videos are among the members; all where leaving out is not allowed, so that scoring says
  /// which has no feature.
  fileprivate func whole(file: String, members: [String], _ missing: MissingTally?) throws -> PairList {
    guard let missing else { return self }
    let present = Set(members)
    return try self.present(file: file, missing: missing) { present.contains($0) }
  }
}

struct EvaluateYTF: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ytf",
    abstract: "Accuracy over splits on the pairs of YouTube Faces, from features of frames."
  )

  @Option(help: "YTF's splits.txt, in any of its forms.")
  var splits: String

  @Option(help: "The video of each row, one a line (Name/0).")
  var videos: String

  @Option(help: "meanFeature or meanSimilarity.")
  var pooling: FramePooling = .meanFeature

  @OptionGroup var options: PairOptions

  func run() throws {
    let list = try PairList.ytf(splits)
    var places: [String: Int] = [:]
    var members: [String] = []
    let videoOfFrame = try NameList.read(videos).map { name in
      if let place = places[name] { return place }
      places[name] = members.count
      members.append(name)
      return members.count - 1
    }
    let missing = options.output.missing
    let result = try PairVerification(
      frames: try NumpyFile(options.features).tensor(),
      videoOfFrame: videoOfFrame,
      pairs: try list.whole(file: splits, members: members, missing),
      members: members,
      pooling: pooling,
      normalisation: options.normalisation
    )
    try options.report(
      result,
      "YTF, \(pooling.rawValue)",
      inputs: [options.features, splits, videos],
      missing: missing
    )
  }
}
