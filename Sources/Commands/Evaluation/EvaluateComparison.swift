internal import ArgumentParser
internal import Charts
internal import Engine
internal import Evaluation
internal import Faces
internal import Foundation

/// The form of a list of pairs.
private enum PairForm: String, CaseIterable, ExpressibleByArgument {
  case lfw, sllfw, calfw, cplfw, insightface, plain

  /// The form of a file, by its name; lists in LFW's form begin with two numbers.
  static func guess(_ path: String) -> PairForm {
    let name = URL(fileURLWithPath: path).lastPathComponent.lowercased()
    if name.hasSuffix(".bin") { return .insightface }
    if name.contains("calfw") { return .calfw }
    if name.contains("cplfw") { return .cplfw }
    if name.contains("sllfw") { return .sllfw }
    return PairList.beginsAsLFW(path) ? .lfw : .plain
  }

  func list(_ path: String, folds: Int) throws -> PairList {
    switch self {
    case .lfw: try .lfw(path)
    case .sllfw: try .sllfw(path)
    case .calfw, .cplfw: try .crossLFW(path)
    case .insightface: try InsightFacePairs(path).list(path)
    case .plain: try .labelled(path, foldCount: folds)
    }
  }
}

struct EvaluateComparison: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Which of two embedders is better on the same pairs, and how sure that is.",
    discussion: """
      Figures of both, their differences, and 95 % intervals of the differences by a paired bootstrap, over identities and \
      over pairs: each round draws once for both embedders. One is called better where no interval contains 0.
      """
  )

  @Argument(help: ArgumentHelp("The features of the first embedder, one row an image.", valueName: "A.npy"))
  var first: String
  @Argument(
    help: ArgumentHelp(
      "The features of the second, of the same images; dimensions may differ.",
      valueName: "B.npy"
    )
  )
  var second: String
  @Option(
    help: "The list of pairs: LFW's pairs.txt or another list in its form, or image, image, label a line."
  ) var pairs: String
  @Option(
    help:
      "The form of the list: lfw, sllfw, calfw, cplfw, insightface or plain; by its name and first line unless given."
  )
  private var form: PairForm?
  @Option(help: "The number of folds of a plain list, contiguous parts of it.") var folds = 10
  @Option(help: "The rounds of each bootstrap.") var rounds = 2000
  @Option(help: "The seed of the draws.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Write a one-page report to this file.", valueName: "file")) var html: String?
  @OptionGroup var options: ImagePairOptions

  func validate() throws {
    guard rounds >= 2 else { throw ValidationError("--rounds is 2 or more.") }
    guard folds >= 2 else { throw ValidationError("--folds is 2 or more.") }
    try requireFolders(of: [html])
  }

  func run() throws {
    let form = form ?? .guess(pairs)
    let evaluation = PairEvaluation(
      name: form == .plain
        ? URL(fileURLWithPath: pairs).deletingPathExtension().lastPathComponent : form.rawValue.uppercased(),
      list: try form.list(pairs, folds: folds),
      listPaths: [pairs],
      images: options.images,
      rules: options.rules
    )
    let comparison = try EmbedderComparison(evaluation, first, second, rounds: rounds, seed: seed)
    print(comparison.text)
    let output = options.pair.output
    let outputs = [output.chart, output.json, output.yaml, html]
    try OutputFile.check(outputs, inputs: comparison.sheets.flatMap(\.inputFiles))
    if let chart = output.chart {
      try OutputFile.write(Data(ChartDrawing.file(comparison.differenceChart).utf8), to: chart)
    }
    if let json = output.json { try OutputFile.write(comparison.json, to: json) }
    if let yaml = output.yaml {
      try OutputFile.write(
        Data(comparison.yaml(dataset: output.yamlDataset, date: ScoreOutput.today).utf8),
        to: yaml
      )
    }
    if let html { try OutputFile.write(Data(comparison.page), to: html) }
  }
}
