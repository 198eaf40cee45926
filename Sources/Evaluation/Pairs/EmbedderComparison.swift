package import Benchmarks
internal import Faces
package import Findings
package import Foundation
internal import Tensors

/// Two embedders on the same pairs: which is better, and how sure that is.
package struct EmbedderComparison: Sendable {
  package let benchmark: String
  /// The names of the two.
  package let first: String
  package let second: String
  package let comparison: PairedComparison
  /// The figures of each.
  package let sheets: [ScoreSheet]
  package let pairCount: Int
  package let identityCount: Int
  /// Whether the identities are persons; else folders of images, or images, stand for them.
  let namesPersons: Bool

  /// Compares the embedders of two files of features.
  ///
  /// - Parameters:
  ///   - evaluation: the pairs and the rules, the same for both.
  ///   - first: the features of the first.
  ///   - second: the features of the second; dimensions may differ.
  ///   - rounds: of the bootstrap.
  /// - Throws: a ``DataError`` or an ``EvaluationError``.
  package init(_ evaluation: PairEvaluation, _ first: String, _ second: String, rounds: Int, seed: UInt64)
    throws
  {
    let rules = evaluation.rules
    let prepared = try PreparedPairs(
      [first, second],
      images: evaluation.images,
      list: evaluation.list,
      listPath: evaluation.listPaths[0],
      halves: FeatureHalves(rules.normalisation),
      allowsMissing: rules.allowsMissing
    )
    let results = try zip([first, second], prepared.features).map { path, features in
      try naming(features: path, list: evaluation.listPaths[0]) {
        try rules.verification(features, prepared.pairs, prepared.members)
      }
    }
    comparison = PairedComparison(
      results[0],
      results[1],
      pairs: prepared.pairs,
      falseAcceptRates: rules.falseAcceptRates,
      rounds: rounds,
      seed: seed
    )
    let images = evaluation.images.map { [$0] } ?? []
    sheets = try zip([first, second], results).map { path, result in
      var sheet = try ScoreSheet(
        "\(evaluation.name), \(path)",
        reading: [path] + evaluation.listPaths + images
      )
      sheet.add(result)
      sheet.addRates(JudgedPairs(result, prepared.pairs), rules, leftOut: prepared.leftOut)
      sheet.note(evaluation.list.repeats)
      return sheet
    }
    benchmark = evaluation.name
    (self.first, self.second) = Self.names(first, second)
    pairCount = prepared.pairs.pairs.count
    namesPersons = prepared.pairs.namesPersons
    let numbers = prepared.pairs.identityNumbers
    identityCount = Set(numbers.map(\.first) + numbers.map(\.second)).count
  }

  /// The files' names, or their paths where the names are equal.
  private static func names(_ first: String, _ second: String) -> (String, String) {
    func name(_ path: String) -> String {
      URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
    return name(first) == name(second) ? (first, second) : (name(first), name(second))
  }

  private func name(of verdict: PairedComparison.Verdict) -> String? {
    switch verdict {
    case .first: first
    case .second: second
    case .undecided: nil
    }
  }

  /// The answer in a sentence, by the accuracy.
  package var verdict: String {
    guard let accuracy = comparison.differences.first else { return "" }
    let points = String(format: "%.2f", abs(accuracy.difference) * 100)
    guard let better = name(of: accuracy.verdict) else {
      return
        "Undecided: the accuracies differ by \(points) percentage points, and at least one interval of the difference contains 0."
    }
    return
      "\(better) is better: its accuracy is \(points) percentage points higher, and no interval of the difference contains 0."
  }

  /// A table for the terminal.
  package var text: String {
    let rows = comparison.differences.map { difference in
      DifferenceTable.Row(
        name: difference.name,
        first: difference.first,
        second: difference.second,
        difference: difference.difference,
        intervals: [difference.overIdentities, difference.overPairs].map { [$0.lowerBound, $0.upperBound] },
        better: difference.verdict
      )
    }
    let table = DifferenceTable(
      benchmark: benchmark,
      first: first,
      second: second,
      drawn: "pairs",
      rows: rows
    )
    let rights =
      "  pairs judged rightly by A alone \(comparison.onlyFirstRight), by B alone \(comparison.onlySecondRight), of \(pairCount)"
    return (table.lines + [rights, verdict] + notices.map { "note: \($0)" }).joined(separator: "\n")
  }

  /// The notices of both embedders, and those of one with its name.
  var notices: [String] {
    let (a, b) = (sheets[0].notices, sheets[1].notices)
    return a.map { b.contains($0) ? $0 : "\(first): \($0)" }
      + b.filter { !a.contains($0) }.map { "\(second): \($0)" }
  }

  /// JSON: the differences, and the sheet of each embedder.
  package var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return try encoder.encode(
        File(
          benchmark: benchmark,
          first: first,
          second: second,
          verdict: verdict,
          pairs: pairCount,
          identities: identityCount,
          level: comparison.level,
          rounds: comparison.rounds,
          onlyFirstRight: comparison.onlyFirstRight,
          onlySecondRight: comparison.onlySecondRight,
          differences: comparison.differences.map { difference in
            File.Difference(
              name: difference.name,
              first: difference.first,
              second: difference.second,
              difference: difference.difference,
              overIdentities: [difference.overIdentities.lowerBound, difference.overIdentities.upperBound],
              overPairs: [difference.overPairs.lowerBound, difference.overPairs.upperBound],
              better: difference.verdict
            )
          },
          sheets: sheets
        )
      )
    }
  }

  private struct File: Codable {
    var benchmark: String
    var first: String
    var second: String
    var verdict: String
    var pairs: Int
    var identities: Int
    var level: Double
    var rounds: Int
    var onlyFirstRight: Int
    var onlySecondRight: Int
    var differences: [Difference]
    var sheets: [ScoreSheet]

    struct Difference: Codable {
      var name: String
      var first: Double
      var second: Double
      var difference: Double
      var overIdentities: [Double]
      var overPairs: [Double]
      var better: PairedComparison.Verdict
    }
  }

  /// The differences with their intervals over identities, a row each.
  package var differenceChart: Chart {
    let names = comparison.differences.map(\.name)
    func spans(_ range: (PairedComparison.Difference) -> ClosedRange<Double>, _ shift: Double) -> [Chart.Span]
    {
      comparison.differences.enumerated().map {
        Chart.Span(Double($0) + shift, range($1).lowerBound, range($1).upperBound)
      }
    }
    return Chart(
      x: .init("", scale: .categorical(names.map(Self.brief))),
      y: .init("\(second) minus \(first)", unit: .fraction),
      marks: [
        .rule(series: "no difference", from: .init(-0.5, 0), to: .init(Double(names.count) - 0.5, 0)),
        .errorBars(series: "over identities", spans: spans(\.overIdentities, -0.1)),
        .dots(
          series: "over identities",
          points: comparison.differences.enumerated().map { Chart.Point(Double($0) - 0.1, $1.difference) }
        ),
        .errorBars(series: "over pairs", spans: spans(\.overPairs, 0.1)),
        .dots(
          series: "over pairs",
          points: comparison.differences.enumerated().map { Chart.Point(Double($0) + 0.1, $1.difference) }
        ),
      ],
      summary: "Differences of the figures of \(second) and \(first) with their 95 % intervals. \(verdict)"
    )
  }

  private static func brief(_ name: String) -> String {
    name.replacing("true accept rate at false accept rate ", with: "TAR at ")
      .replacing("area under the ROC curve", with: "AUC").replacing("equal error rate", with: "EER")
  }

  /// The two ROC curves.
  package var curveChart: Chart {
    Chart(
      x: .init("False accept rate", scale: .log),
      y: .init("True accept rate", domain: 0...1, unit: .fraction),
      marks: zip([first, second], sheets).map { name, sheet in
        .line(
          series: name,
          points: sheet.roc.filter { $0.falseAcceptRate > 1e-5 }.map {
            .init($0.falseAcceptRate, $0.trueAcceptRate)
          }
        )
      },
      summary: "ROC curves of \(first) and \(second) on \(benchmark)."
    )
  }

  /// The differences as a table.
  package var table: Table {
    var table = Table(columns: [
      .init("figure"), .init(first, digits: 4), .init(second, digits: 4), .init("difference", digits: 4),
      .init("over identities"), .init("over pairs"), .init("better"),
    ])
    for difference in comparison.differences {
      let ranges = [difference.overIdentities, difference.overPairs].map {
        Table.Value.text(
          String(format: "%+.4f to %+.4f", $0.lowerBound, $0.upperBound).replacing("-", with: "−")
        )
      }
      table.append(
        [
          .text(difference.name), .number(difference.first), .number(difference.second),
          .number(difference.difference),
        ]
          + ranges + [.text(name(of: difference.verdict) ?? "undecided")]
      )
    }
    return table
  }
}

extension [String] {
  /// The texts, each once, in order.
  var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
