internal import ArgumentParser
internal import Benchmarks
internal import Charts
internal import Faces
internal import Findings
internal import Foundation

/// Scores anybody's features by a benchmark's own rules: files in, a table, a chart and JSON out, no training.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score an embedder's features by the rules of a benchmark.",
    discussion: """
      Features are a NumPy file of little-endian float32, float64 or float16, one row an image. Rates are \
      fractions; intervals cover 95 % by drawing identities anew.
      """,
    subcommands: [
      EvaluateLFW.self, EvaluateSLLFW.self, EvaluateYTF.self, EvaluateMegaFace.self, EvaluateIJB.self,
    ]
  )
}

/// Where the figures go.
struct ScoreOutput: ParsableArguments {
  @Option(help: ArgumentHelp("Write the figures as JSON to this file, too.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Draw the ROC curve as SVG into this file.", valueName: "file"))
  var chart: String?

  @Flag(help: "Leave out what has no image or feature; the count is shown. Without it that is an error.")
  var allowMissing = false

  /// What counts the missing, where they are allowed.
  var missing: MissingTally? { allowMissing ? MissingTally() : nil }

  func write(_ sheet: ScoreSheet) throws {
    print(sheet.text)
    if let chart {
      let svg = ChartDrawing.file(sheet.chart)
      try Data(svg.utf8).write(to: URL(fileURLWithPath: chart), options: .atomic)
    }
    guard let json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(sheet).write(to: URL(fileURLWithPath: json), options: .atomic)
  }
}

/// The figures of one evaluation.
struct ScoreSheet: Codable {
  var benchmark: String
  /// SHA-256 of each file read, by path.
  var inputs: [String: String] = [:]
  var scores: [Score] = []
  /// Operating points of the ROC, thinned to rates of 1e-6 to 1, five a decade.
  var roc: [Point] = []

  struct Score: Codable {
    var name: String
    var value: Double
    var lower: Double?
    var upper: Double?
  }

  struct Point: Codable {
    var falseAcceptRate: Double
    var trueAcceptRate: Double
  }

  mutating func add(_ name: String, _ value: Double, _ interval: BootstrapInterval? = nil) {
    scores.append(Score(name: name, value: value, lower: interval?.lower, upper: interval?.upper))
  }

  /// Shows how much was left out, where that was allowed.
  mutating func add(_ missing: MissingTally?, _ what: String) {
    if let missing { add("\(what) left out", Double(missing.count)) }
  }

  mutating func add(_ curve: ROC) {
    roc = stride(from: -30, through: 0, by: 1).map { fifth in
      let limit = pow(10, Double(fifth) / 5)
      return Point(falseAcceptRate: limit, trueAcceptRate: curve.trueAcceptRate(atFalseAcceptRate: limit))
    }
  }

  /// The ROC curve, the false accept rate by its powers of ten.
  var chart: Chart {
    Chart(
      x: .init("False accept rate", scale: .log),
      y: .init("True accept rate", domain: 0...1, unit: .fraction),
      marks: [
        .line(series: benchmark, points: roc.map { Chart.Point($0.falseAcceptRate, $0.trueAcceptRate) })
      ],
      summary: "\(benchmark): true accept rate at false accept rates from 1e-6 to 1."
    )
  }

  /// A table for the terminal.
  var text: String {
    let width = scores.map(\.name.count).max() ?? 0
    let lines = scores.map { score in
      let name = score.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let value = String(format: "%10.6g", score.value)
      guard let lower = score.lower, let upper = score.upper else { return "  \(name)  \(value)" }
      return "  \(name)  \(value)   [\(String(format: "%.6g", lower)), \(String(format: "%.6g", upper))]"
    }
    return ([benchmark] + lines).joined(separator: "\n")
  }
}
