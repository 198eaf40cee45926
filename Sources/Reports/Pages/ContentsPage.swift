internal import Chapters
internal import Findings
internal import Markup

/// The full contents by chapter: sections, figures, tables and claims. The script makes it searchable, since
/// each entry has its text as a hidden paragraph.
struct ContentsPage {
  static let path = "contents.html"

  let report: Report
  let catalogue: Catalogue

  private struct Entry {
    var address: String
    var title: Node
    /// The level of a section; 1 for what stands before the first, 0 for a finding.
    var level = 0
    var text = ""
  }

  /// With more bytes of prose than this only titles can be searched: browsers cannot open larger pages.
  private static let mostProse = 8 << 20

  private var phrases: Phrases { report.book.phrases() }

  var shell: PageShell {
    let phrases = phrases
    let (entries, haveText) = entries
    return PageShell(
      report: report,
      catalogue: catalogue,
      title: phrases[.contentsAndSearch],
      path: Self.path,
      content: [
        tag("header", ["class": "chapter-head"], tag("h1", [:], .text(phrases[.contents]))),
        form(label: haveText ? phrases[.searchBook] : "Search the titles of the book"),
        .fragment(zip(catalogue.entries, entries).map(chapter)),
      ]
    )
  }

  /// The search form, hidden until the script shows it.
  private func form(label: String) -> Node {
    tag(
      "form",
      ["class": "search", "role": "search", "hidden": ""],
      tag("label", ["for": "_search"], .text(label)),
      tag("input", ["id": "_search", "type": "search", "autocomplete": "off"]),
      tag("output", ["for": "_search"])
    )
  }

  private func chapter(_ chapter: Catalogue.Entry, _ entries: [Entry]) -> Node {
    let items = entries.map { entry in
      tag(
        "li",
        // The text before the first heading is an entry without a title: hidden unless a search finds it.
        [
          "class": entry.level > 2 ? "entry deep" : entry.level == 1 ? "entry opening" : "entry",
          "hidden": entry.level == 1 ? "" : nil,
        ],
        tag("a", ["href": .some(entry.address)], entry.title),
        tag("p", ["class": "snippet", "hidden": ""]),
        tag("p", ["class": "text", "hidden": ""], .text(entry.text))
      )
    }
    return tag(
      "section",
      ["class": "entries"],
      tag(
        "h2",
        [:],
        tag("a", ["href": chapter.path], .text(chapter.number.map { "\($0) " } ?? ""), chapter.titleNode)
      ),
      tag("ul", [:], items)
    )
  }

  /// The entries of each chapter, and whether they have their text.
  private var entries: ([[Entry]], haveText: Bool) {
    var room = Self.mostProse
    var all: [[Entry]] = []
    for position in report.chapters.indices {
      let entries = entries(at: position, withText: true)
      room -= entries.reduce(0) { $0 + $1.text.utf8.count }
      if room < 0 { return (report.chapters.indices.map { self.entries(at: $0, withText: false) }, false) }
      all.append(entries)
    }
    return (all, true)
  }

  /// Returns the entries of a chapter: its opening and each of its sections, with prose and findings.
  private func entries(at position: Int, withText: Bool) -> [Entry] {
    let page = catalogue.entries[position].path
    let chapter = report.chapters[position]
    let sections = catalogue.sections[position]
    let phrases = phrases
    let titles = TitleMarkup(report: report, catalogue: catalogue, phrases: phrases)
    var entries = [Entry(address: page, title: catalogue.entries[position].titleNode, level: 1)]
    var prose = Prose(
      references: ReferenceMarkup(catalogue: catalogue, report: report, page: page, phrases: phrases)
    )
    for block in chapter.blocks {
      if case .heading(_, _, let location) = block, let heading = sections.entry(atLine: location.line) {
        entries[entries.count - 1].text = prose.take()
        entries.append(
          Entry(address: "\(page)#\(heading.id)", title: titles.node(heading.title), level: heading.level)
        )
      } else if withText {
        prose.add(block)
      }
    }
    entries[entries.count - 1].text = prose.take()
    return entries.filter { $0.level != 1 || !$0.text.isEmpty } + findings(chapter)
  }

  private func findings(_ chapter: Chapter) -> [Entry] {
    let phrases = phrases
    return chapter.cells.flatMap { cell in
      (report.records[cell.id]?.findings ?? []).compactMap { finding in
        guard let place = catalogue.findings["\(cell.id).\(finding.name)"] else { return nil }
        return catalogue.markup(of: finding, cell: cell.id, phrases: phrases).title.map {
          Entry(address: place.address, title: $0)
        }
      }
    }
  }
}

/// The words of a chapter's prose, with the measured number where the author typed one.
private struct Prose {
  let references: ReferenceMarkup
  private var text = ""

  init(references: ReferenceMarkup) { self.references = references }

  /// Returns what was added since the last time.
  mutating func take() -> String {
    defer { text = "" }
    return text
  }

  mutating func add(_ block: Block) {
    switch block {
    case .paragraph(let inlines), .heading(_, let inlines, _):
      add(inlines)
      text += " "
    case .quote(let blocks): for block in blocks { add(block) }
    case .list(let list): for item in list.items { for block in item { add(block) } }
    case .callout(_, let blocks): for block in blocks { add(block) }
    case .table(let table):
      for cell in ([table.header] + table.rows).joined() {
        add(cell)
        text += " "
      }
    case .definitions(let definitions):
      for definition in definitions {
        for term in definition.terms {
          add(term)
          text += " "
        }
        for block in definition.texts.joined() { add(block) }
      }
    case .figure(let figure):
      add(figure.caption)
      text += " "
    case .notes(let notes): for note in notes { for block in note.blocks { add(block) } }
    case .cell, .listing, .math, .thematicBreak, .html: break
    }
  }

  private mutating func add(_ inlines: [Inline]) {
    for inline in inlines {
      switch inline {
      case .text(let piece): text += piece
      // Code keeps its marks; the TeX of a formula is left out, since nobody searches for it.
      case .code(let piece): text += "`\(piece)`"
      case .math: text += "…"
      case .citation(let group): text += references.citations.node(group).plainText
      case .softBreak, .lineBreak: text += " "
      case .html, .note: break
      case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
        add(inner)
      case .reference(let reference):
        let shown = references.node(reference, text: []).plainText
        if shown.isEmpty { add(reference.text) } else { text += shown }
      }
    }
  }
}
