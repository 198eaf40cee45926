package import Chapters
package import Findings
package import Planning
internal import Foundation

/// The current records of a book's cells: those in the store and those made in this run.
package final class Ledger: @unchecked Sendable {
  private let lock = NSRecursiveLock()
  private let store: Store
  private let inputs: InputReader
  private let chapters: [Chapter]
  private let needs: Needs
  private let context: KeyContext
  private var stored: [String: [StoredRecord]]
  /// Records made in this run.
  private var made: [String: CellRecord] = [:]
  private var madeDigests: [String: (record: String, findings: String)] = [:]
  private var known: [String: [Plan.Known]]
  /// The last plan made and what was forced in it; valid until a record is made.
  private var lastPlan: (forced: Set<String>, plan: Plan)? { didSet { lastCells = nil } }
  /// The cells of the plan that is made with nothing forced, by id.
  private var lastCells: [String: PlannedCell]?
  /// The records that the book keeps, shown for cells that were not run here.
  private let kept: KeptRecords
  /// What there is to say of each of `kept`, by cell.
  private let recordedRuns: [String: RecordedRun]

  /// Reads the records of a book's cells from the store.
  ///
  /// - Parameters:
  ///   - kept: the records that the book keeps.
  ///   - profileSeeds: the seed of each profile, which the command of a recorded run need not name.
  package init(
    chapters: [Chapter],
    needs: Needs,
    context: KeyContext,
    store: Store,
    bookFolder: String,
    conditions: Conditions,
    kept: KeptRecords = KeptRecords(),
    profileSeeds: [String: UInt64] = [:]
  ) {
    self.chapters = chapters
    self.context = context
    self.store = store
    self.needs = needs
    inputs = InputReader(bookFolder: bookFolder, conditions: conditions, store: store)
    let cells = chapters.flatMap(\.cells).map(\.id)
    stored = Dictionary(
      cells.map { ($0, store.records(ofCell: $0)) },
      uniquingKeysWith: { first, _ in first }
    )
    known = stored.mapValues { $0.map(\.known) }
    self.kept = kept
    recordedRuns = RecordedRunReader(
      chapters: chapters,
      needs: needs,
      context: context,
      inputs: inputs,
      profileSeeds: profileSeeds
    ).runs(of: kept)
  }

  /// Plans the book with the current records.
  package func plan(forced: Set<String> = []) -> Plan {
    lock.withLock {
      if let lastPlan, lastPlan.forced == forced { return lastPlan.plan }
      let plan = Plan(
        chapters: chapters,
        needs: needs,
        context: context,
        records: known,
        forced: forced,
        currentDigest: inputs.digest
      )
      lastPlan = (forced, plan)
      return plan
    }
  }

  /// A needed cell without findings.
  struct MissingNeed: Error {
    var cell: String
  }

  /// Returns the findings of the cells that a chapter needs and which of these cells were skipped by `notRun`, or the
  /// first that has no findings for any other reason.
  func needed(by chapter: Int) -> Result<(findings: [String: [Finding]], skipped: [String]), MissingNeed> {
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
            return .failure(MissingNeed(cell: cell.id))
          }
        }
      }
      return .success((findings, skipped.sorted()))
    }
  }

  /// The outcome of every cell, in running order, without reading findings.
  package var outcomes: [Outcome] { lock.withLock { plan().cells.map(outcome) } }

  private func outcome(of planned: PlannedCell) -> Outcome {
    if let record = made[planned.cell.id] { return record.outcome }
    switch planned.state {
    case .fresh(let summary), .rerunWithChapter(let summary, _): return summary.outcome
    case .stale(let reasons):
      for case .failedLastTime(let failure) in reasons { return .failed(failure) }
      return planned.outcomeWithoutRecord
    case .blocked: return planned.outcomeWithoutRecord
    }
  }

  /// The record to show for every cell: made in this run, taken from the store, kept by the book, or the reason why
  /// there is none.
  package func records() -> [String: CellRecord] { records { try $0.record() } }

  /// The cells that were skipped by `notRun`, which is no error of the book.
  package var skipped: Set<String> { Set(plan().cells.filter { $0.isSkipped }.map(\.cell.id)) }

  /// The cells that ran in this render.
  package var computed: Set<String> {
    lock.withLock { Set(made.values.filter { $0.outcome.kind != .notRun }.map(\.cell)) }
  }

  /// The same as `records`, with outlines of the findings: see `Finding.outline`.
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
      plannedCells()[cell].map { (planned: $0, made: made[cell], stored: shown($0)) }
    }
    return found.map { planned, made, stored in
      substituted(made ?? stored.flatMap { try? $0.record() } ?? .init(notRun: planned))
    }
  }

  /// The record that the book keeps, in place of one of a cell that was not run.
  private func substituted(_ record: CellRecord) -> CellRecord {
    guard record.outcome.kind == .notRun, let kept = kept.records[record.cell] else { return record }
    return kept.shown(outcome: record.outcome)
  }

  /// Every cell of the book by its id. The caller must hold the lock.
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
        records[planned.cell.id] = substituted(current(planned, read) ?? .init(notRun: planned))
      }
      return records
    }
  }

  /// For each cell a text that changes with the shown record: its digest, or why there is none.
  package var recordDigests: [String] {
    lock.withLock {
      plan().cells.map { planned in
        let id = planned.cell.id
        let digest =
          madeDigests[id]?.record ?? made[id].map { "\($0.outcome)" } ?? shown(planned)?.digest
        let recorded = recordedRuns[id].map { " \($0) \(kept.records[id]?.findingsDigest ?? "")" } ?? ""
        return "\(id) \(digest ?? "\(planned.outcomeWithoutRecord)")" + recorded
      }
    }
  }

  /// The digest of what is shown as found, for each cell that has a record.
  package var findingsDigests: [String: String] {
    lock.withLock {
      var digests = madeDigests.mapValues { $0.findings }
      for planned in plan().cells where made[planned.cell.id] == nil {
        digests[planned.cell.id] = shown(planned)?.findingsDigest
      }
      for cell in recorded.keys { digests[cell] = kept.records[cell]?.findingsDigest }
      return digests
    }
  }

  /// The recorded runs that are shown in place of cells that were not run here, by cell.
  package var recorded: [String: RecordedRun] {
    lock.withLock {
      guard !recordedRuns.isEmpty else { return [:] }
      let missing = Set(plan().cells.filter { outcome(of: $0).kind == .notRun }.map(\.cell.id))
      return recordedRuns.filter { missing.contains($0.key) }
    }
  }

  /// The recorded run of a cell, whether or not the cell ran here; `nil` where the book keeps none.
  package func recordedRun(ofCell cell: String) -> RecordedRun? { recordedRuns[cell] }

  /// The records that the book keeps, by cell.
  package var keptRecords: [String: KeptRecord] { kept.records }

  /// Returns the record of a cell that has run under the current conditions, in the form that the book keeps; `nil` where
  /// there is none.
  package func recordToKeep(ofCell cell: String) throws -> KeptRecord? {
    try lock.withLock {
      guard let planned = plannedCells()[cell], let stored = shown(planned),
        stored.summary.outcome == .succeeded
      else { return nil }
      return KeptRecord(try stored.record(), components: stored.components)
    }
  }

  private func current(
    _ planned: PlannedCell,
    _ read: (StoredRecord) throws -> CellRecord
  ) -> CellRecord? {
    made[planned.cell.id] ?? shown(planned).flatMap { try? read($0) }
  }

  /// The stored record that is shown for a cell now.
  private func shown(_ planned: PlannedCell) -> StoredRecord? {
    let records = stored[planned.cell.id]
    switch planned.state {
    case .fresh(let summary), .rerunWithChapter(let summary, _):
      return records?.first { $0.summary == summary }
    case .stale(let reasons) where reasons.contains { if case .failedLastTime = $0 { true } else { false } }:
      // The failure belongs to exactly this code and these conditions.
      return records?.first.flatMap { $0.summary.key == planned.key?.digest ? $0 : nil }
    case .stale, .blocked: return nil
    }
  }

  /// Stores a record that was just made; of cells that were not run only skipped ones are stored.
  ///
  /// - Returns: a warning where the same key gave other findings before.
  func keep(_ record: CellRecord, key: CellKey?) throws -> String? {
    try lock.withLock {
      made[record.cell] = record
      lastPlan = nil
      if record.outcome.kind == .notRun, !record.outcome.isSkip { return nil }
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
      madeDigests[record.cell] = (try store.keep(record, components: components), digest)
      guard record.outcome == .succeeded, let earlier, earlier.findingsDigest != digest,
        earlier.record.inputs == record.inputs
      else { return nil }
      return
        "the findings of '\(record.cell)' differ from those of its last run, though nothing that it depends on "
        + "has changed: its code uses chance or the clock"
    }
  }
}
