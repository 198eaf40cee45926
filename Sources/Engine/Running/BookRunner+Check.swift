package import Chapters

extension BookRunner {
  /// Type-checks every source and every cell of the book, chapters in parallel, and returns the compiler's errors and
  /// warnings: those of the sources, then those of the chapters in reading order.
  ///
  /// Where a source does not compile, of the cells only the syntax is checked.
  package func check() throws(EngineError) -> [Problem] {
    let wanted = chapters.filter { !$0.cells.isEmpty && !$0.isBroken }
    if wanted.isEmpty { return [] }
    var found = try runner.checkSources()
    let parsesOnly = found.contains { $0.severity == .error }
    let answers = wanted.concurrentMap { chapter in
      Result { () throws(EngineError) in
        try runner.check(.init(chapter: chapter), parsesOnly: parsesOnly)
      }
    }
    for answer in answers { found += try answer.get() }
    return found
  }

  /// The warnings of the compiler that are known without compiling anything.
  package var knownWarnings: [Problem] {
    runner.knownSourceWarnings + chapters.flatMap(runner.knownWarnings)
  }
}
