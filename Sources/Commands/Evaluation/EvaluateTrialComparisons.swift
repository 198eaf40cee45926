internal import ArgumentParser
internal import Engine
internal import Evaluation
internal import Faces
internal import Foundation

/// The options that all comparisons share: rounds and seed of the bootstrap, and the file for the result.
struct ComparisonOptions: ParsableArguments {
  @Option(help: "The rounds of each bootstrap.") var rounds = 1000
  @Option(help: "The seed of the draws.") var seed: UInt64 = 1
  @Option(
    help: ArgumentHelp("Write the differences and both tables as JSON to this file.", valueName: "file")
  )
  var json: String?

  func validate() throws {
    guard rounds >= 2 else { throw ValidationError("--rounds is 2 or more.") }
    try requireFolders(of: [json])
  }

  func write(_ comparison: TrialComparison) throws {
    print(comparison.text)
    try OutputFile.check([json], inputs: comparison.sheets.flatMap(\.inputFiles))
    if let json { try OutputFile.write(comparison.json, to: json) }
  }
}

struct EvaluateIJBComparison: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-ijb",
    abstract: "Which of two embedders verifies IJB's templates better, with intervals of the differences.",
    discussion: """
      True accept rates of both on the same pairs, their differences, and 95 % intervals by a paired bootstrap over subjects \
      and over genuine pairs; thresholds stay those of all pairs. Every image needs a feature in both files.
      """
  )

  @Argument(help: ArgumentHelp("The features of the first embedder, one row an image.", valueName: "A.npy"))
  var first: String
  @Argument(help: ArgumentHelp("The features of the second, of the same images.", valueName: "B.npy"))
  var second: String
  @OptionGroup var lists: TemplateLists
  @OptionGroup var pooling: PoolingOptions
  @OptionGroup var options: ComparisonOptions

  func run() throws {
    let (list, files) = try lists.read(missing: nil)
    let evaluation = TemplateEvaluation(
      list: list,
      listPaths: files,
      rules: pooling.rules,
      leftOutPairs: 0
    )
    try options.write(
      evaluation.comparison(first, second, rounds: options.rounds, seed: options.seed)
    )
  }
}

struct EvaluateMegaFaceComparison: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-megaface",
    abstract:
      "Which of two embedders identifies better among distractors, with intervals of the differences.",
    discussion: """
      Rates of both on the same trials, their differences, and 95 % intervals by a paired bootstrap over identities and over \
      trials. Features are NumPy files in the order of the lists; every image needs one of both embedders.
      """
  )

  @Option(parsing: .upToNextOption, help: "Features of the probes by the first and by the second embedder.")
  var probes: [String]
  @Option(
    parsing: .upToNextOption,
    help: "Features of the distractors by the first and by the second embedder."
  )
  var distractors: [String]
  @Option(help: "facescrub_features_list.json: paths and ids.") var probeList: String
  @Option(help: "megaface_features_list.json_N_S: paths, checked against the features.")
  var distractorList: String?
  @Option(parsing: .upToNextOption, help: "Gallery sizes, ascending: the first images of the list.")
  var sizes: [Int] = []
  @Option(parsing: .upToNextOption, help: "Ranks, ascending; 1 and 10 unless given.")
  var ranks: [Int] = [1, 10]
  @Option(help: "A list of wrong probes to leave out.") var probeNoise: String?
  @Option(help: "A list of wrong distractors to leave out.") var distractorNoise: String?
  @OptionGroup var options: ComparisonOptions

  func validate() throws {
    guard probes.count == 2, distractors.count == 2 else {
      throw ValidationError("--probes and --distractors take two files each, the first embedder's first.")
    }
    try requireGallerySizes(sizes)
    try requireAscending(ranks: ranks)
  }

  func run() throws {
    let evaluations = zip(probes, distractors).map { probes, distractors in
      var evaluation = MegaFaceEvaluation(probes: probes, probeList: probeList, distractors: distractors)
      evaluation.distractorList = distractorList
      evaluation.sizes = sizes
      evaluation.ranks = ranks
      evaluation.probeNoise = probeNoise
      evaluation.distractorNoise = distractorNoise
      return evaluation
    }
    try options.write(
      evaluations[0].comparison(evaluations[1], rounds: options.rounds, seed: options.seed)
    )
  }
}
