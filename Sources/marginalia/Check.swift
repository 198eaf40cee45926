internal import ArgumentParser
internal import Engine
internal import Chapters
internal import Findings
internal import Foundation
internal import Planning

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse the book, check the types of every cell and resolve every reference; run nothing."
  )

  @OptionGroup var options: BookOptions

  func run() throws {
    let session = try Session(options)
    var problems: [String] = []
    if let runner = session.runner(jobs: 1) {
      for chapter in session.chapters where !chapter.cells.isEmpty {
        let job = ChapterRunner.Job(file: chapter.file, cells: chapter.cells)
        for (cell, failure) in try runner.runner.check(job) {
          let line = (cell?.location.line ?? 0) + (failure.lineInCell ?? 0)
          problems.append(
            "\(chapter.file):\(line): \(cell.map { "the cell '\($0.id)': " } ?? "")\(failure.message)"
          )
        }
      }
    }
    for problem in session.manuscript.problems { Console.complain("\(problem)") }
    guard problems.isEmpty else { throw BookProblems(problems: problems) }
    let cells = session.chapters.reduce(0) { $0 + $1.cells.count }
    print("\(session.chapters.count) chapters, \(cells) cells: no errors")
  }
}
