internal import ArgumentParser
internal import Engine
internal import Chapters
internal import Findings
internal import Foundation
internal import Planning

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Parse the book, check the types of every cell and resolve every reference; run nothing.",
    discussion:
      "The warnings are those of a render. Exit status 1 if there is an error; warnings alone give 0."
  )

  @OptionGroup var options: BookOptions

  func run() throws {
    let session = try Session(options, purpose: .inspect)
    var problems = session.manuscript.problems
    let records = session.ledger.outlines()
    problems += FindingReferences(records: records).problems(
      of: session.chapters,
      firstPage: session.book.firstPage
    )
    problems += try BookMaterial(session: session, records: records).problems
    problems += try session.runner(jobs: 1)?.check() ?? []
    for problem in problems where problem.severity == .warning { print(problem) }
    let errors = problems.filter { $0.severity == .error }
    guard errors.isEmpty else {
      throw BookProblems(problems: errors.map { "\($0.location): \($0.sentence)" })
    }
    let cells = session.chapters.reduce(0) { $0 + $1.cells.count }
    print(
      "\(counted(session.chapters.count, "chapter")), \(counted(cells, "cell")): no errors"
        + (problems.isEmpty ? "" : ", " + counted(problems.count, "warning"))
    )
  }
}
