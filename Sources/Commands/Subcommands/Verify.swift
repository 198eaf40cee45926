internal import ArgumentParser
internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Reports

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the book again from nothing and compare every finding with the report.",
    discussion: """
      On the same kind of processor every number must be the same to the last bit; on another it must lie within \
      the tolerance that its finding states. There training may end in other models, as with other seeds: means over \
      seeds must agree within their standard errors, and what has no spread is listed and counted. Exit status 1 if \
      one does not agree. The book's own store is not touched.
      """
  )

  @OptionGroup var options: BookOptions

  @Option(name: .long, help: "The report to compare with; default: output beside the book.")
  var output: String?

  @Option(name: .long, help: "How many chapters run side by side.")
  var jobs: Int?

  @Flag(name: .long, help: "Say only what is wrong.")
  var quiet = false

  func run() throws {
    let console = Console(quiet: quiet, json: false)
    let bookFolder = try options.bookFolder()
    let report = BookOptions.outputFolder(output, for: bookFolder)
    let before = try ComparisonTable.read(report)
    let folder = NSTemporaryDirectory() + "/marginalia-verify-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = options
    options.store = folder
    // The same profile and seed as the report's, unless others are asked for.
    let recorded = before.cells.values.first { $0.outcome == .succeeded }
    if options.profile == nil { options.profile = recorded?.profile }
    if options.seed == nil { options.seed = recorded?.seed }
    let session = try Session(options, purpose: .run)
    guard let runner = session.runner(jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount) else {
      return
    }
    try runner.run { console.take($0) }
    let records = session.ledger.records()
    let comparison = try Comparison(before: before.findings, after: records.mapValues(\.findings))
    let now = records.values.map(\.provenance.machine).filter { !$0.isEmpty }.min() ?? ""
    let isSameMachine = Machine.areSameKind(Self.machine(of: report), now)
    let wrongCount = isSameMachine ? comparison.differences.count : comparison.count(.beyond)
    for line in ComparisonTable(comparison: comparison).lines { print(line) }
    console.say(
      "\(comparison.identical) findings are the same to the last bit, \(comparison.differences.count) differ: "
        + "\(comparison.count(.within)) within their tolerance, \(comparison.count(.beyond)) beyond it, "
        + "\(comparison.count(.unjudged)) rest on training and have no spread to judge them by"
        + (isSameMachine ? "" : " (the report was made on another kind of processor)")
    )
    if wrongCount > 0 || console.failureCount > 0 { throw ExitCode(ExitStatus.book) }
  }

  /// The machine that a report names; empty where it names none.
  private static func machine(of report: String) -> String {
    guard let data = FileManager.default.contents(atPath: report + "/provenance.json"),
      let file = try? FindingsCoding.decode(ProvenanceFile.self, from: data)
    else { return "" }
    return file.cells.values.map(\.provenance.machine).filter { !$0.isEmpty }.min() ?? ""
  }
}
