internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Reports

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare reports number by number.",
    discussion: """
      Two reports or more, each with the first: claims whose verdict changed, then every finding that differs, those beyond \
      their tolerance first, then the settings and the code of cells that differ. Exit status 1 if a finding differs. \
      Without a name: the report before the last against the last of its profile.
      """
  )

  @Argument(help: "Reports, the earliest first: their folders or their findings.json.")
  var reports: [String] = []

  @Option(name: .long, help: "Also write what differs as a page to this file.")
  var html: String?

  @OptionGroup var options: BookOptions

  func validate() throws {
    if reports.count == 1 { throw ValidationError("name two reports or more, or none") }
    if reports.count > RunComparison.limit {
      throw ValidationError("at most \(RunComparison.limit) reports are compared, not \(reports.count)")
    }
    try requireFolders(of: [html])
    try OutputFile.check([html], inputs: reports.flatMap(ComparisonTable.files))
  }

  func run() throws {
    let comparison = try RunComparison(reports: reports.isEmpty ? lastTwo() : reports)
    for line in comparison.lines { print(line) }
    print(comparison.summary)
    if let html {
      try OutputFile.write(comparison.page.bytes, to: html)
    }
    if comparison.hasDifferences { throw ExitCode(ExitStatus.book) }
  }

  /// The paths of the last two reports of one profile, the earlier first.
  private func lastTwo() throws -> [String] {
    let folder = try options.bookFolder()
    var found: [(path: String, profile: String?)] = []
    for path in try options.openStore(for: folder, access: .read).history.reversed() {
      // Reports of two profiles are different experiments and are not compared.
      let profile = try ComparisonTable.read(path).profile
      if profile == options.profile ?? found.first?.profile ?? profile { found.append((path, profile)) }
      if found.count == 2 { return [found[1].path, found[0].path] }
    }
    let count = found.isEmpty ? "no report" : "only 1 report"
    throw BookProblems(problems: ["\(count) of this book and profile is remembered: name two"])
  }
}
