package import Chapters
package import Findings
package import Planning
internal import Foundation

/// What is known of each cell of a book now: the records in the store and those made in this run.
package final class Ledger: @unchecked Sendable {
  private let lock = NSRecursiveLock()
  private let store: Store
  private let inputs: InputReader
  private let chapters: [Chapter]
  private let needs: Needs
  private let context: KeyContext
  private var stored: [String: [StoredRecord]]
  /// Records made in this run.
  private var settled: [String: CellRecord] = [:]
  private var settledDigests: [String: (record: String, findings: String)] = [:]
  private var known: [String: [Plan.Known]]
  /// The last plan made and what was forced in it; good until a record is settled.
  private var lastPlan: (forced: Set<String>, plan: Plan)? { didSet { lastCells = nil } }
  /// The cells of the plan that is made with nothing forced, by id.
  private var lastCells: [String: PlannedCell]?

  /// Reads what the store knows of a book's cells.
  package init(
    chapters: [Chapter],
    context: KeyContext,
    store: Store,
    bookFolder: String,
    conditions: Conditions
  ) {
    self.chapters = chapters
    self.context = context
    self.store = store
    needs = Needs(chapters)
    inputs = InputReader(bookFolder: bookFolder, conditions: conditions)
    let cells = chapters.flatMap(\.cells).map(\.id)
    stored = Dictionary(
      cells.map { ($0, store.records(ofCell: $0)) },
      uniquingKeysWith: { first, _ in first }
    )
    known = stored.mapValues { $0.map(\.known) }
  }

  /// Plans the book with what is known now.
  package func plan(forced: Set<String> = []) -> Plan {
    lock.withLock {
      if let lastPlan, lastPlan.forced == forced { return lastPlan.plan }
      let plan = Plan(
        chapters: chapters,
        context: context,
        records: known,
        forced: forced,
        currentDigest: inputs.digest
      )
      lastPlan = (forced, plan)
      return plan
    }
  }

  /// What the cells that a chapter needs found, and which of them said of themselves that they cannot be run here; or
  /// the first that has no findings for any other reason.
  func needed(by chapter: Int) -> (findings: [String: [Finding]], skipped: [String], missing: String?) {
    lock.withLock {
      let plan = plannedCells()
      var findings: [String: [Finding]] = [:]
      var skipped: Set<String> = []
      for edge in needs.edges[chapter] {
        let cells = chapters[edge.chapter].cells
        for cell in edge.cellIndex.map({ [cells[$0]] }) ?? cells {
          let record = plan[cell.id].flatMap { current($0) { try $0.record() } }
          if let record, record.outcome == .succeeded {
            findings[cell.id] = record.findings
          } else if plan[cell.id]?.isSkipped == true {
            skipped.insert(cell.id)
          } else {
            return ([:], [], cell.id)
          }
        }
      }
      return (findings, skipped.sorted(), nil)
    }
  }

  /// How every cell stands, as `records` would say it, without reading what was found.
  package var outcomes: [CellRecord.Outcome] {
    lock.withLock {
      plan().cells.map { planned in
        if let record = settled[planned.cell.id] { return record.outcome }
        switch planned.state {
        case .fresh(let summary), .along(let summary, _): return summary.outcome
        case .stale(let reasons):
          for case .failedLastTime(let message) in reasons {
            return .failed(.init(kind: .engine, message: message))
          }
          return .notRun(reason: planned.reason)
        case .blocked: return .notRun(reason: planned.reason)
        }
      }
    }
  }

  /// The record to show for every cell: made in this run, taken from the store, or the reason why there is none.
  package func records() -> [String: CellRecord] { records { try $0.record() } }

  /// The cells that were not run by their own word, or by that of another: no fault of the book.
  package var skipped: Set<String> { Set(plan().cells.filter { $0.isSkipped }.map(\.cell.id)) }

  /// The cells that ran in this render.
  package var computed: Set<String> {
    lock.withLock { Set(settled.values.filter { $0.outcome.ran }.map(\.cell)) }
  }

  /// As `records`, with findings that lack their bulk: see `Finding.outline`.
  package func outlines() -> [String: CellRecord] {
    records { try $0.outline() }.mapValues { record in
      var record = record
      record.findings = record.findings.map(\.outline)
      return record
    }
  }

  /// The whole record to show for a cell; what is in the store is read while others may ask.
  package func record(ofCell cell: String) -> CellRecord? {
    let found = lock.withLock {
      plannedCells()[cell].map { (planned: $0, settled: settled[cell], stored: shown($0)) }
    }
    return found.map { planned, settled, stored in
      settled ?? stored.flatMap { try? $0.record() } ?? .init(notRun: planned)
    }
  }

  /// Every cell of the book by its id; only for who holds the lock.
  private func plannedCells() -> [String: PlannedCell] {
    let plan = plan()
    if let lastCells { return lastCells }
    let cells = Dictionary(plan.cells.map { ($0.cell.id, $0) }) { first, _ in first }
    lastCells = cells
    return cells
  }

  private func records(_ read: (StoredRecord) throws -> CellRecord) -> [String: CellRecord] {
    lock.withLock {
      var records: [String: CellRecord] = [:]
      for planned in plan().cells {
        records[planned.cell.id] = current(planned, read) ?? .init(notRun: planned)
      }
      return records
    }
  }

  /// What tells the records to show from any others: for each cell the digest of its record, or why it has none.
  package var recordDigests: [String] {
    lock.withLock {
      plan().cells.map { planned in
        let id = planned.cell.id
        let digest =
          settledDigests[id]?.record ?? settled[id].map { "\($0.outcome)" } ?? shown(planned)?.digest
        return "\(id) \(digest ?? planned.reason)"
      }
    }
  }

  /// The digest of what is shown as found, for each cell that has a record.
  package var findingsDigests: [String: String] {
    lock.withLock {
      var digests = settledDigests.mapValues { $0.findings }
      for planned in plan().cells where settled[planned.cell.id] == nil {
        digests[planned.cell.id] = shown(planned)?.findingsDigest
      }
      return digests
    }
  }

  private func current(
    _ planned: PlannedCell,
    _ read: (StoredRecord) throws -> CellRecord
  ) -> CellRecord? {
    settled[planned.cell.id] ?? shown(planned).flatMap { try? read($0) }
  }

  /// The stored record that stands for a cell now.
  private func shown(_ planned: PlannedCell) -> StoredRecord? {
    let records = stored[planned.cell.id]
    switch planned.state {
    case .fresh(let summary), .along(let summary, _): return records?.first { $0.summary == summary }
    case .stale(let reasons) where reasons.contains { if case .failedLastTime = $0 { true } else { false } }:
      // The failure belongs to exactly this code and these conditions.
      return records?.first.flatMap { $0.summary.key == planned.key?.digest ? $0 : nil }
    default: return nil
    }
  }

  /// Keeps a record that was just made.
  ///
  /// - Parameter isSkipped: whether the cell was not run by its own word, or by that of a cell that it needs or that
  ///   stands above it; of others that were not run nothing is kept.
  /// - Returns: a warning where the same key gave other findings before.
  func settle(_ record: CellRecord, key: CellKey?, isSkipped: Bool) throws -> String? {
    try lock.withLock {
      settled[record.cell] = record
      lastPlan = nil
      if case .notRun = record.outcome, !isSkipped { return nil }
      let digest = try Store.digest(of: record.findings)
      let earlier = known[record.cell]?.first {
        $0.record.key == record.key && $0.record.outcome == .succeeded
      }
      var summary = record
      summary.findings = []
      summary.output = ""
      let components = key?.components ?? [:]
      known[record.cell, default: []].insert(
        .init(record: summary, components: components, findingsDigest: digest),
        at: 0
      )
      settledDigests[record.cell] = (try store.keep(record, components: components), digest)
      guard record.outcome == .succeeded, let earlier, earlier.findingsDigest != digest,
        earlier.record.inputs == record.inputs
      else { return nil }
      return "'\(record.cell)' found something else than last time, though nothing that it depends on has "
        + "changed: it uses chance or the clock"
    }
  }
}

