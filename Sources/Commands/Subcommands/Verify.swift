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

      With --recorded: run again what the book keeps as records ('marginalia keep'), each under its own profile and \
      seed, where the data that it read are given by --data, and compare. What cannot be run is named. Exit status 1 if \
      a record does not agree, or if none could be run.

      With --archive and --key: check the files of an archive ('marginalia archive') against its signed manifest. \
      Nothing is run, and no book is needed. Exit status 1 if the signature or one file is not right.
      """
  )

  @Argument(help: "With --recorded: the cells whose records are verified; none: all.")
  var cells: [String] = []

  @OptionGroup var options: BookOptions

  @Flag(name: .long, help: "Verify the recorded runs of the book in place of its report.")
  var recorded = false

  @Option(name: .long, help: "The report to compare with; default: output beside the book.")
  var output: String?

  @Option(name: .long, help: "Also draw the result as a badge, an SVG picture, into this file.")
  var badge: String?

  @Option(name: .long, help: "An archive to check in place of a report.")
  var archive: String?

  @Option(
    name: .long,
    help: "With --archive: the public key (Ed25519, PEM) that its manifest must be signed by."
  )
  var key: String?

  @OptionGroup var jobs: JobCount

  @Flag(name: .long, help: "Say only what is wrong.")
  var quiet = false

  func validate() throws {
    if (archive == nil) != (key == nil) { throw ValidationError("--archive and --key are given together") }
    if archive != nil, recorded || output != nil || options.profile != nil || options.seed != nil {
      throw ValidationError("--archive takes --key alone: it runs nothing and compares with no report")
    }
    if !recorded, !cells.isEmpty { throw ValidationError("cells are named only with --recorded") }
    if badge != nil, recorded || archive != nil {
      throw ValidationError("--badge shows how a report compares, not --recorded or --archive")
    }
    try requireFolders(of: [badge])
    if recorded, output != nil {
      throw ValidationError("--recorded compares with records, and takes no --output")
    }
    if recorded, options.profile != nil || options.seed != nil {
      throw ValidationError("--recorded takes profile and seed from each record")
    }
  }

  func run() throws {
    let console = Console(quiet: quiet, json: false)
    if let archive, let key { return try ArchiveFile(path: archive).verify(key: key, console: console) }
    if recorded {
      return try RecordedVerification(options: options, console: console, jobs: jobs.count).run(cells)
    }
    let bookFolder = try options.bookFolder()
    let report = BookOptions.outputFolder(output, for: bookFolder)
    try OutputFile.check([badge], inputs: ComparisonTable.files(report))
    let before = try ComparisonTable.read(report)
    // Read before anything runs: a damaged file must not be found out at the end of a long run.
    let machine = try Self.machine(of: report)
    let folder = try TemporaryFolders.makeRemovedAtSignals()
    defer { TemporaryFolders.remove(folder) }
    var options = options
    options.store = folder
    // The same profile and seed as the report's, unless others are asked for.
    let recorded = before.cells.values.first { $0.outcome == .succeeded }
    if options.profile == nil { options.profile = recorded?.profile }
    if options.seed == nil { options.seed = recorded?.seed }
    let session = try Session(options, purpose: .run)
    guard let runner = session.runner(jobs: jobs.count) else { return }
    try runner.run { console.take($0) }
    let records = session.ledger.records()
    let shown = Set(before.cells.filter { $0.value.recorded != nil }.keys).union(session.ledger.recorded.keys)
    let comparison = try Comparison(
      before: before.findings.filter { !shown.contains($0.key) },
      after: records.mapValues(\.findings).filter { !shown.contains($0.key) }
    )
    let now = records.values.map(\.provenance.machine).filter { !$0.isEmpty }.min() ?? ""
    let isSameMachine = Machine.areSameKind(machine, now)
    let wrongCount = isSameMachine ? comparison.differences.count : comparison.count(.beyond)
    let table = ComparisonTable(comparison: comparison)
    for line in table.lines { print(line) }
    console.say(
      table.summary
        + (isSameMachine ? "" : " (the report was made on another kind of processor)")
    )
    let claims = [before.findings, records.mapValues(\.findings)].map { cells in
      ComparedReport.claims(in: cells.filter { !shown.contains($0.key) })
    }
    for (name, statement, verdicts) in RunComparison.changedVerdicts(claims) {
      console.say("changed verdict: \(name): \(verdicts[0]) -> \(verdicts[1]): \(statement)")
    }
    if let badge {
      let drawn = Badge(
        identical: comparison.identical,
        differing: comparison.differences.count,
        wrong: wrongCount,
        failures: console.failureCount
      )
      try OutputFile.write(drawn.bytes, to: badge)
    }
    if !shown.isEmpty {
      console.say(
        "not compared, since the report shows recorded runs: \(shown.sorted().joined(separator: ", ")); "
          + "'marginalia verify --recorded' runs them again"
      )
    }
    if wrongCount > 0 || console.failureCount > 0 { throw ExitCode(ExitStatus.book) }
  }

  /// The machine that a report names; empty where it names none.
  private static func machine(of report: String) throws -> String {
    guard let file = try ComparisonTable.provenance("\(report)/\(ProvenanceFile.path)") else { return "" }
    return file.cells.values.map(\.provenance.machine).filter { !$0.isEmpty }.min() ?? ""
  }
}
