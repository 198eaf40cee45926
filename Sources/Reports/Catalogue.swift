internal import Chapters
internal import Findings
internal import Markup
internal import Typesetting

/// The index of everything that can be referred to, with its address and its number.
struct Catalogue {
  struct Place {
    /// The page and the id on it, for example `05-losses.html#roc.curve`.
    var address: String
    /// For example `Figure 5.2`.
    var label: Label
    var finding: Finding?
    /// The caption of a picture, or the meaning of a term.
    var caption = ""
    /// The caption of a picture or a finding with its formulas, citations and emphasis; empty where it has none.
    var captionText: [Inline] = []
    /// The TeX of an equation.
    var tex = ""
    var cell: String
    /// The line of the chapter that recorded it.
    var line: Int
    var file: String
  }

  /// The name of something numbered, or of a chapter: pages in different languages write it in different words.
  struct Label: Hashable, Sendable {
    /// The word for what has the number; `nil` for a mere number and for the title of a chapter without one.
    var phrase: Phrase?
    var number: String

    static let none = Label(number: "")

    var isEmpty: Bool { number.isEmpty }

    func text(_ phrases: Phrases) -> String { phrase.map { phrases($0, number) } ?? number }
  }

  /// A chapter's entry in the contents.
  struct Entry: Sendable {
    /// The chapter's page.
    var path: String
    /// The title in plain characters, and as the contents show it.
    var title: String
    var titleNode: Node
    var number: Int?
  }

  /// A formula as pages show it.
  struct Formula: Sendable {
    var math: MathML
    /// Whether the line of a phone has no room for it.
    var isLong: Bool

    /// The characters that a line of a phone has room for.
    private static let mostInLine = 26

    /// - Parameter markup: of `MathML.markup`; `nil` where that cannot be read.
    init?(_ markup: String) {
      guard let math = MathML(reading: markup) else { return nil }
      self.math = math
      isLong = math.node.plainText.count > Self.mostInLine
    }
  }

  /// In reading order.
  private(set) var entries: [Entry]
  /// The item of each chapter in the contents of any other page, in the order of `entries`.
  private(set) var items: [Node] = []
  /// The formulas of the book, each read once: a book has many more places for formulas than formulas.
  let formulas: [TeXFormula: Formula]
  /// The sections of each chapter, in the order of `entries`.
  let sections: [SectionList]
  /// The index of each chapter in `entries`, by its file.
  private(set) var positions: [String: Int] = [:]
  /// By `cell.name`.
  private(set) var findings: [String: Place] = [:]
  /// Numbered pictures by their place in the text.
  private(set) var figures: [SourceLocation: Place] = [:]
  /// Captions of findings with markup, by `cell.name`.
  private(set) var captions: [String: CaptionMarkup] = [:]
  /// By label.
  private(set) var equations: [String: Place] = [:]
  let numbers: EquationNumbers
  /// Defined terms by their names; a term that is defined twice leads to its first definition.
  private(set) var terms: [String: Place] = [:]
  /// By chapter id.
  private(set) var chapters: [String: Place] = [:]
  /// The cells that a sentence of the book links to, with the pages that do.
  private(set) var mentions: [String: [String]] = [:]

