internal import Chapters
package import Findings
internal import Markup
internal import Typesetting

extension Report {
  /// The parts of a report that show one cell's findings, as text that can be cached.
  package struct DrawnCell: Hashable, Sendable {
    /// The cell's part of its chapter's page, as HTML.
    package var section: [UInt8]
    /// The list of its findings in `findings.json`.
    package var findings: [UInt8]
    /// The files of its findings' data and pictures.
    package var files: [Page]
    /// The entries of `files` in `datapackage.json`, as a JSON array.
    package var resources: [UInt8]

    package init(section: [UInt8], findings: [UInt8], files: [Page] = [], resources: [UInt8] = []) {
      self.section = section
      self.findings = findings
      self.files = files
      self.resources = resources
    }
  }

  /// Draws a cell's parts of a report, as a function of its record alone.
  package struct CellDrawing: Sendable {
    package let id: String
    /// Every value that the drawing depends on, except the findings.
    package let key: [String]
    fileprivate let section: CellSection

    /// Draws the cell.
    ///
    /// - Parameter record: the whole record, with all points of charts and rows of tables.
    package func draw(_ record: CellRecord) throws -> DrawnCell {
      var section = section
      section.record = record.shown
      let files = record.findings.flatMap { section.markup(of: $0).downloads }
      return DrawnCell(
        section: Array(section.node.html.utf8),
        findings: try FindingsFile.list(record.findings),
        files: files.map { Page(path: $0.path, bytes: $0.draw()) },
        resources: try DataPackage.resources(files)
      )
    }
  }

  /// The drawings of all cells with a record. A report whose `records` have outlines of findings needs each of them in
  /// `drawn`.
  package var cellDrawings: [CellDrawing] {
    if records.isEmpty { return [] }
    // Only labels and captions are read from this catalogue, so it needs the formulas of captions alone.
    var unset = self
    unset.mathematics = [:]
    let captions = Caption.all(in: chapters, records: records, hasDollarMath: book.hasDollarMath)
    if !captions.isEmpty {
      let numbers = EquationNumbers(chapters, macros: book.macros)
      for formula in captions.flatMap(\.formulas) {
        let formula = TeXFormula(tex: numbers.resolved(formula.tex), isDisplay: false)
        unset.mathematics[formula] = mathematics[formula]
      }
    }
    let catalogue = Catalogue(unset)
    return cells.compactMap { chapter, cell in
      guard let record = records[cell.id]?.shown else { return nil }
      let section = section(of: cell, in: chapter.file, catalogue: catalogue)
      let phrases = section.phrases
      var key = [cell.id, cell.echo.rawValue, cell.code, "\(section.cell.location)"]
      key += [
        record.outcome == .succeeded ? "" : "\(record.outcome)", record.output, "\(record.outputWasCut)",
      ]
      key += [section.recorded.map { "\($0)" } ?? "", section.comparison.map { "\($0)" } ?? ""]
      key += phrases == .english ? [] : phrases.all
      key += section.labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.text(.english)] }
      for (name, caption) in section.captions.sorted(by: { $0.key < $1.key }) {
        key += [name, caption.node.html, caption.text]
      }
      return CellDrawing(id: cell.id, key: key, section: section)
    }
  }

  private func section(of cell: Cell, in file: String, catalogue: Catalogue) -> CellSection {
    let shown = Cell(
      id: cell.id,
      echo: cell.echo,
      code: cell.code,
      location: SourceLocation(file: file, line: cell.location.line)
    )
    let record = records[cell.id]?.shown
    var labels: [String: Catalogue.Label] = [:]
    var captions: [String: CaptionMarkup] = [:]
    for finding in record?.findings ?? [] {
      let id = "\(cell.id).\(finding.name)"
      labels[finding.name] = catalogue.findings[id]?.label
      captions[finding.name] = catalogue.captions[id]
    }
    return CellSection(
      cell: shown,
      file: file,
      record: record,
      labels: labels,
      captions: captions,
      phrases: book.phrases(of: file),
      recorded: recorded[cell.id],
      comparison: comparisons[cell.id]
    )
  }

  /// A cell's part of its chapter's page.
  func markup(of cell: Cell, in file: String, catalogue: Catalogue) -> Node {
    if let drawn = drawn[cell.id] { return .written(String(decoding: drawn.section, as: UTF8.self)) }
    return section(of: cell, in: file, catalogue: catalogue).node
  }

  /// The list of a cell's findings in `findings.json`.
  func findingsList(_ cell: String, _ findings: [Finding]) throws -> [UInt8] {
    try drawn[cell]?.findings ?? FindingsFile.list(findings)
  }
}

extension CellRecord {
  /// The record as far as a chapter's page shows it: the same for two runs with the same findings.
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
