internal import Chapters
package import Planning
internal import Markup

/// A recorded run on a page: when and where it ran, that it did not run here, and whether it still matches the book.
struct RecordedRunMarkup {
  let run: RecordedRun

  /// Puts findings of the run into a frame with its conditions.
  func framing(_ findings: [Node]) -> Node {
    tag(
      "div",
      ["class": "recorded", "role": "group", "aria-label": "Recorded run of cell \(run.cell), not run here"],
      tag(
        "p",
        ["class": "notice"],
        tag("strong", [:], "Recorded run:"),
        .text(" \(run.headline); not run here.")
      ),
      tag("p", ["class": "remark"], .text(run.matchSentence + dataSentence + omittedSentence)),
      tag("p", ["class": "remark"], "To run it: ", tag("code", [:], .text(run.command))),
      .fragment(findings)
    )
  }

  /// The mark behind a number of the run in a sentence.
  var mark: Node { tag("sup", ["class": "recorded-mark"], "recorded") }

  /// What a reader sees who points at such a number.
  var title: String { "\(run.headline); not run here." }

  private var dataSentence: String {
    let missing = run.data.filter { $0.state == .notGiven }.map(\.name)
    return missing.isEmpty ? "" : " Data not given here: \(missing.joined(separator: ", "))."
  }

  private var omittedSentence: String {
    let names = run.omitted.joined(separator: ", ")
    return names.isEmpty ? "" : " Pictures are no part of a record; left out: \(names)."
  }
}

/// How the findings of a cell that ran here compare with those of its recorded run.
package struct RecordComparison: Hashable, Sendable {
  package var run: RecordedRun
  /// How the conditions differ, a clause each; empty where both runs had the same.
  package var differences: [String]
  /// Findings that are the same to the last bit.
  package var identicalCount: Int
  /// Findings that differ: before is the recorded run, after is here.
  package var rows: [DifferencePage.Row]

  package init(run: RecordedRun, differences: [String], identicalCount: Int, rows: [DifferencePage.Row]) {
    self.run = run
    self.differences = differences
    self.identicalCount = identicalCount
    self.rows = rows
  }

  /// The comparison in a sentence.
  var sentence: String {
    let others = differences.isEmpty ? "" : " This run has \(differences.joined(separator: ", "))."
    let counts = "\(counted(identicalCount, "finding")) the same to the last bit, \(rows.count) different"
    return "Beside the recorded run (\(run.headline)): \(counts)." + others
  }

  /// A line beneath the cell's own findings, which opens to a table.
  var node: Node {
    guard !rows.isEmpty else { return tag("p", ["class": "remark"], .text(sentence)) }
    let heads = ["Finding", "Recorded", "Here", "Difference", "Remark"]
    return tag(
      "details",
      ["class": "numbers"],
      tag("summary", [:], .text(sentence)),
      DifferencePage.table(
        rows,
        heads: heads,
        name: "Findings of cell \(run.cell) that differ from the record"
      )
    )
  }
}
