internal import Benchmarks
internal import Findings
internal import Foundation
internal import Reports

extension EmbedderComparison {
  /// A page that needs no other file: the answer, the differences as a chart and a table, the curves, how it was counted
  /// and what was read.
  package var page: [UInt8] {
    let level = Int((comparison.level * 100).rounded())
    var content: [StandalonePage.Part] = [
      .paragraph(verdict),
      .chart(
        differenceChart,
        caption: "Differences of the figures, \(second) minus \(first), with \(level) % intervals."
      ),
      .table(
        table,
        caption:
          "Both embedders on \(pairCount) pairs\(namesPersons ? " of \(identityCount) persons" : ""). One is called better where no interval contains 0."
      ),
      .paragraph(
        "Pairs that only \(first) judges correctly: \(comparison.onlyFirstRight); that only \(second) does:"
          + " \(comparison.onlySecondRight)."
      ),
      .chart(curveChart, caption: "The two ROC curves."),
      .heading("How it was counted"),
      .list(
        [
          "Each of \(comparison.rounds) rounds of a bootstrap draws once for both embedders: persons, or pairs, with"
            + " replacement. An interval contains the middle \(level) % of the differences.",
          "Accuracy keeps the thresholds that the folds chose on all pairs; true accept rates choose theirs in each round.",
        ] + (sheets.first?.conventions ?? [])
      ),
    ]
    if !notices.isEmpty { content += [.heading("Notes"), .list(notices)] }
    var inputs = Table(columns: [.init("file"), .init("SHA-256")])
    let digests = sheets.reduce(into: [:]) { $0.merge($1.inputs) { first, _ in first } }
    for (path, digest) in digests.sorted(by: { $0.key < $1.key }) {
      inputs.append([.text(path), .text(digest)])
    }
    content += [.heading("What was read"), .table(inputs, caption: "The files and their digests.")]
    return StandalonePage(title: "\(benchmark): \(first) and \(second)", content: content).bytes
  }

  /// The differences as entries of `.eval_results/*.yaml`.
  ///
  /// - Parameter date: of the evaluation, `2026-11-28`.
  package func yaml(dataset: String?, date: String) -> String {
    comparison.differences.map { difference in
      let interval = difference.overIdentities
      let notes =
        "\(benchmark), \(second) minus \(first), 95 % interval over identities \(short(interval.lowerBound)) to"
        + " \(short(interval.upperBound)), over pairs \(short(difference.overPairs.lowerBound)) to"
        + " \(short(difference.overPairs.upperBound))"
      return """
        - dataset:
            id: \(quoted(dataset ?? benchmark))
            task_id: \(quoted("difference of " + difference.name))
          value: \(String(format: "%.9g", difference.difference))
          date: '\(date)'
          source:
            name: 'marginalia evaluate compare'
          notes: \(quoted(notes))

        """
    }.joined()
  }
}
