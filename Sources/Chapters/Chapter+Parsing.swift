package import Foundation

extension Chapter {
  /// Reads the text of a chapter.
  ///
  /// - Parameters:
  ///   - text: CommonMark with cells, references and formulas; line ends may be LF, CR or CRLF.
  ///   - file: the path relative to the book, which names number and id: `08-experiment-4.md`.
  /// - Throws: every error of the text, in its order.
  package init(parsing text: String, file: String) throws(ChapterErrors) {
    let reader = CMarkReader(reading: text, file: file)
    let (number, id) = Name.chapter(file)
    var blocks = reader.blocks
    let title = Self.takeTitle(from: &blocks) ?? [.text(id)]
    self.init(file: file, id: id, number: number, title: title, blocks: blocks, cells: reader.cells)
    let errors = reader.errors + duplicates()
    if !errors.isEmpty { throw ChapterErrors(errors.sorted { $0.location < $1.location }) }
  }

  /// Reads the bytes of a chapter, which must be UTF-8.
  package init(parsing bytes: Data, file: String) throws(ChapterErrors) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let valid = String(decoding: bytes, as: UTF8.self).utf8
      let offset = zip(valid, bytes).prefix { $0 == $1 }.count
      let before = SourceText(String(decoding: bytes.prefix(offset), as: UTF8.self), file: file)
      throw ChapterErrors([.notUTF8(before.location(of: offset))])
    }
    try self.init(parsing: text, file: file)
  }

  /// Takes out the level 1 heading that opens the chapter; only raw HTML may stand before it.
  private static func takeTitle(from blocks: inout [Block]) -> [Inline]? {
    for (index, block) in blocks.enumerated() {
      switch block {
      case .html: continue
      case .heading(level: 1, let title, _):
        blocks.remove(at: index)
        return title
      default: return nil
      }
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
    var labels: [String: SourceLocation] = [:]
    for equation in equations {
      if let first = labels[equation.label] {
        errors.append(.duplicateEquationLabel(equation.label, first: first, second: equation.location))
      } else {
        labels[equation.label] = equation.location
      }
    }
    return errors
  }
}
