package import Chapters
package import Findings

extension BookRunner {
  /// Type-checks every cell of the book, chapters in parallel, and returns the errors in reading order.
  package func check() throws(EngineError) -> [(chapter: Chapter, cell: Cell?, failure: Failure)] {
    let wanted = chapters.filter { !$0.cells.isEmpty && !$0.isBroken }
    let answers = wanted.concurrentMap { chapter in
      Result { () throws(EngineError) in
        try runner.check(.init(chapter: chapter)).map {
          (chapter, $0.cell, $0.failure)
        }
      }
    }
    var found: [(chapter: Chapter, cell: Cell?, failure: Failure)] = []
    for answer in answers { found += try answer.get() }
    return found
  }
}
