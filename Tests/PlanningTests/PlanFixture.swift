internal import Chapters
internal import Findings
internal import Planning

extension Plan {
  /// Plans chapters whose needs are resolved here.
  init(
    chapters: [Chapter],
    context: KeyContext,
    records: [String: [Known]] = [:],
    forced: Set<String> = [],
    currentDigest: @escaping (CellRecord.Input) -> String? = { _ in nil }
  ) {
    self.init(
      chapters: chapters,
      needs: Needs(chapters),
      context: context,
      records: records,
      forced: forced,
      currentDigest: currentDigest
    )
  }
}

let context = KeyContext(
  laboratory: "lab",
  compiler: "6.3",
  kernel: "Haswell",
  profile: "small",
  seed: 1
)

func cell(_ id: String, needs: [String] = [], code: String = "let x = 1\n") -> Cell {
  Cell(id: id, needs: needs, code: code, location: SourceLocation(file: "x.md", line: 3))
}

func chapter(_ id: String, cells: [Cell]) -> Chapter {
  Chapter(
    file: id + ".md",
    id: id,
    number: nil,
    title: [],
    blocks: cells.indices.map { .cell($0) },
    cells: cells
  )
}

/// A chapter `ch-ID` with the one cell `ID`.
func chapter(_ id: String, needs: [String] = []) -> Chapter {
  chapter("ch-" + id, cells: [cell(id, needs: needs)])
}

/// The records of a run in which every cell succeeded.
func ran(
  _ chapters: [Chapter],
  context: KeyContext = context,
  inputs: [String: [CellRecord.Input]] = [:]
) -> [String: [Plan.Known]] {
  var records: [String: [Plan.Known]] = [:]
  for planned in Plan(chapters: chapters, context: context).cells {
    guard let key = planned.key else { continue }
    let id = planned.cell.id
    let provenance = Provenance(date: "", seconds: 2, profile: "", seed: 1, machine: "", toolchain: "")
    let record = CellRecord(
      cell: id,
      key: key.digest,
      outcome: .succeeded,
      inputs: inputs[id] ?? [],
      provenance: provenance
    )
    records[id] = [.init(record: record, components: key.components, findingsDigest: "findings of \(id)")]
  }
  return records
}

func reasons(_ plan: Plan, _ id: String) -> [StaleReason] {
  guard case .stale(let reasons)? = plan.cells.first(where: { $0.cell.id == id })?.state else { return [] }
  return reasons
}
