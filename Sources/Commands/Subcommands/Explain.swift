internal import ArgumentParser
internal import Engine
internal import Findings
internal import Chapters
internal import Foundation
internal import Planning
internal import Reports

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a cell is fresh or stale, what it depends on, and what is recorded of it."
  )

  @Argument(help: "The cell's id.")
  var cell: String

  @OptionGroup var options: BookOptions

  func run() throws {
    let session = try Session(options, purpose: .inspect)
    let plan = session.ledger.plan()
    guard let planned = plan.cells.first(where: { $0.cell.id == cell }) else {
      throw BookProblems(problems: [
        "'\(cell)' is not a cell of this book: it has "
          + (plan.cells.isEmpty ? "none" : plan.cells.map(\.cell.id).sorted().joined(separator: ", "))
      ])
    }
    print("\(planned.cell.location): \(cell): \(planned.clause)")
    if case .stale(let reasons) = planned.state, reasons.count > 1 {
      for reason in reasons { print("  - \(reason.clause)") }
    }
    if let key = planned.key {
      print("key \(key.digest)")
      for (name, value) in key.components.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
        print("  \(name): \(value)")
      }
    }
    if let run = session.ledger.recordedRun(ofCell: cell) { Self.explain(run) }
    let records = session.store.records(ofCell: cell)
    print("\(counted(records.count, "record")), newest first")
    for record in records {
      print("  " + Self.line(record.summary, isCurrent: record.summary.key == planned.key?.digest))
    }
    if let newest = records.first {
      for input in newest.summary.inputs {
        print("  read \(input.kind.rawValue) \(input.name): \(input.digest?.prefix(12) ?? "not there")")
      }
    }
  }

  private static func explain(_ run: RecordedRun) {
    print("\(run.path): \(run.headline)")
    print("  \(run.matchSentence)")
    for root in run.data {
      switch root.state {
      case .same: print("  data \(root.name): the same as in the record")
      case .notGiven: print("  data \(root.name): not given here")
      case .other(let digest):
        print("  data \(root.name): other files than in the record; their digest is \(digest.prefix(12))")
      }
    }
    print("  to run it: \(run.command)")
  }

  private static func line(_ record: CellRecord, isCurrent: Bool) -> String {
    let mark = isCurrent ? ", this key" : ""
    return "\(record.key.prefix(12)) \(record.provenance.date) \(record.outcome.text), "
      + "\(Console.time(record.provenance.seconds)), \(record.provenance.profile), seed \(record.provenance.seed)\(mark)"
  }
}
