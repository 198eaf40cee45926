internal import Foundation

/// A book with its chapters and bibliography as they stand in the files, and all that is wrong with them.
package struct Manuscript: Hashable, Sendable {
  package var book: Book
  /// In reading order; a chapter with errors that let no cell run is a closed one: see `Chapter.isBroken`.
  package var chapters: [Chapter]
  package var bibliography: Bibliography
  /// Swift code that every chapter is compiled with, by file name.
  package var sources: [String: String]
  /// Everything found, in the order of the book.
  package var problems: [Problem]

  /// What keeps the book from being right.
  package var errors: [Problem] { problems.filter { $0.severity == .error } }

  /// Makes a manuscript of chapters that were read elsewhere.
  package init(book: Book, chapters: [Chapter], bibliography: Bibliography = Bibliography()) {
    self.book = book
    self.chapters = chapters
    self.bibliography = bibliography
    sources = [:]
    problems = []
    problems = crossCheck()
  }

  /// Reads every file of a book.
  package init(reading book: Book) {
    var found: [Problem] = []
    var chapters: [Chapter] = []
    for (chapter, problems) in Shelf(book).chapters {
      chapters.append(chapter)
      found += problems
    }
    self.book = book
    self.chapters = chapters
    bibliography = Bibliography()
    sources = [:]
    problems = []
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

  fileprivate static func bytes(_ file: String, in book: Book, _ problems: inout [Problem]) -> Data? {
    if let bytes = FileManager.default.contents(atPath: book.folder + "/" + file) { return bytes }
    problems.append(Problem(.error, at: SourceLocation(file: file, line: 1), "this file cannot be read"))
    return nil
  }

  /// Checks what no chapter can see alone, ids across chapters, needs, references, and closes chapters whose ids
  /// are taken.
  private mutating func crossCheck() -> [Problem] {
    var found: [Problem] = []
    let index = References(self)
    for (position, chapter) in chapters.enumerated() {
      var ofChapter = index.duplicates(in: chapter)
      if !chapter.cells.allSatisfy(index.isFirst) { chapters[position].close(keeping: index.isFirst) }
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

/// Reads the chapters of a book on all cores; their order is that of the book.
private final class Shelf: @unchecked Sendable {
  private(set) var chapters: [(Chapter, [Problem])] = []
  private let lock = NSLock()

  init(_ book: Book) {
    let files = book.chapterFiles
    chapters = Array(repeating: (Chapter(emptyFile: ""), []), count: files.count)
    DispatchQueue.concurrentPerform(iterations: files.count) { index in
      var problems: [Problem] = []
      var chapter = Chapter(emptyFile: files[index])
      if let bytes = Manuscript.bytes(files[index], in: book, &problems) {
        let (read, errors) = Chapter.read(bytes, file: files[index])
        chapter = read
        problems = errors.map { Problem(.error, at: $0.location, $0.sentence) }
      } else {
        chapter.close()
      }
      lock.withLock { chapters[index] = (chapter, problems) }
    }
  }
}

extension Needs.Problem {
  /// What keeps the cell from running and what to do.
  package var sentence: String {
    switch blockage {
    case .broken: "'\(cell)' cannot run, since the text of its chapter has errors"
    case .unknown(let name): "'\(cell)' needs '\(name)', which is no cell or chapter" + question(suggestion)
    case .notAbove(let name): "'\(cell)' needs '\(name)', which does not stand above it in the chapter"
    case .blocked(let name): "'\(cell)' needs '\(name)', which cannot run"
    case .cycle(let cells):
      "these cells need each other's chapters in a circle: \((cells + cells.prefix(1)).joined(separator: " > "))"
    }
  }
}
