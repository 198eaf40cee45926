package import Chapters
package import Findings

/// Checks the references of prose to findings against what the cells recorded.
package struct FindingReferences {
  private let records: [String: CellRecord]

  /// - Parameter records: the current record of each cell; outlines of findings are enough.
  package init(records: [String: CellRecord]) { self.records = records }

  /// Returns the references of chapters, and of `first-page:` in `book.yml`, to findings that a succeeded cell did not record, or recorded as something else, in the
  /// order of the text. Cells without findings are left out: their pages say why.
  package func problems(of chapters: [Chapter], firstPage: [Reference] = []) -> [Problem] {
    firstPage.compactMap(problem) + chapters.flatMap { $0.mentions.references.compactMap(problem) }
  }

  private func problem(with reference: Reference) -> Problem? {
    let parts = reference.target.split(separator: ".", maxSplits: 1).map(String.init)
    guard [.finding, .figure, .table].contains(reference.kind), parts.count == 2,
      let record = records[parts[0]], record.outcome == .succeeded
    else { return nil }
    guard let finding = record.finding(named: parts[1]) else {
      let names = record.findings.map(\.name)
      let hint = Spelling.nearest(to: parts[1], in: names).map { "; did you mean '\($0)'?" } ?? ""
      let has = names.isEmpty ? "none" : names.joined(separator: ", ")
      let known = hint.isEmpty ? "; it has \(has)" : hint
      return Problem(
        .error,
        at: reference.location,
        "the cell '\(parts[0])' has no finding '\(parts[1])'" + known
      )
    }
    guard let expected = reference.kind.mismatch(with: finding.content) else { return nil }
    return Problem(
      .error,
      at: reference.location,
      "'\(reference.kind.rawValue):\(reference.target)' names \(finding.content.noun), not \(expected); "
        + "write finding:\(reference.target)"
    )
  }
}

extension Reference.Kind {
  /// The kind of finding that a reference must name; `nil` where the finding is of this kind.
  fileprivate func mismatch(with content: Finding.Content) -> String? {
    switch (self, content) {
    case (.figure, .chart), (.figure, .images), (.table, .table): nil
    case (.figure, _): "a figure"
    case (.table, _): "a table"
    case (.finding, _), (.equation, _), (.chapter, _), (.cite, _), (.term, _): nil
    }
  }
}

extension Finding.Content {
  fileprivate var noun: String {
    switch self {
    case .measurement: "a measurement"
    case .claim: "a claim"
    case .table: "a table"
    case .chart: "a chart"
    case .images: "a grid of images"
    case .note: "a note"
    }
  }
}
