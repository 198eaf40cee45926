package import Foundation

/// The parsed files of a book, chapters, bibliography and sources, with all errors and warnings about them.
package struct Manuscript: Hashable, Sendable {
  package var book: Book
  /// In reading order; a chapter whose cells cannot be read is marked: see `Chapter.isBroken`.
  package var chapters: [Chapter]
  package var bibliography: Bibliography
  /// Swift code that chapters share, by file name.
  package var sources: [String: String]
  /// Everything found, in the order of the book.
  package var problems: [Problem]

  /// The problems that are errors.
  package var errors: [Problem] { problems.filter { $0.severity == .error } }

  /// Creates a manuscript of chapters that were parsed elsewhere.
  package init(book: Book, chapters: [Chapter], bibliography: Bibliography = Bibliography()) {
    self.book = book
    self.chapters = chapters
    self.bibliography = bibliography
    sources = [:]
    problems = []
    problems = crossCheck()
  }

  /// Reads every file of a book.
  ///
  /// - Parameter note: called with the path and the bytes of each file that was read, on any thread.
  package init(reading book: Book, note: @Sendable (_ file: String, _ bytes: Data) -> Void = { _, _ in }) {
    var found: [Problem] = []
    var chapters: [Chapter] = []
    for (chapter, problems) in book.chapterFiles.concurrentMap({ Self.chapter($0, of: book, note) }) {
      chapters.append(chapter)
      found += problems
    }
    self.book = book
    self.chapters = chapters
    bibliography = Bibliography()
    sources = [:]
    problems = []
    for file in book.sources {
      guard let bytes = Self.bytes(file, in: book, &found, note) else { continue }
      sources[file] = String(decoding: bytes, as: UTF8.self)
    }
    for file in book.bibliographies {
      guard let bytes = Self.bytes(file, in: book, &found, note) else { continue }
      if String(validating: bytes, as: UTF8.self) == nil {
        let error = ChapterError.notUTF8(Chapter.placeOfOtherEncoding(in: bytes, file: file))
        found.append(Problem(.error, at: error.location, error.sentence))
      }
      found += bibliography.read(String(decoding: bytes, as: UTF8.self), file: file)
    }
    problems = found + crossCheck()
  }

  private static func chapter(_ file: String, of book: Book, _ note: (String, Data) -> Void) -> (
    Chapter, [Problem]
  ) {
    var problems: [Problem] = []
    guard let bytes = bytes(file, in: book, &problems, note) else {
      var chapter = Chapter(emptyFile: file)
      chapter.markBroken()
      return (chapter, problems)
    }
    var chapter: Chapter
    let errors: [ChapterError]
    if let text = String(validating: bytes, as: UTF8.self) {
      let source = SourceText(text, file: file)
      (chapter, errors) = Chapter.read(source, hasDollarMath: book.hasDollarMath)
      problems = ForeignSyntax.problems(in: source, hasDollarMath: book.hasDollarMath)
      let escapes = escapes(from: book.folder, chapter.cells, source)
      if !escapes.isEmpty { chapter.markBroken() }
      problems += escapes
    } else {
      (chapter, errors) = Chapter.read(bytes, file: file)
    }
    problems = errors.map { Problem(.error, at: $0.location, $0.sentence) } + problems
    if problems.count < 2 { return (chapter, problems) }
    return (chapter, problems.sorted { $0.location < $1.location })
  }

  /// Files that cells would read by a link out of the book: nobody who renders a book has agreed to their reading.
  private static func escapes(from folder: String, _ cells: [Cell], _ source: SourceText) -> [Problem] {
    cells.flatMap { cell in
      cell.reads.compactMap { path in
        guard let (link, target) = BookPath.escape(path, in: folder) else { return nil }
        let line = cell.location.line
        let range = source.start(ofLine: line)..<source.start(ofLine: line + 1)
        return Problem(
          .error,
          at: source.firstOffset(of: "reads=", in: range).map(source.location(of:)) ?? cell.location,
          "reads=\(path): the symbolic link '\(link)' leads out of the book, to '\(target)': copy the file into the book's "
            + "folder, or declare a data root in book.yml and name it with --data"
        )
      }
    }
  }

  private static func bytes(
    _ file: String,
    in book: Book,
    _ problems: inout [Problem],
    _ note: (String, Data) -> Void
  ) -> Data? {
    if let bytes = FileManager.default.contents(atPath: book.folder + "/" + file) {
      note(file, bytes)
      return bytes
    }
    problems.append(Problem(.error, at: SourceLocation(file: file, line: 1), "this file cannot be read"))
    return nil
  }

  /// Chapters whose number another chapter has taken: their figures would have the same numbers.
  private var repeatedNumbers: [Problem] {
    var files: [Int: String] = [:]
    return chapters.compactMap { chapter in
      guard let number = chapter.number else { return nil }
      guard let first = files[number] else {
        files[number] = chapter.file
        return nil
      }
      let sentence = "the number \(number) is already taken by '\(first)'; rename one of the two files"
      return Problem(.error, at: SourceLocation(file: chapter.file, line: 1), sentence)
    }
  }

  /// Returns what is wrong with captions: references of a wrong form, and those that lead nowhere.
  package func problems(of captions: [Caption]) -> [Problem] {
    if captions.isEmpty { return [] }
    let unresolved = References(self).problems(ofSettings: captions.flatMap(\.references))
    return captions.flatMap(\.problems) + unresolved
  }

  /// Checks what concerns several chapters, ids and references, and marks chapters whose ids are taken as broken.
  private mutating func crossCheck() -> [Problem] {
    let index = References(self)
    let found = chapters.concurrentMap { index.problems(of: $0) }.flatMap { $0 }
    for (position, chapter) in chapters.enumerated() where !chapter.cells.allSatisfy(index.isFirst) {
      chapters[position].markBroken(keeping: index.isFirst)
    }
    return index.problems(ofSettings: book.firstPage + [book.reproduces].compactMap { $0 }) + found
      + repeatedNumbers
  }
}