extension CellRecord {
  /// Stands for the record that a cell does not have.
  fileprivate init(notRun planned: PlannedCell) {
    self.init(
      cell: planned.cell.id,
      key: planned.key?.digest ?? "",
      outcome: .notRun(reason: planned.reason),
      provenance: .init(date: "", seconds: 0, profile: "", seed: 0, machine: "", toolchain: "")
    )
  }
}

extension PlannedCell {
  /// Whether it is on record that the cell cannot be run here.
  fileprivate var isSkipped: Bool {
    if case .fresh(let record) = state, case .notRun = record.outcome { true } else { false }
  }
}

extension CellRecord.Outcome {
  fileprivate var ran: Bool { if case .notRun = self { false } else { true } }
}

extension StoredRecord {
  fileprivate var known: Plan.Known {
    .init(record: summary, components: components, findingsDigest: findingsDigest)
  }
}

extension PlannedCell {
  /// Why the cell has no record to show, as a sentence.
  package var reason: String {
    switch state {
    case .fresh, .along: "it has not run in this render"
    case .stale(let reasons): "not run: " + reasons.map(\.clause).joined(separator: "; ")
    case .blocked(let blockage): "cannot run: " + blockage.clause
    }
  }
}

extension Needs.Blockage {
  /// The blockage as a clause for people.
  package var clause: String {
    switch self {
    case .broken: "the text of its chapter has errors"
    case .cycle(let cells):
      "cells need each other in a circle: " + (cells + cells.prefix(1)).joined(separator: " → ")
    case .blocked(let name): "it needs '\(name)', which cannot run"
    case .unknown(let name): "it needs '\(name)', which is neither a cell nor a chapter"
    case .notAbove(let name): "it needs '\(name)', which does not stand above it"
    }
  }
}
