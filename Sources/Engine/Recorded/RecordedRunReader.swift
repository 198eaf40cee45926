internal import Chapters
internal import Findings
internal import Planning

/// Finds out what became of the conditions of the records that a book keeps.
struct RecordedRunReader {
  let chapters: [Chapter]
  let needs: Needs
  let context: KeyContext
  let inputs: InputReader
  let profileSeeds: [String: UInt64]

  /// The conditions under which the keys of records are computed again: these are no change of the book.
  private struct Scale: Hashable {
    var profile: String
    var seed: UInt64
    /// Today's laboratory, or the record's own where the record notes that both give the same findings.
    var laboratory: String
  }

  /// Returns what there is to say of each record, by cell.
  func runs(of kept: KeptRecords) -> [String: RecordedRun] {
    var runs: [String: RecordedRun] = [:]
    let groups = Dictionary(grouping: kept.records.values) {
      Scale(
        profile: $0.provenance.profile,
        seed: $0.provenance.seed,
        laboratory: later(of: $0) == nil ? context.laboratory : $0.laboratory
      )
    }
    for (scale, records) in groups {
      let keys = keys(scale)
      for record in records { runs[record.cell] = run(record, key: keys[record.cell]) }
    }
    return runs
  }

  /// What a record notes of today's laboratory; `nil` where it notes nothing, or where that is its own.
  private func later(of record: KeptRecord) -> KeptRecord.Laboratory? {
    record.laboratory == context.laboratory
      ? nil : record.alsoOf?.first { $0.digest == context.laboratory }
  }

  /// The keys that the cells have under a record's profile, seed and laboratory.
  private func keys(_ scale: Scale) -> [String: CellKey] {
    var context = context
    (context.profile, context.seed, context.laboratory) = (scale.profile, scale.seed, scale.laboratory)
    let plan = Plan(chapters: chapters, needs: needs, context: context)
    let pairs = plan.cells.compactMap { planned in planned.key.map { (planned.cell.id, $0) } }
    return Dictionary(pairs) { first, _ in first }
  }

  private func run(_ record: KeptRecord, key: CellKey?) -> RecordedRun {
    let changed = key?.changes(since: record.key.parts) ?? []
    // A command that starts no compiler does not know these; what is not known has not changed.
    let isKnown = { (reason: StaleReason) in
      guard case .changed(let part, _, let now) = reason else { return true }
      return !now.isEmpty || ![.laboratory, .compiler, .kernel].contains(part)
    }
    let isChanged = { (input: CellRecord.Input) in
      [.file, .variable, .parameter].contains(input.kind)
        && !input.name.hasPrefix(CellRecord.Input.dataPrefix)
        && !inputs.isUnchanged(input)
    }
    let data = RecordedRun.dataRoots(record.inputs).map { root in
      let now = inputs.dataRoot(root.name).digest
      let state: RecordedRun.DataRoot.State =
        now.map { $0 == root.digest ? .same : .other($0) } ?? .notGiven
      return RecordedRun.DataRoot(name: root.name, digest: root.digest, state: state)
    }
    return RecordedRun(
      cell: record.cell,
      path: KeptRecord.path(ofCell: record.cell),
      provenance: record.provenance,
      data: data,
      changes: changed.filter(isKnown) + record.inputs.filter(isChanged).map(StaleReason.inputChanged),
      omitted: record.omitted,
      laterLaboratory: later(of: record).map { .init(profile: $0.profile, findings: $0.findings) },
      command: command(record, data.map(\.name))
    )
  }

  private func command(_ record: KeptRecord, _ roots: [String]) -> String {
    let (profile, seed) = (record.provenance.profile, record.provenance.seed)
    return
      (["marginalia render \(record.cell) --profile \(profile)"]
      + (profileSeeds[profile] == seed ? [] : ["--seed \(seed)"]) + roots.map { "--data \($0)=DIR" })
      .joined(separator: " ")
  }
}
