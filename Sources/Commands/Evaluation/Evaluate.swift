internal import ArgumentParser
internal import Charts
internal import Evaluation
internal import Engine
internal import Foundation

/// Scores features of any embedder by a benchmark's rules: files in, a table, a chart and JSON out, no training.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score an embedder's features by the rules of a benchmark.",
    discussion: """
      Features are a NumPy file, one row an image; of an archive of several arrays, write archive.npz:name. Rates are \
      fractions; intervals cover 95 %, by a bootstrap over identities. Behind a rate stand the threshold at which it \
      was measured, and the false accept rate that was reached there. A true accept rate at a false accept rate is the \
      largest whose false accept rate is at most the limit; other scripts take the nearest, or interpolate. The \
      conventions that each figure follows are in the JSON.
      """,
    subcommands: [
      EvaluateLFW.self, EvaluateLFWView1.self, EvaluateSLLFW.self, EvaluateRFW.self, EvaluateCALFW.self,
      EvaluateCPLFW.self, EvaluateCFP.self, EvaluateAgeDB.self, EvaluateInsightFace.self, EvaluatePairs.self,
      EvaluateYTF.self, EvaluateMegaFace.self, EvaluateIJB.self, EvaluateIJBSearch.self,
      EvaluateComparison.self, EvaluateIJBComparison.self, EvaluateMegaFaceComparison.self,
    ]
  )
}

/// The files to which the figures are written.
struct ScoreOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the figures, thresholds, folds and conventions as JSON to this file, too.",
      valueName: "file"
    )
  )
  var json: String?

  @Option(help: ArgumentHelp("Draw the ROC curve as SVG into this file.", valueName: "file"))
  var chart: String?

  @Option(
    help: ArgumentHelp(
      "Write the figures as YAML in the form of .eval_results to this file.",
      valueName: "file"
    )
  )
  var yaml: String?

  @Option(
    help: ArgumentHelp("The data set's id in the YAML; the benchmark's name unless given.", valueName: "id")
  )
  var yamlDataset: String?

  @Flag(
    help: """
      Leave out what has no image or feature (no row in the list, a row of zeros, of NaN, or of one number in all places) \
      and show the count. Without it that is an error.
      """
  )
  var allowMissing = false

  func validate() throws { try requireFolders(of: [json, chart, yaml]) }

  func write(_ sheet: ScoreSheet) throws {
    print(sheet.text)
    try OutputFile.check([json, chart, yaml], inputs: sheet.inputFiles)
    if let chart { try OutputFile.write(Data(ChartDrawing.file(sheet.chart).utf8), to: chart) }
    if let json { try OutputFile.write(sheet.json, to: json) }
    if let yaml {
      try OutputFile.write(Data(sheet.yaml(dataset: yamlDataset, date: Self.today).utf8), to: yaml)
    }
  }

  /// Today's date in UTC, `2026-11-28`.
  static var today: String { Date.now.formatted(.iso8601.year().month().day()) }
}

/// Throws an error unless ranks are 1 or more, each above the one before it.
func requireAscending(ranks: [Int]) throws {
  guard !ranks.isEmpty, zip([0] + ranks, ranks).allSatisfy({ $0 < $1 }) else {
    let found = ranks.isEmpty ? "none" : ranks.map(String.init).joined(separator: " ")
    throw ValidationError("--ranks are 1 or more and ascend, not \(found): give for example --ranks 1 10.")
  }
}
