internal import Chapters
internal import Findings
internal import Markup

/// One chapter's page: its prose with the findings of its cells between.
struct ChapterPage {
  let report: Report
  let catalogue: Catalogue
  /// Where the chapter stands in reading order.
  let position: Int
  private let chapter: Chapter
  private let citations: CitationMarkup
  private let entry: Catalogue.Entry
  private let language: Language
  private let phrases: Phrases

  init(report: Report, catalogue: Catalogue, position: Int) {
    self.report = report
    self.catalogue = catalogue
    self.position = position
    chapter = report.chapters[position]
    language = report.book.languages[chapter.file] ?? report.book.language
    phrases = report.book.phrases(of: chapter.file)
    citations = CitationMarkup(report, catalogue, phrases)
    entry = catalogue.entries[position]
  }

  var shell: PageShell {
    let sections = catalogue.sections[position]
    let prose = ProseMarkup(
      cells: chapter.cells,
      isRightToLeft: language.isRightToLeft,
      phrases: phrases,
      hooks: hooks(sections)
    )
    let content: [Node] = [
      tag(
        "header",
        ["class": "chapter-head"],
        chapter.number.map { tag("p", ["class": "kicker"], .text(phrases(.chapter, "\($0)"))) } ?? .empty,
        tag("h1", ["dir": "auto"], prose.nodes(chapter.title)),
        ErrorList(errors: report.errors[chapter.file] ?? [], isTextShown: !chapter.isBroken).node,
        state
      ),
      prose.node(chapter.blocks),
      references,
    ]
    return PageShell(
      report: report,
      catalogue: catalogue,
      title: entry.title,
      path: entry.path,
      position: position,
      sections: sections.entries,
      content: content,
      after: neighbours
    )
  }

  private func hooks(_ sections: SectionList) -> ProseMarkup.Hooks {
    var references = ReferenceMarkup(
      catalogue: catalogue,
      report: report,
      page: entry.path,
      phrases: phrases
    )
    references.previews = Previews(phrases)
    let citations = references.citations
    let formulas = citations.formulas
    var hooks = ProseMarkup.Hooks()
    hooks.cell = { index in
      report.markup(of: chapter.cells[index], in: chapter.file, catalogue: catalogue)
    }
    hooks.listing = { info, text in ListingMarkup(info: info, text: text, name: phrases[.listing]).node }
    hooks.heading = { level, direction, text, location in
      sections.heading(level: level, direction: direction, text, line: location.line, phrases)
    }
    hooks.displayMath = { tex, label, _ in formulas.display(tex, label: label) }
    hooks.inlineMath = { tex, _ in formulas.inline(tex) }
    hooks.reference = { [references] reference, text in references.node(reference, text: text) }
    hooks.figure = { figure, caption in
      figureNode(figure, caption, shown: report.image(figure.source, text: figure.text, title: ""))
    }
    let terms = DefinedTerms(catalogue: catalogue, page: entry.path)
    hooks.termID = { terms.id(of: $0) }
    hooks.citation = { citations.node($0) }
    hooks.linkText = { [references] in references.words(for: $0) }
    hooks.destination = { [references] in references.destination($0) }
    hooks.image = { report.image($0, text: $1, title: $2) }
    return hooks
  }

  /// A picture with its number and caption, where links to `figure:label` lead.
  private func figureNode(_ figure: ProseFigure, _ caption: [Node], shown: Node) -> Node {
    guard let place = catalogue.figures[figure.location] else { return shown }
    let id = place.address.split(separator: "#").last.map(String.init)
    let label = tag("b", [:], .text(place.label.text(phrases) + ". "))
    return tag("figure", ["id": id, "class": "picture"], shown, tag("figcaption", [:], [label] + caption))
  }

  /// The notice above the text: cells that failed or were not run.
  private var state: Node {
    let outcomes = chapter.cells.map { report.outcome(of: $0).kind }
    let failed = outcomes.count { $0 == .failed }
    let missing = outcomes.count { $0 == .notRun }
    guard failed + missing > 0 else { return .empty }
    let recorded = chapter.cells.count { report.recorded[$0.id] != nil }
    var text: String
    if chapter.cells.count == 1 {
      text = "The one cell of this chapter \(failed > 0 ? "failed" : "was not run")"
      if recorded > 0 { text += "; a recorded run is shown" }
    } else {
      let parts = [(failed, "failed"), (missing, missing == 1 ? "was not run" : "were not run")]
      text = "Of the \(counted(chapter.cells.count, "cell")) of this chapter "
      text += parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      if recorded > 0 { text += " (\(recorded) shown from recorded runs)" }
    }
    return tag(
      "p",
      [
        "class": failed > 0 ? "state failed" : "state",
        "lang": language.ofEnglish.language, "dir": language.ofEnglish.direction,
      ],
      .text(text + ".")
    )
  }

  /// The works that this chapter cites.
  private var references: Node {
    var keys = Set(chapter.mentions.references.filter { $0.kind == .cite }.map(\.target))
    for cell in chapter.cells {
      for finding in report.records[cell.id]?.findings ?? [] {
        keys.formUnion(catalogue.captions["\(cell.id).\(finding.name)"]?.works ?? [])
      }
    }
    let items = keys.isEmpty ? [] : citations.list(of: keys)
    guard !items.isEmpty else { return .empty }
    // Without a label it is no landmark: the single file has one of these for each chapter, and landmarks need unique names.
    return tag(
      "section",
      ["class": "references"],
      tag("h2", ["id": "_references"], .text(phrases[.references])),
      tag("ul", [:], items)
    )
  }

  /// Links to the chapters before and after.
  private var neighbours: Node {
    let (back, forth) = language.isRightToLeft ? ("→ ", " ←") : ("← ", " →")
    let links = [(position - 1, "prev", back), (position + 1, "next", "")].map {
      position,
      relation,
      arrow -> Node in
      guard catalogue.entries.indices.contains(position) else { return tag("span") }
      let other = catalogue.entries[position]
      return tag(
        "a",
        ["rel": .some(relation), "href": .some(other.path)],
        [.text(arrow), other.titleNode, .text(relation == "next" ? forth : "")]
      )
    }
    return tag("nav", ["class": "neighbours", "aria-label": .some(phrases[.neighbours])], links)
  }
}

/// Gives the first definition of each term on a page its id.
private final class DefinedTerms {
  private let catalogue: Catalogue
  private let page: String
  private var seen: Set<String> = []

  init(catalogue: Catalogue, page: String) {
    self.catalogue = catalogue
    self.page = page
  }

  func id(of words: String) -> String? {
    let name = Definition.name(of: words)
    guard catalogue.terms[name]?.address == "\(page)#term-\(name)", seen.insert(name).inserted else {
      return nil
    }
    return "term-\(name)"
  }
}
