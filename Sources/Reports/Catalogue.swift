internal import Chapters
internal import Findings
internal import Markup

/// Where everything that can be referred to stands, and what it is called: one numbering for the whole book.
struct Catalogue {
  struct Place {
    /// The page and the id on it, for example `05-losses.html#roc.curve`.
    var address: String
    /// For example `Figure 5.2`.
    var label: String
    var finding: Finding?
    var cell: String
    /// The line of the chapter that recorded it.
    var line: Int
    var file: String
  }

  /// A chapter as the contents have it.
  struct Entry: Sendable {
    /// The chapter's page.
    var path: String
    var title: String
    var number: Int?
  }

  /// In reading order.
  let entries: [Entry]
  /// The item of each chapter in the contents of any other page, in the order of `entries`.
  let items: [Node]
  /// MathML of each formula, as the pages have it.
  let mathematics: [Report.Formula: Node]
  /// The sections of each chapter, in the order of `entries`.
  let sections: [SectionList]
  /// Where each chapter stands among `entries`, by its file.
  private(set) var positions: [String: Int] = [:]
  /// By `cell.name`.
  private(set) var findings: [String: Place] = [:]
  /// By label.
  private(set) var equations: [String: Place] = [:]
  /// By chapter id.
  private(set) var chapters: [String: Place] = [:]
  /// Cited keys in order of first mention, each with its number from 1.
  private(set) var citations: [String: Int] = [:]
  /// The cells that a sentence of the book links to, with the pages that do.
  private(set) var mentions: [String: [String]] = [:]

  init(_ report: Report) {
    sections = report.chapters.concurrentMap(SectionList.init)
    entries = report.chapters.concurrentMap { chapter in
      Entry(
        path: Report.path(of: chapter),
        title: Chapter.plainText(chapter.title),
        number: chapter.number
      )
    }
    items = entries.concurrentMap { entry in
      tag("li", [:], PageShell.link(entry.path, entry.title, entry.number))
    }
    mathematics = report.mathematics.compactMapValues(MathML.node)
    var counts: [String: Counts] = [:]
    for (position, chapter) in report.chapters.enumerated() {
      // Figures of a numbered chapter are `2.1`, `2.2`; those of chapters without a number are counted through the book.
      let prefix = chapter.number.map { "\($0)." } ?? ""
      let page = entries[position].path
      let name = chapter.number.map { "Chapter \($0)" } ?? entries[position].title
      positions[chapter.file] = position
      chapters[chapter.id] = Place(
        address: page,
        label: name,
        cell: "",
        line: 1,
        file: chapter.file
      )
      addFindings(of: chapter, prefix, &counts[prefix, default: Counts()], page, report)
      for equation in chapter.mentions.equations {
        counts[prefix, default: Counts()].equations += 1
        equations[equation.label] = Place(
          address: "\(page)#equation-\(equation.label)",
          label: "\(prefix)\(counts[prefix, default: Counts()].equations)",
          cell: "",
          line: equation.location.line,
          file: chapter.file
        )
      }
      for reference in chapter.mentions.references { note(reference, page) }
    }
  }

  /// How many of each kind have their number.
  private struct Counts {
    var figures = 0
    var tables = 0
    var equations = 0
  }

  private mutating func addFindings(
    of chapter: Chapter,
    _ prefix: String,
    _ counts: inout Counts,
    _ page: String,
    _ report: Report
  ) {
    for cell in chapter.cells {
      for finding in report.records[cell.id]?.findings ?? [] {
        var label = ""
        switch finding.content {
        case .chart, .images:
          counts.figures += 1
          label = "Figure \(prefix)\(counts.figures)"
        case .table:
          counts.tables += 1
          label = "Table \(prefix)\(counts.tables)"
        case .measurement, .claim, .note: break
        }
        let id = "\(cell.id).\(finding.name)"
        findings[id] = Place(
          address: "\(page)#\(id)",
          label: label,
          finding: finding,
          cell: cell.id,
          line: cell.location.line + finding.lineInCell,
          file: chapter.file
        )
      }
    }
  }

  private mutating func note(_ reference: Reference, _ page: String) {
    if reference.kind == .cite, citations[reference.target] == nil {
      citations[reference.target] = citations.count + 1
    }
    if [.finding, .figure, .table].contains(reference.kind),
      mentions[reference.target]?.contains(page) != true
    {
      mentions[reference.target, default: []].append(page)
    }
  }
}
