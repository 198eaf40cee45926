package import Chapters
package import Findings
internal import Foundation

extension BookRunner {
  /// Looks at the types of every cell of the book, chapters side by side, and returns the errors in reading order.
  package func check() throws(EngineError) -> [(chapter: Chapter, cell: Cell?, failure: Failure)] {
    let wanted = chapters.filter { !$0.cells.isEmpty && !$0.isBroken }
    let answers = Answers(count: wanted.count)
    DispatchQueue.concurrentPerform(iterations: wanted.count) { index in
      let chapter = wanted[index]
      let answer = Result { () throws(EngineError) in
        try runner.check(.init(file: chapter.file, cells: chapter.cells))
      }
      answers.set(index, to: answer.map { $0.map { (chapter, $0.cell, $0.failure) } })
    }
    return try answers.all()
  }

  private final class Answers: @unchecked Sendable {
    typealias Answer = Result<[(chapter: Chapter, cell: Cell?, failure: Failure)], EngineError>
    private let lock = NSLock()
    private var answers: [Answer]

    init(count: Int) { answers = Array(repeating: .success([]), count: count) }

    func set(_ index: Int, to answer: Answer) { lock.withLock { answers[index] = answer } }

    func all() throws(EngineError) -> [(chapter: Chapter, cell: Cell?, failure: Failure)] {
      var found: [(chapter: Chapter, cell: Cell?, failure: Failure)] = []
      for answer in lock.withLock({ answers }) { found += try answer.get() }
      return found
    }
  }
}
