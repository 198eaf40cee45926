package import Findings

/// The caption that a cell gives a finding, as Markdown within a line: with formulas, citations, references, emphasis, code
/// and links. Its places are the line that records the finding, since a cell may put a caption together from parts.
package struct Caption: Hashable, Sendable {
  /// The finding, `cell.name`.
  package let finding: String
  package let inlines: [Inline]
  package private(set) var formulas: [Chapter.Formula]
  package private(set) var citations: [CitationGroup]
  package private(set) var references: [Reference]
  /// References of a wrong form.
  package let problems: [Problem]

  /// Reads a caption; `nil` for one without markup, as most are.
  ///
  /// - Parameter place: the line that records the finding.
  package init?(_ text: String, finding: String, at place: SourceLocation, hasDollarMath: Bool) {
    guard Self.mayHaveMarkup(text, hasDollarMath: hasDollarMath) else { return nil }
    let (read, errors) = CMarkReader.line(text, at: place, hasDollarMath: hasDollarMath)
    // No page shows raw HTML; what a caption calls `Array<Int>` is text.
    let inlines = read.map { inline in
      if case .html(let text) = inline { return Inline.text(text) }
      return inline
    }
    guard !inlines.isEmpty, inlines != [.text(text)] else { return nil }
    self.finding = finding
    self.inlines = inlines
    let mentions = Chapter.Mentions(title: inlines, blocks: [])
    (formulas, citations, references) = (mentions.formulas, mentions.citations, mentions.references)
    for index in references.indices { references[index].location = place }
    problems = errors.map { Problem(.error, at: place, "in the caption of '\(finding)': \($0.sentence)") }
  }

  /// Every caption of a book that has markup, in the order of the chapters.
  package static func all(
    in chapters: [Chapter],
    records: [String: CellRecord],
    hasDollarMath: Bool
  ) -> [Caption] {
    chapters.flatMap { chapter in
      chapter.cells.flatMap { cell in
        (records[cell.id]?.findings ?? []).compactMap { finding in
          Caption(finding, of: cell, in: chapter.file, hasDollarMath: hasDollarMath)
        }
      }
    }
  }

  /// Reads the caption of a finding of a cell.
  package init?(_ finding: Finding, of cell: Cell, in file: String, hasDollarMath: Bool) {
    let place = SourceLocation(file: file, line: cell.location.line + finding.lineInCell)
    self.init(
      finding.caption,
      finding: "\(cell.id).\(finding.name)",
      at: place,
      hasDollarMath: hasDollarMath
    )
  }

  /// The inlines up to the first full stop, which say what the finding is.
  package var firstSentence: [Inline] {
    var sentence: [Inline] = []
    for inline in inlines {
      if case .text(let text) = inline, let end = text.firstRange(of: ". ")?.lowerBound {
        return sentence + [.text(String(text[...end]))]
      }
      sentence.append(inline)
    }
    return sentence
  }

  /// Whether a text holds a sign that means something in Markdown.
  private static func mayHaveMarkup(_ text: String, hasDollarMath: Bool) -> Bool {
    text.utf8.contains { byte in
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "["),
        UInt8(ascii: "<"), UInt8(ascii: "&"):
        true
      case UInt8(ascii: "$"): hasDollarMath
      default: false
      }
    }
  }
}

extension CMarkReader {
  /// Reads one line that stands alone as inlines: nothing in it begins a block.
  static func line(_ text: String, at place: SourceLocation, hasDollarMath: Bool) -> (
    [Inline], [ChapterError]
  ) {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    let (clean, marked, pieces) = ProseRewriter.rewrite(
      SourceText(line, file: place.file),
      hasDollars: hasDollarMath
    )
    let content = pieces.isEmpty ? clean : marked
    let bytes = Array(ProseMarks.mark(pieces.count).utf8) + content.bytes
    let source = SourceText(bytes, file: place.file, origins: [place])
    let reader = CMarkReader(
      source.bytes,
      source: source,
      marked: source,
      pieces: pieces + [.cell],
      readsCells: true
    )
    guard case .paragraph(let inlines)? = reader.stack[0].blocks.first else { return ([], reader.errors) }
    return (inlines, reader.errors)
  }
}
