internal import Findings
package import Foundation

extension Chapter {
  /// Reads the text of a chapter.
  ///
  /// - Parameters:
  ///   - text: CommonMark with cells, references and formulas; line ends may be LF, CR or CRLF.
  ///   - file: the path relative to the book, which names number and id: `08-experiment-4.md`.
  /// - Throws: every error of the text, in its order.
  package init(parsing text: String, file: String, hasDollarMath: Bool = false) throws(ChapterErrors) {
    let (chapter, errors) = Self.read(text, file: file, hasDollarMath: hasDollarMath)
    if !errors.isEmpty { throw ChapterErrors(errors) }
    self = chapter
  }

  /// Reads the bytes of a chapter, which must be UTF-8.
  package init(parsing bytes: Data, file: String) throws(ChapterErrors) {
    let (chapter, errors) = Self.read(bytes, file: file)
    if !errors.isEmpty { throw ChapterErrors(errors) }
    self = chapter
  }

  /// Parses a text as far as possible, and returns the chapter with every error, in the order of the text.
  ///
  /// - Parameter hasDollarMath: whether `$x$` and `$$x$$` are formulas.
  package static func read(_ text: String, file: String, hasDollarMath: Bool = false) -> (
    Chapter, [ChapterError]
  ) {
    read(SourceText(text, file: file), hasDollarMath: hasDollarMath)
  }

  /// Parses a text as far as possible, as `read(_:file:hasDollarMath:)` does.
  static func read(_ source: SourceText, hasDollarMath: Bool) -> (Chapter, [ChapterError]) {
    let file = source.file
    let reader = CMarkReader(reading: source, hasDollarMath: hasDollarMath)
    var blocks = reader.blocks
    let (number, id) = ChapterFile.numberAndID(file)
    let title = takeTitle(from: &blocks) ?? [.text(id)]
    var chapter = Chapter(
      file: file,
      id: id,
      number: number,
      title: title,
      blocks: blocks,
      cells: reader.cells
    )
    chapter.links = reader.links
    chapter.images = reader.images
    let errors = reader.errors + chapter.duplicates()
    if errors.contains(where: { !$0.isOfProse }) { chapter.markBroken() }
    return (chapter, errors.sorted { $0.location < $1.location })
  }

  /// Parses bytes, which must be UTF-8, as far as possible.
  package static func read(_ bytes: Data, file: String, hasDollarMath: Bool = false) -> (
    Chapter, [ChapterError]
  ) {
    if let text = String(validating: bytes, as: UTF8.self) {
      return read(text, file: file, hasDollarMath: hasDollarMath)
    }
    var chapter = Chapter(emptyFile: file)
    chapter.markBroken()
    return (chapter, [.notUTF8(placeOfOtherEncoding(in: bytes, file: file))])
  }

  /// The place of the first bytes that are not UTF-8.
  static func placeOfOtherEncoding(in bytes: Data, file: String) -> SourceLocation {
    let valid = String(decoding: bytes, as: UTF8.self).utf8
    let offset = zip(valid, bytes).prefix { $0 == $1 }.count
    let before = SourceText(String(decoding: bytes.prefix(offset), as: UTF8.self), file: file)
    return before.location(of: offset)
  }

  /// A chapter without a text, called by its id.
  init(emptyFile file: String) {
    let (number, id) = ChapterFile.numberAndID(file)
    self.init(file: file, id: id, number: number, title: [.text(id)], blocks: [], cells: [])
  }

  /// Removes the content of a chapter with errors, except its title and the names of its cells.
  mutating func markBroken(keeping isOurs: (Cell) -> Bool = { _ in true }) {
    isBroken = true
    (blocks, links, images) = ([], [], [])
    mentions = Mentions(title: title, blocks: [])
    var ids: Set<String> = []
    cells = cells.filter { Finding.isName($0.id) && isOurs($0) && ids.insert($0.id).inserted }
  }

  /// Removes and returns the level 1 heading that opens the chapter; only raw HTML may precede it.
  private static func takeTitle(from blocks: inout [Block]) -> [Inline]? {
    for (index, block) in blocks.enumerated() {
      if case .html = block { continue }
      guard case .heading(level: 1, let title, _) = block else { return nil }
      blocks.remove(at: index)
      return title
    }
    return nil
  }

  private func duplicates() -> [ChapterError] {
    var errors: [ChapterError] = []
    var ids: [String: SourceLocation] = [:]
    for cell in cells {
      if let first = ids[cell.id] {
        errors.append(.duplicateCellID(cell.id, first: first, second: cell.location))
      } else {
        ids[cell.id] = cell.location
      }
    }
    var pictures: [String: SourceLocation] = [:]
    for figure in mentions.figures {
      guard let label = figure.label else { continue }
      if let first = pictures[label] {
        errors.append(.duplicateFigureLabel(label, first: first, second: figure.location))
      } else {
        pictures[label] = figure.location
      }
    }
    var labels: [String: SourceLocation] = [:]
    for equation in mentions.equations {
      if let first = labels[equation.label] {
        errors.append(.duplicateEquationLabel(equation.label, first: first, second: equation.location))
      } else {
        labels[equation.label] = equation.location
      }
    }
    return errors
  }
}
