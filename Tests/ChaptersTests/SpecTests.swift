internal import Chapters
internal import Findings
internal import Foundation
internal import Markup
internal import Reports
internal import Testing

@Suite("The chapter language")
struct SpecTests {
  @Test("is what Spec.md says", arguments: Example.all)
  func example(example: Example) {
    #expect(example.result == example.expected)
  }

  @Test("has a specification with examples")
  func count() { #expect(Example.all.count >= 30) }
}

/// An example of `Spec.md`: a chapter, a line with a dot, and what the reader makes of it.
struct Example: Sendable, CustomTestStringConvertible {
  var line: Int
  /// `example` compares what was found, `html` the HTML of the body, `book` what `book.yml` says, `caption` what the caption
  /// of a finding says.
  var kind: String
  var input: String
  var expected: String

  var testDescription: String { "Spec.md:\(line)" }

  static let all: [Example] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Spec.md")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    var examples: [Example] = []
    var current: Example?
    var isInput = true
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let example = current {
        if line == "`````" {
          examples.append(example)
          current = nil
        } else if isInput, line == "." {
          isInput = false
        } else if isInput {
          current?.input += line + "\n"
        } else {
          current?.expected += line + "\n"
        }
      } else if ["`````example", "`````html", "`````dollars", "`````book", "`````caption"].contains(line) {
        current = Example(line: index + 1, kind: String(line.dropFirst(5)), input: "", expected: "")
        isInput = true
      }
    }
    return examples
  }()

  /// What the reader makes of the input, one line for each thing found.
  var result: String {
    if kind == "book" { return book }
    if kind == "caption" { return caption }
    do {
      let chapter = try Chapter(parsing: input, file: "05-spec.md", hasDollarMath: kind == "dollars")
      if kind == "html" { return ProseMarkup(cells: chapter.cells).node(chapter.blocks).html }
      return Self.lines(chapter).map { $0 + "\n" }.joined()
    } catch {
      return error.errors.map { "error \($0.location.line):\($0.location.column): \($0.sentence)\n" }.joined()
    }
  }

  /// What the reader makes of the input as the caption of a finding.
  private var caption: String {
    let place = SourceLocation(file: "05-spec.md", line: 1)
    let text = String(input.dropLast())
    guard let caption = Caption(text, finding: "a.b", at: place, hasDollarMath: false) else {
      return "has no markup\n"
    }
    let lines =
      ["shows \(Chapter.plainText(caption.inlines))"] + caption.formulas.map { "formula \($0.tex)" }
      + caption.references.map { "\($0.kind.rawValue) \($0.target)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What the reader makes of the input as `book.yml`.
  private var book: String {
    let book: Book
    do { book = try BookTests.read(input) } catch { return error.description + "\n" }
    let language = { (language: Language) in "language \(language.tag), \(language.direction)" }
    var lines = ["title \(book.title)", language(book.language)]
    for (file, other) in book.languages.sorted(by: { $0.key < $1.key }) {
      lines.append("\(file): \(language(other))")
    }
    for (phrase, words) in book.phrases.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append("phrase \(phrase.rawValue) is \(words)")
    }
    for author in book.authors {
      let facts = [author.name, author.affiliation, author.orcid].filter { !$0.isEmpty }
      lines.append("author \(facts.joined(separator: ", "))")
    }
    let metadata = book.metadata
    let facts = [
      ("date", metadata.date), ("license", metadata.license), ("doi", metadata.doi),
      ("keywords", metadata.keywords.joined(separator: " and ")),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }
    if !facts.isEmpty { lines.append(facts.joined(separator: ", ")) }
    for file in book.bibliographies {
      lines.append("bibliography \(file)" + (book.citationStyle.map { ", style \($0)" } ?? ""))
    }
    if let work = book.reproduces { lines.append("reproduces \(work.target), line \(work.location.line)") }
    for parameter in book.parameters {
      let range = parameter.range.map { ", from \($0.lowerBound) to \($0.upperBound)" } ?? ""
      let choices =
        parameter.choices.isEmpty ? "" : ", one of \(parameter.choices.joined(separator: " and "))"
      lines.append("parameter \(parameter.name) is \(parameter.standard.text)" + range + choices)
    }
    lines += book.macros.descriptions.map { "macro " + $0 }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func lines(_ chapter: Chapter) -> [String] {
    var lines: [String] = []
    Chapter.visit(chapter.blocks) { block in
      switch block {
      case .cell(let index): lines.append(describe(chapter.cells[index]))
      case .listing(let info, _): lines.append("listing \(info)")
      case .math(let tex, let label, let place):
        lines.append(
          "formula \(Chapter.Formula.trimmed(tex).tex)\(label.map { ", equation:\($0)" } ?? ""), line \(place.line)"
        )
      case .paragraph(let inlines), .heading(_, let inlines, _):
        Chapter.visit(inlines) { lines += describe($0) }
      case .list(let list):
        for task in list.tasks.compactMap({ $0 }) { lines.append(task ? "task that is done" : "task to do") }
      case .callout(let kind, _): lines.append("callout \(kind.rawValue)")
      case .table(let table): lines += describe(table)
      case .definitions(let definitions):
        for definition in definitions {
          let terms = definition.terms.map { Chapter.plainText($0) }.joined(separator: " and ")
          lines.append("definition of \(terms), \(definition.texts.count) texts")
        }
      case .figure(let figure):
        let label = figure.label.map { ", figure:\($0)" } ?? ""
        let caption = Chapter.plainText(figure.caption)
        lines.append(
          "figure \(figure.source) as '\(figure.text)'\(label), line \(figure.location.line): \(caption)"
        )
        Chapter.visit(figure.caption) { lines += describe($0) }
      case .notes(let notes): for note in notes { lines.append("text of note \(note.number)") }
      default: break
      }
    }
    return lines + chapter.typedNumbers.map { "typed by hand: \($0.text)" }
  }

  private static func describe(_ table: ProseTable) -> [String] {
    let alignments = table.alignments.map { $0?.rawValue ?? "plain" }.joined(separator: ", ")
    var lines = ["table of \(table.rows.count) rows, columns \(alignments)"]
    for row in [table.header] + table.rows {
      lines.append("row " + row.map { Chapter.plainText($0) }.joined(separator: " | "))
      for cell in row { Chapter.visit(cell) { lines += describe($0) } }
    }
    return lines
  }

  private static func describe(_ group: CitationGroup) -> String {
    let works = group.works.map { work in
      let form: String =
        switch work.form {
        case .whole: ""
        case .inText: " in the sentence"
        case .withoutAuthor: " without author"
        case .ownWords: " in words"
        }
      return (work.prefix.isEmpty ? "" : work.prefix + " ") + work.key + form
        + (work.suffix.isEmpty ? "" : ", " + work.suffix)
    }
    return "citation of \(works.joined(separator: "; ")), line \(group.works[0].location.line)"
  }

  private static func describe(_ cell: Cell) -> String {
    var line = "cell \(cell.id), line \(cell.location.line)"
    if !cell.needs.isEmpty { line += ", needs \(cell.needs.joined(separator: " and "))" }
    if !cell.reads.isEmpty { line += ", reads \(cell.reads.joined(separator: " and "))" }
    if cell.echo != .show { line += ", echo \(cell.echo.rawValue)" }
    if let timeout = cell.timeout { line += ", timeout \(timeout) s" }
    return line
  }

  private static func describe(_ inline: Inline) -> [String] {
    switch inline {
    case .reference(let reference):
      let text = Chapter.plainText(reference.text)
      return ["\(reference.kind.rawValue) \(reference.target) as '\(text)', line \(reference.location.line)"]
    case .math(let tex, let place): return ["formula \(tex), \(place.line):\(place.column)"]
    case .citation(let group): return [describe(group)]
    case .note(let number, let isFirst): return ["note \(number)\(isFirst ? "" : " again")"]
    case .link(let destination, _, _): return ["link \(destination)"]
    case .image(let source, _, let text): return ["picture \(source) as '\(Chapter.plainText(text))'"]
    default: return []
    }
  }
}
