internal import ArgumentParser
internal import Engine
internal import Chapters
internal import Findings
internal import Foundation
internal import Planning

struct Render: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run what is stale and write the report.",
    discussion: """
      A chapter runs if one of its cells has no record of the same code and conditions, or if something that it \
      read has changed; 'marginalia explain CELL' says which. Prose never runs anything.

      --set margin=0.6 gives a parameter that book.yml declares another value. Only the cells that read it run, with those \
      below them in their chapters and those that need them. Records go to a store of their own and the report to a \
      folder of its own, 'output.margin=0.6'; every page of it says so. At the end it is compared with the book's own \
      report, on the terminal and in difference.html.
      """
  )

  @Argument(
    help:
      "Chapters by number, id, path or one of their cells; what they need runs, too. None: the whole book."
  )
  var chapters: [String] = []

  @OptionGroup var options: BookOptions

  @Option(
    name: .long,
    help: "Where the report is written; default: output beside Chapters, or in a folder of another name."
  )
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Another value of a parameter that the book declares; may be given for several.",
      valueName: "name=value"
    )
  )
  var set: [String] = []

  @Flag(name: .long, help: "Write the whole report as one file that needs no other.")
  var singleFile = false

  @Flag(name: .long, help: "Run the chapters named, or all, even if their records are good.")
  var force = false

  @OptionGroup var jobs: JobCount

  @Flag(name: .long, help: "Run nothing: show what is recorded. Safe for a stranger's book.")
  var noExecute = false

  @Flag(
    name: .long,
    help:
      "Run and write nothing: print what would run, why, and how long it took last time. With --cluster: see there."
  )
  var dryRun = false

  @OptionGroup(title: "Jobs") var executor: ExecutorOptions

  @Flag(name: .long, help: "Print errors and warnings only.")
  var quiet = false

  @Flag(name: .long, help: "Print what happens as JSON lines on standard output.")
  var json = false

  func validate() throws {
    if !executor.isThisProcess, noExecute {
      throw ValidationError("--cluster and --launcher are for cells that run: leave out --no-execute")
    }
    if dryRun, executor.launcher != nil, executor.cluster == nil {
      throw ValidationError(
        "--dry-run shows jobs of a cluster alone: leave out --launcher, or add --cluster slurm"
      )
    }
    if !set.isEmpty, noExecute || dryRun || singleFile {
      throw ValidationError("--set is not given with --no-execute, --dry-run or --single-file")
    }
  }

  func run() throws {
    let console = Console(quiet: quiet, json: json)
    let variant = try set.isEmpty ? nil : ParameterVariant(set, options: options, output: output)
    let options = variant?.options ?? options
    let output = variant?.output ?? output
    try variant?.prepareStore()
    let lock = try lock(console, options, output)
    let session = try Session(
      options,
      purpose: noExecute ? .show : isInspection ? .inspect : .run,
      changed: variant?.values ?? [:]
    )
    for problem in session.manuscript.problems { console.report(problem) }
    let writer = ReportWriter(session: session, output: output, isSingleFile: singleFile)
    try BookOptions.checkReport(writer.output)
    let selection = try session.indices(of: chapters)
    let forced =
      force
      ? Set((selection.map(Array.init) ?? Array(session.chapters.indices)).map { session.chapters[$0].id })
      : []
    if isInspection { return show(session.ledger.plan(forced: forced).toRun(selecting: selection), console) }
    try execute(session, selection: selection, forced: forced, writer: writer, console: console)
    if dryRun { return }
    let result = try writer.write()
    for problem in (session.runner(jobs: 1)?.knownWarnings ?? []) + result.problems {
      console.report(problem)
    }
    try variant?.compare(console)
    let problems = report(result, session: session, writer: writer, console: console)
    if problems > 0 { throw ExitCode(ExitStatus.book) }
    // Of a large book the system takes the memory back quicker than it is given back piece by piece.
    withExtendedLifetime((lock, session)) { Self.exit() }
  }

  /// Whether cells are compared with their records and none runs. The scripts of a cluster's jobs are known only where cells run.
  private var isInspection: Bool { dryRun && executor.cluster == nil }

  /// Takes the lock of the store before anything is read from it; commands that write nothing need none.
  private func lock(_ console: Console, _ options: BookOptions, _ output: String?) throws -> StoreLock? {
    if noExecute || isInspection { return nil }
    let store = try options.openStore(for: try options.bookFolder(), output: output)
    return try StoreLock(store, command: "marginalia render") { holder in
      console.warn("waiting for another marginalia that works on this book: \(holder)")
    }
  }

  private func execute(
    _ session: Session,
    selection: Set<Int>?,
    forced: Set<String>,
    writer: ReportWriter,
    console: Console
  ) throws {
    guard !session.ledger.plan(forced: forced).toRun(selecting: selection).isEmpty,
      var runner = session.runner(
        jobs: jobs.count,
        commit: ProvenanceSource.commit(of: session.book.folder)
      )
    else { return }
    if !dryRun { try writer.refuseForeignFiles() }
    runner.executor = try executor.executor(session, showsScripts: dryRun)
    session.store.sweep()
    if !runner.isConfined {
      console.warn(
        "this kernel has no Landlock or no seccomp filters, so cells run without the sandbox: they may read and write any "
          + "file and use the network, and undeclared inputs are not noticed"
      )
    }
    try runner.run(selection: selection, forced: forced) { console.take($0) }
  }

  private func show(_ chapters: [PlannedChapter], _ console: Console) {
    if chapters.isEmpty { return console.say("nothing would run") }
    for chapter in chapters {
      console.say("\(chapter.file): would run, \(Console.time(chapter.expectedSeconds)) last time")
      for planned in chapter.cells { console.say("  \(planned.cell.id): \(planned.clause)") }
    }
  }

  private func report(
    _ result: ReportWriter.Outcome,
    session: Session,
    writer: ReportWriter,
    console: Console
  ) -> Int {
    let errors = session.manuscript.errors.count + result.problems.count { $0.severity == .error }
    let bad = session.ledger.outcomes.filter { $0 != .succeeded }
    let skipped = session.ledger.skipped.count
    let failed = bad.count { $0.kind == .failed }
    let cells = session.chapters.reduce(0) { $0 + $1.cells.count }
    var text = "\(counted(session.chapters.count, "chapter")), \(counted(cells, "cell")): "
    text += "\(console.runCount) run"
    if failed > 0 { text += ", \(failed) failed" }
    if bad.count > failed { text += ", \(bad.count - failed) not run" }
    if errors > 0 { text += ", \(counted(errors, "error")) in the text" }
    if let count = result.fileCount {
      text += "; \(counted(count, "file")) written to \(writer.output)"
    } else {
      text += "; nothing to write in \(writer.output)"
    }
    console.say(text)
    console.sayEnd([
      "cells": cells, "run": console.runCount, "failed": failed, "not-run": bad.count - failed,
      "written": result.fileCount ?? 0,
      "output": writer.output,
    ])
    // A chapter that was not asked for may be without records.
    return errors + (noExecute ? 0 : chapters.isEmpty ? bad.count - skipped : failed)
  }
}
