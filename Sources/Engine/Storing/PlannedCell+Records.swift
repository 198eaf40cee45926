internal import Chapters
internal import Findings
internal import Planning

extension CellRecord {
  /// Creates a stand-in for a cell without a record.
  init(notRun planned: PlannedCell) {
    self.init(
      cell: planned.cell.id,
      key: planned.key?.digest ?? "",
      outcome: planned.outcomeWithoutRecord,
      provenance: .init(date: "", seconds: 0, profile: "", seed: 0, machine: "", toolchain: "")
    )
  }
}

extension PlannedCell {
  /// Whether its record is still valid and says that the cell was skipped.
  var isSkipped: Bool {
    if case .fresh(let record) = state { record.outcome.isSkip } else { false }
  }
}

extension StoredRecord {
  var known: Plan.Known {
    .init(record: summary, components: components, findingsDigest: findingsDigest)
  }
}