  init(_ report: Report) {
    sections = report.chapters.concurrentMap(SectionList.init)
    numbers = EquationNumbers(report.chapters, macros: report.book.macros)
    var captions: [(Caption, page: String, phrases: Phrases)] = []
    entries = report.chapters.concurrentMap { chapter in
      Entry(
        path: Report.path(of: chapter),
        title: Chapter.plainText(chapter.title),
        titleNode: .empty,
        number: chapter.number
      )
    }
    let markup = Array(report.mathematics)
    let read = zip(markup, markup.concurrentMap { Formula($0.value) })
    formulas = Dictionary(
      uniqueKeysWithValues: read.compactMap { pair, formula in formula.map { (pair.key, $0) } }
    )
    var counts: [String: Counts] = [:]
    for (position, chapter) in report.chapters.enumerated() {
      // Figures of a numbered chapter are `2.1`, `2.2`; those of chapters without a number are counted through the book.
      let prefix = chapter.number.map { "\($0)." } ?? ""
      let page = entries[position].path
      let name =
        chapter.number.map { Label(phrase: .chapter, number: "\($0)") }
        ?? Label(number: entries[position].title)
      positions[chapter.file] = position
      chapters[chapter.id] = Place(
        address: page,
        label: name,
        cell: "",
        line: 1,
        file: chapter.file
      )
      let read = addFindings(of: chapter, prefix, &counts[prefix, default: Counts()], page, report)
      let phrases = report.book.phrases(of: chapter.file)
      captions += read.map { ($0, page, phrases) }
      for equation in chapter.mentions.equations {
        equations[equation.label] = Place(
          address: "\(page)#equation-\(equation.anchor)",
          label: Label(number: numbers[equation.label] ?? ""),
          tex: equation.tex,
          cell: "",
          line: equation.location.line,
          file: chapter.file
        )
      }
      for term in chapter.mentions.terms where terms[term.name] == nil && !term.name.isEmpty {
        terms[term.name] = Place(
          address: "\(page)#term-\(term.name)",
          label: .none,
          caption: term.meaning.isEmpty ? "" : "\(term.words): \(term.meaning)",
          cell: "",
          line: 1,
          file: chapter.file
        )
      }
      for reference in chapter.mentions.references + read.flatMap(\.references) { note(reference, page) }
    }
    let catalogue = self
    entries = zip(report.chapters, entries).map { ($0, $1) }.concurrentMap { chapter, entry in
      var entry = entry
      let titles = TitleMarkup(
        report: report,
        catalogue: catalogue,
        phrases: report.book.phrases(of: chapter.file)
      )
      entry.titleNode = titles.node(chapter.title)
      entry.title = entry.titleNode.plainText
      return entry
    }
    items = entries.map { tag("li", [:], PageShell.link($0.path, $0.titleNode, $0.number)) }
    for (caption, page, phrases) in captions {
      self.captions[caption.finding] = CaptionMarkup(
        caption,
        page: page,
        report: report,
        catalogue: self,
        phrases: phrases
      )
    }
  }

  /// The markup of a finding with its label and its caption, for a page in some language.
  func markup(of finding: Finding, cell: String, phrases: Phrases) -> any FindingMarkup {
    let id = "\(cell).\(finding.name)"
    return finding.markup(
      cell: cell,
      label: findings[id]?.label ?? .none,
      caption: captions[id],
      phrases: phrases
    )
  }

  /// The numbers given so far to findings under one prefix.
  private struct Counts {
    var findings: [Numbering: Int] = [:]
  }

  private mutating func addFindings(
    of chapter: Chapter,
    _ prefix: String,
    _ counts: inout Counts,
    _ page: String,
    _ report: Report
  ) -> [Caption] {
    var pictures = chapter.mentions.figures[...]
    var captions: [Caption] = []
    for cell in chapter.cells {
      addPictures(&pictures, before: cell.location.line, prefix, &counts, page)
      for finding in report.records[cell.id]?.findings ?? [] {
        var label = Label.none
        let caption = Caption(finding, of: cell, in: chapter.file, hasDollarMath: report.book.hasDollarMath)
        if let caption { captions.append(caption) }
        if let numbering = finding.markup(cell: cell.id, label: .none, phrases: .english).numbering {
          counts.findings[numbering, default: 0] += 1
          label = Label(phrase: numbering.phrase, number: "\(prefix)\(counts.findings[numbering] ?? 0)")
        }
        let id = "\(cell.id).\(finding.name)"
        findings[id] = Place(
          address: "\(page)#\(id)",
          label: label,
          finding: finding,
          captionText: caption?.inlines ?? [],
          cell: cell.id,
          line: cell.location.line + finding.lineInCell,
          file: chapter.file
        )
      }
    }
    addPictures(&pictures, before: .max, prefix, &counts, page)
    return captions
  }

  /// Numbers the pictures before a line; they count as figures together with what cells drew, in the order of the text.
  private mutating func addPictures(
    _ pictures: inout ArraySlice<ProseFigure>,
    before line: Int,
    _ prefix: String,
    _ counts: inout Counts,
    _ page: String
  ) {
    while let picture = pictures.first, picture.location.line < line {
      pictures.removeFirst()
      counts.findings[.figure, default: 0] += 1
      let number = "\(prefix)\(counts.findings[.figure] ?? 0)"
      let place = Place(
        address: "\(page)#figure-\(picture.label ?? "at-line-\(picture.location.line)")",
        label: Label(phrase: .figure, number: number),
        caption: Chapter.plainText(picture.caption),
        captionText: picture.caption,
        cell: "",
        line: picture.location.line,
        file: picture.location.file
      )
      figures[picture.location] = place
      if let label = picture.label { findings[label] = place }
    }
  }

  private mutating func note(_ reference: Reference, _ page: String) {
    if [.finding, .figure, .table].contains(reference.kind),
      mentions[reference.target]?.contains(page) != true
    {
      mentions[reference.target, default: []].append(page)
    }
  }
}
