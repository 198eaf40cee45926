internal import Foundation

/// A book with its chapters and bibliography as they stand in the files, and all that is wrong with them.
package struct Manuscript: Hashable, Sendable {
  package var book: Book
  /// The chapters that could be read, in reading order.
  package var chapters: [Chapter]
  package var bibliography: Bibliography
  /// Swift code that every chapter is compiled with, by file name.
  package var sources: [String: String]
  /// Everything found, in the order of the book.
  package var problems: [Problem]

  /// Whether nothing keeps the book from being right.
  package var isSound: Bool { !problems.contains { $0.severity == .error } }

  /// Makes a manuscript of chapters that were read elsewhere.
  package init(book: Book, chapters: [Chapter], bibliography: Bibliography = Bibliography()) {
    self.book = book
    self.chapters = chapters
    self.bibliography = bibliography
    sources = [:]
    problems = []
    problems = crossCheck()
  }

  /// Reads every file of a book; a chapter with errors is left out, and its errors are among the problems.
  package init(reading book: Book) {
    var found: [Problem] = []
    var chapters: [Chapter] = []
    for file in book.chapterFiles {
      guard let bytes = Self.bytes(file, in: book, &found) else { continue }
      do throws(ChapterErrors) {
        chapters.append(try Chapter(parsing: bytes, file: file))
      } catch {
        found += error.errors.map { Problem(.error, at: $0.location, $0.sentence) }
      }
    }
    self.init(book: book, chapters: chapters)
    for file in book.sources {
      guard let bytes = Self.bytes(file, in: book, &found) else { continue }
      sources[file] = String(decoding: bytes, as: UTF8.self)
    }
    if let file = book.bibliography, let bytes = Self.bytes(file, in: book, &found) {
      let (bibliography, errors) = Bibliography.read(String(decoding: bytes, as: UTF8.self), file: file)
      self.bibliography = bibliography
      found += errors
    }
    problems = found + crossCheck()
  }

  private static func bytes(_ file: String, in book: Book, _ problems: inout [Problem]) -> Data? {
    if let bytes = FileManager.default.contents(atPath: book.folder + "/" + file) { return bytes }
    problems.append(Problem(.error, at: SourceLocation(file: file, line: 1), "this file cannot be read"))
    return nil
  }

  /// Checks what no chapter can see alone: ids across chapters, needs, references.
  private func crossCheck() -> [Problem] {
    var found: [Problem] = []
    let index = References(self)
    for chapter in chapters {
      var ofChapter = index.duplicates(in: chapter)
      ofChapter += chapter.references.compactMap { index.problem(with: $0) }
      ofChapter += chapter.typedNumbers.map { typed in
        let sentence =
          "'\(typed.text)' stands beside a finding and is typed by hand; write [\(typed.text)](finding:cell.name)"
        return Problem(.warning, at: typed.location, sentence)
      }
      found += ofChapter.sorted { $0.location < $1.location }
    }
    return found + Needs(chapters).problems.map { Problem(.error, at: $0.location, $0.sentence) }
  }
}

extension Needs.Problem {
  /// What keeps the cell from running and what to do.
  package var sentence: String {
    switch blockage {
    case .unknown(let name): "'\(cell)' needs '\(name)', which is no cell or chapter" + question(suggestion)
    case .notAbove(let name): "'\(cell)' needs '\(name)', which does not stand above it in the chapter"
    case .blocked(let name): "'\(cell)' needs '\(name)', which cannot run"
    case .cycle(let cells):
      "these cells need each other's chapters in a circle: \((cells + cells.prefix(1)).joined(separator: " > "))"
    }
  }
}
