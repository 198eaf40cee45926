internal import Chapters
internal import Findings

/// Decides for each cell whether it is fresh, that is whether one of its records is still valid; needed chapters must be
/// checked first.
struct FreshnessCheck {
  let records: [String: [Plan.Known]]
  let forced: Set<String>
  let currentDigest: (CellRecord.Input) -> String?
  /// The outcome digests of fresh cells: see `Plan.Known.outcomeDigest`.
  private var outcomes: [String: String] = [:]
  /// Cells that will run.
  private var running: Set<String> = []
  /// The current digests of inputs, so that each is computed once.
  private var digests: [CellRecord.Input: String?] = [:]

  init(
    records: [String: [Plan.Known]],
    forced: Set<String>,
    currentDigest: @escaping (CellRecord.Input) -> String?
  ) {
    self.records = records
    self.forced = forced
    self.currentDigest = currentDigest
  }

  mutating func check(_ cell: Cell, of chapter: Chapter, key: CellKey) -> PlannedCell {
    var planned = PlannedCell(cell: cell, key: key, state: .stale([.neverRun]))
    let known = records[cell.id] ?? []
    let digest = key.digest
    let sameKey = known.filter { $0.record.key == digest }
    for candidate in sameKey
    where candidate.record.outcome.kind != .failed && changedInput(of: candidate) == nil {
      planned.state = .fresh(candidate.record)
      planned.expectedSeconds = candidate.record.provenance.seconds
      outcomes[cell.id] = candidate.outcomeDigest
      break
    }
    if case .stale = planned.state, let nearest = sameKey.first ?? nearest(to: key, in: known) {
      planned.expectedSeconds = nearest.record.provenance.seconds
      planned.state = .stale(reasons(nearest, key: key))
    }
    if forced.contains(cell.id) || forced.contains(chapter.id) { planned.state = .stale([.forced]) }
    return planned
  }

  /// Marks all cells of a chapter with a stale cell to run, since a chapter runs as a whole.
  mutating func markChapterStale(_ chapter: inout PlannedChapter) {
    let first = chapter.cells.first { if case .stale = $0.state { true } else { false } }
    guard let first else { return }
    for index in chapter.cells.indices {
      running.insert(chapter.cells[index].cell.id)
      if case .fresh(let record) = chapter.cells[index].state {
        chapter.cells[index].state = .rerunWithChapter(record, staleCell: first.cell.id)
      }
    }
  }

  /// The first input of a record that has changed.
  private mutating func changedInput(of known: Plan.Known) -> CellRecord.Input? {
    for input in known.record.inputs where current(input) != input.digest { return input }
    return nil
  }

  private mutating func current(_ input: CellRecord.Input) -> String? {
    if input.kind == .recipe || input.kind == .data { return input.digest }
    if input.kind == .finding { return running.contains(input.name) ? nil : outcomes[input.name] }
    let name = CellRecord.Input(kind: input.kind, name: input.name, digest: nil)
    if let digest = digests[name] { return digest }
    let digest = currentDigest(name)
    digests[name] = .some(digest)
    return digest
  }

  private func nearest(to key: CellKey, in known: [Plan.Known]) -> Plan.Known? {
    known.min { differences($0, key) < differences($1, key) }
  }

  private func differences(_ known: Plan.Known, _ key: CellKey) -> Int {
    Set(known.components.keys).union(key.components.keys)
      .count { known.components[$0] != key.components[$0] }
  }

  private mutating func reasons(_ known: Plan.Known, key: CellKey) -> [StaleReason] {
    var reasons = key.changes(since: known.components)
    if !reasons.isEmpty { return reasons }
    switch known.record.outcome {
    case .failed(let failure): return [.failedLastTime(failure)]
    case .succeeded, .notRun: break
    }
    for input in known.record.inputs where current(input) != input.digest {
      let waits = input.kind == .finding && running.contains(input.name)
      reasons.append(waits ? .needRuns(input.name) : .inputChanged(input))
    }
    return reasons.isEmpty ? [.neverRun] : reasons
  }
}
