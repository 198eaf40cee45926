internal import Benchmarks
internal import Foundation

/// The table of a comparison for the terminal: the figures of two embedders, A and B, their differences with two intervals,
/// and which is better.
struct DifferenceTable {
  var benchmark: String
  /// The names of the two embedders.
  var first: String
  var second: String
  /// What the second interval draws, in the plural.
  var drawn: String
  var rows: [Row] = []

  struct Row {
    var name: String
    var first: Double
    var second: Double
    var difference: Double
    /// Lower and upper bound, over identities and over what else is drawn.
    var intervals: [[Double]]
    var better: PairedComparison.Verdict
  }

  /// The lines, the first two of them above the rows.
  var lines: [String] {
    let width = rows.map(\.name.count).max() ?? 0
    let head = [
      "\(benchmark): A = \(first), B = \(second)",
      "  A, B, B - A; its 95 % intervals over identities and over \(drawn); the better one",
    ]
    return head
      + rows.map { row in
        let numbers = [row.first, row.second, row.difference].map { String(format: "%10.6f", $0) }
        let intervals = row.intervals.map { bounds in
          "[" + bounds.map { String(format: "%+.6f", $0) }.joined(separator: ", ") + "]"
        }
        let better =
          switch row.better {
          case .first: "A"
          case .second: "B"
          case .undecided: "undecided"
          }
        return "  \(padded(row.name, width))  \(numbers.joined(separator: " "))  "
          + "\(intervals.joined(separator: "  "))  \(better)"
      }
  }
}
