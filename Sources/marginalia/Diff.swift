internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Reports

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two reports number by number.",
    discussion:
      "Exit status 1 if anything differs. Without a name: the report before the last against the last."
  )

  @Argument(help: "The earlier report: its folder or its findings.json.")
  var before: String?

  @Argument(help: "The later report.")
  var after: String?

  @OptionGroup var options: BookOptions

  func validate() throws {
    if before != nil, after == nil { throw ValidationError("name both reports, or none") }
  }

  func run() throws {
    let (first, second) = try reports()
    let comparison = try Comparison(before: first.findings, after: second.findings)
    for line in ComparisonTable(comparison: comparison).lines { print(line) }
    print("\(comparison.identical) findings are the same, \(comparison.differences.count) differ")
    if !comparison.differences.isEmpty { throw ExitCode(ExitStatus.book) }
  }

  private func reports() throws -> (FindingsFile, FindingsFile) {
    if let before, let after { return (try ComparisonTable.read(before), try ComparisonTable.read(after)) }
    let folder = try options.bookFolder()
    let history = try Store(folder: options.storeFolder(for: folder)).history
    guard history.count >= 2 else {
      throw BookProblems(problems: ["only \(history.count) report of this book is remembered: name two"])
    }
    return (
      try ComparisonTable.read(history[history.count - 2]),
      try ComparisonTable.read(history[history.count - 1])
    )
  }
}
