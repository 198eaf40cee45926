internal import Chapters
package import Findings
internal import Markup

extension Report {
  /// What earlier renders made of cells, found again by everything that it was made of.
  package struct Memo: Sendable {
    /// For each cell a digest of what it found; a cell without one is made anew each time.
    package var digests: [String: String]
    /// Reads the whole record of a cell, of which `records` may lack the bulk.
    package var whole: @Sendable (_ cell: String) -> CellRecord?
    /// Returns what was made of a key, or makes it.
    package var recall: @Sendable (_ key: [String], _ make: () throws -> [UInt8]) throws -> [UInt8]

    package init(
      digests: [String: String],
      whole: @escaping @Sendable (_ cell: String) -> CellRecord?,
      recall: @escaping @Sendable (_ key: [String], _ make: () throws -> [UInt8]) throws -> [UInt8]
    ) {
      self.digests = digests
      self.whole = whole
      self.recall = recall
    }
  }

  /// A cell's part of its chapter's page.
  ///
  /// The key holds every value that `CellSection` is given, so that what is found again is what would be drawn.
  func section(of cell: Cell, in file: String, catalogue: Catalogue) -> Node {
    let shown = Cell(
      id: cell.id,
      echo: cell.echo,
      code: cell.code,
      location: SourceLocation(file: file, line: cell.location.line)
    )
    let record = records[cell.id]?.shown
    var labels: [String: String] = [:]
    for finding in record?.findings ?? [] {
      labels[finding.name] = catalogue.findings["\(cell.id).\(finding.name)"]?.label
    }
    let draw = { (record: CellRecord?) in
      CellSection(cell: shown, file: file, record: record, labels: labels).node
    }
    guard let memo, let record, let digest = memo.digests[cell.id] else { return draw(record) }
    let key =
      ["section", digest, cell.id, cell.echo.rawValue, cell.code, "\(shown.location)"]
      + [record.outcome == .succeeded ? "" : "\(record.outcome)", record.output, "\(record.outputWasCut)"]
      + labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    let made = try? memo.recall(key) { Array(draw(memo.whole(cell.id)?.shown).html.utf8) }
    return made.map { .written(String(decoding: $0, as: UTF8.self)) } ?? draw(record)
  }

  /// The list of a cell's findings in `findings.json`.
  func findingsList(_ cell: String, _ findings: [Finding]) throws -> [UInt8] {
    guard let memo, let digest = memo.digests[cell] else { return try FindingsFile.list(findings) }
    return try memo.recall(["findings", digest]) { try FindingsFile.list(memo.whole(cell)?.findings ?? []) }
  }
}

extension CellRecord {
  /// The record as far as a chapter's page shows it: the same for two runs that found the same.
  fileprivate var shown: CellRecord {
    CellRecord(
      cell: cell,
      key: "",
      outcome: outcome,
      findings: findings,
      output: output,
      outputWasCut: outputWasCut,
      provenance: .init(date: "", seconds: 0, profile: "", seed: 0, machine: "", toolchain: "")
    )
  }
}
