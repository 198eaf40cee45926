package import Chapters
package import Findings

extension BookRunner {
  /// The compiler's messages about a chapter.
  package struct CheckedChapter: Sendable {
    package var chapter: Chapter
    package var errors: [(cell: Cell?, failure: Failure)]
    package var warnings: [ChapterRunner.Message]
  }

  /// Type-checks every cell of the book, chapters in parallel, and returns the messages in reading order.
  package func check() throws(EngineError) -> [CheckedChapter] {
    let wanted = chapters.filter { !$0.cells.isEmpty && !$0.isBroken }
    let answers = wanted.concurrentMap { chapter in
      Result { () throws(EngineError) in
        let found = try runner.check(.init(chapter: chapter))
        return CheckedChapter(chapter: chapter, errors: found.errors, warnings: found.warnings)
      }
    }
    var found: [CheckedChapter] = []
    for answer in answers { found.append(try answer.get()) }
    return found
  }

  /// The warnings of the compiler that are known without compiling anything.
  package var knownWarnings: [Problem] {
    chapters.flatMap { chapter in
      runner.knownWarnings(of: chapter).map { $0.problem(in: chapter) }
    }
  }
}

extension ChapterRunner.Message {
  /// The message as a warning with its place.
  package func problem(in chapter: Chapter) -> Problem {
    let fence = chapter.cells.first { $0.id == cell }?.location.line ?? 0
    let place = SourceLocation(file: chapter.file, line: max(1, fence + (lineInCell ?? 0)))
    return Problem(.warning, at: place, (cell.map { "the cell '\($0)': " } ?? "") + text)
  }
}
