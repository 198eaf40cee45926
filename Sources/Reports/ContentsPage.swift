internal import Chapters
internal import Findings
internal import Markup

/// All that a reader may look for, by chapter: sections, figures, tables and claims. With script it can be searched, since
/// each entry carries its text unseen.
struct ContentsPage {
  static let path = "contents.html"

  let report: Report
  let catalogue: Catalogue

  private struct Entry {
    var address: String
    var title: String
    /// The level of a section; 0 for a finding.
    var level = 0
    var text = ""
  }

  var node: Node {
    PageShell(
      report: report,
      title: "Contents and search",
      path: Self.path,
      content: [
        tag("header", ["class": "chapter-head"], tag("h1", [:], "Contents")), form,
        .fragment(report.chapters.map(chapter)),
      ]
    ).node
  }

  /// Shown by the script alone: without it there is nothing to type for.
  private var form: Node {
    tag(
      "form",
      ["class": "search", "role": "search", "hidden": ""],
      tag("label", ["for": "_search"], "Search the book"),
      tag("input", ["id": "_search", "type": "search", "autocomplete": "off"]),
      tag("output", ["for": "_search"])
    )
  }

  private func chapter(_ chapter: Chapter) -> Node {
    let title = (chapter.number.map { "\($0) " } ?? "") + ChapterHTML.plainText(chapter.title)
    let entries = sections(chapter) + findings(chapter)
    let items = entries.map { entry in
      tag(
        "li",
        ["class": entry.level > 2 ? "entry deep" : "entry"],
        tag("a", ["href": .some(entry.address)], .text(entry.title)),
        tag("p", ["class": "snippet", "hidden": ""]),
        tag("p", ["class": "text", "hidden": ""], .text(entry.text))
      )
    }
    return tag(
      "section",
      ["class": "entries"],
      tag("h2", [:], tag("a", ["href": .some(Report.path(of: chapter))], .text(title))),
      tag("ul", [:], items)
    )
  }

  /// The opening of the chapter and each of its sections, with their prose.
  private func sections(_ chapter: Chapter) -> [Entry] {
    let page = Report.path(of: chapter)
    let prose = Prose(references: ReferenceMarkup(catalogue: catalogue, report: report, page: page))
    var headings = SectionList(chapter).entries[...]
    var entries = [Entry(address: page, title: "Opening", level: 2)]
    for block in chapter.blocks {
      if case .heading = block, let heading = headings.popFirst() {
        entries.append(Entry(address: "\(page)#\(heading.id)", title: heading.title, level: heading.level))
      } else {
        entries[entries.count - 1].text += prose.text(block)
      }
    }
    return entries.filter { $0.title != "Opening" || !$0.text.isEmpty }
  }

  private func findings(_ chapter: Chapter) -> [Entry] {
    chapter.cells.flatMap { cell in
      (report.records[cell.id]?.findings ?? []).compactMap { finding in
        guard let place = catalogue.findings["\(cell.id).\(finding.name)"] else { return nil }
        switch finding.content {
        case .claim(let claim): return Entry(address: place.address, title: "Claim: " + claim.statement)
        case .chart, .table, .images:
          return Entry(address: place.address, title: "\(place.label) \(finding.caption)")
        case .measurement, .note: return nil
        }
      }
    }
  }
}

/// The words of a chapter's prose, with the measured number where the author typed one.
private struct Prose {
  let references: ReferenceMarkup

  func text(_ block: Block) -> String {
    switch block {
    case .paragraph(let inlines), .heading(_, let inlines, _): text(inlines) + " "
    case .quote(let blocks): blocks.map(text).joined()
    case .list(let list): list.items.joined().map(text).joined()
    case .cell, .listing, .math, .thematicBreak, .html: ""
    }
  }

  private func text(_ inlines: [Inline]) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text): text
      // Code is marked as such, and the TeX of a formula is no word that a reader would look for.
      case .code(let text): "`\(text)`"
      case .math: "…"
      case .softBreak, .lineBreak: " "
      case .html: ""
      case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
        text(inner)
      case .reference(let reference): text(reference)
      }
    }.joined()
  }

  private func text(_ reference: Reference) -> String {
    let shown = references.node(reference, text: "").plainText
    return shown.isEmpty ? text(reference.text) : shown
  }
}
