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
    let problems = session.manuscript.problems
    for problem in problems where problem.severity == .warning { print(problem) }
    var errors = session.manuscript.errors.map { "\($0.location): \($0.sentence)" }
    for (chapter, cell, failure) in try session.runner(jobs: 1)?.check() ?? [] {
      let line = (cell?.location.line ?? 0) + (failure.lineInCell ?? 0)
      errors.append(
        "\(chapter.file):\(line): \(cell.map { "the cell '\($0.id)': " } ?? "")\(failure.message)"
      )
    }
    guard errors.isEmpty else { throw BookProblems(problems: errors) }
    let cells = session.chapters.reduce(0) { $0 + $1.cells.count }
    print("\(session.chapters.count) chapters, \(cells) cells: no errors")
  }
}
