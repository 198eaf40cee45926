internal import ArgumentParser
internal import Engine
internal import Findings
internal import Foundation
internal import Reports

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two reports number by number.",
    discussion:
      "Exit status 1 if anything differs. Without a name: the report before the last against the last of its profile."
  )

  @Argument(help: "The earlier report: its folder or its findings.json.")
  var before: String?

  @Argument(help: "The later report.")
  var after: String?

  @Option(name: .long, help: "Also write what differs as a page to this file.")
  var html: String?

  @OptionGroup var options: BookOptions

  func validate() throws {
    if before != nil, after == nil { throw ValidationError("name both reports, or none") }
  }

  func run() throws {
    let (first, second) = try reports()
    let comparison = try Comparison(before: first.findings, after: second.findings)
    let table = ComparisonTable(comparison: comparison)
    for line in table.lines { print(line) }
    print(table.summary)
    if let html {
      let page = DifferencePage(summary: table.summary + ".", rows: table.rows)
      let path = BookOptions.absolute(html)
      try AtomicFile.write(page.bytes, to: path)
    }
    if !comparison.differences.isEmpty { throw ExitCode(ExitStatus.book) }
  }

  private func reports() throws -> (FindingsFile, FindingsFile) {
    if let before, let after { return (try ComparisonTable.read(before), try ComparisonTable.read(after)) }
    let folder = try options.bookFolder()
    var found: [FindingsFile] = []
    for path in try Store(folder: options.storeFolder(for: folder), access: .read).history.reversed() {
      let report = try ComparisonTable.read(path)
      // Reports of two profiles are different experiments and are not compared.
      let profile = options.profile ?? found.first?.profile ?? report.profile
      if report.profile == profile { found.append(report) }
      if found.count == 2 { return (found[1], found[0]) }
    }
    let count = found.isEmpty ? "no report" : "only 1 report"
    throw BookProblems(problems: ["\(count) of this book and profile is remembered: name two"])
  }
}
