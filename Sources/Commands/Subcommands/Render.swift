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
      """
  )

  @Argument(
    help:
      "Chapters by number, id, path or one of their cells; what they need runs, too. None: the whole book."
  )
  var chapters: [String] = []

  @OptionGroup var options: BookOptions

  @Option(name: .long, help: "Where the report is written; default: output beside the book.")
  var output: String?

  @Flag(name: .long, help: "Write the whole report as one file that needs no other.")
  var singleFile = false

  @Flag(name: .long, help: "Run the chapters named, or all, even if their records are good.")
  var force = false

  @Option(name: .long, help: "How many chapters run side by side; changes no byte of the report.")
  var jobs: Int?

  @Flag(name: .long, help: "Run nothing: show what is recorded. Safe for a stranger's book.")
  var noExecute = false

  @Flag(name: .long, help: "Run and write nothing: say what would run, why, and how long it took last time.")
  var dryRun = false

  @Flag(name: .long, help: "Say only what is wrong.")
  var quiet = false

  @Flag(name: .long, help: "Say what happens as JSON lines on standard output.")
  var json = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1, not \(jobs)") }
  }

  func run() throws {
    let console = Console(quiet: quiet, json: json)
    let lock = try lock(console)
    let session = try Session(options, executes: !noExecute)
    for error in session.manuscript.errors { console.complain("\(error.location): \(error.sentence)") }
    let selection = try session.indices(of: chapters)
    let forced =
      force
      ? Set((selection.map(Array.init) ?? Array(session.chapters.indices)).map { session.chapters[$0].id })
      : []
    if dryRun { return show(session.ledger.plan(forced: forced).toRun(selecting: selection), console) }
    try execute(session, selection: selection, forced: forced, console: console)
    let writer = ReportWriter(session: session, output: output, isSingleFile: singleFile)
    let result = try writer.write(console: console)
    let problems = report(result, session: session, writer: writer, console: console)
    if problems > 0 { throw ExitCode(ExitStatus.book) }
    // Of a large book the system takes the memory back quicker than it is given back piece by piece.
    withExtendedLifetime((lock, session)) { Self.exit() }
  }

  /// Takes the store before anything is read from it; who only looks needs no lock.
  private func lock(_ console: Console) throws -> StoreLock? {
    if noExecute || dryRun { return nil }
    let store = try Store(folder: options.storeFolder(for: try options.bookFolder()))
    return try StoreLock(store, command: "marginalia render") { holder in
      console.warn("waiting for another marginalia that works on this book: \(holder)")
    }
  }

  private func execute(_ session: Session, selection: Set<Int>?, forced: Set<String>, console: Console) throws
  {
    guard !session.ledger.plan(forced: forced).toRun(selecting: selection).isEmpty,
      let runner = session.runner(
        jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
        commit: ProvenanceSource.commit(of: session.book.folder)
      )
    else { return }
    session.store.sweep()
    if !runner.isConfined {
      console.warn(
        "this kernel has no Landlock: cells can read and write what they like, and what they read undeclared is not noticed"
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
    _ result: ReportWriter.Result,
    session: Session,
    writer: ReportWriter,
    console: Console
  ) -> Int {
    let bad = session.ledger.outcomes.filter { $0 != .succeeded }
    let skipped = session.ledger.skipped.count
    let failed = bad.count { $0.kind == .failed }
    let cells = session.chapters.reduce(0) { $0 + $1.cells.count }
    var text = "\(session.chapters.count) chapters, \(cells) cells: \(console.runCount) run"
    if failed > 0 { text += ", \(failed) failed" }
    if bad.count > failed { text += ", \(bad.count - failed) not run" }
    if !session.manuscript.errors.isEmpty {
      text += ", \(session.manuscript.errors.count) errors in the text"
    }
    var files = 0
    switch result {
    case .unchanged: text += "; nothing to write in \(writer.output)"
    case .written(let count):
      files = count
      text += "; \(count) files written to \(writer.output)"
    }
    console.say(text)
    console.sayEnd([
      "cells": cells, "run": console.runCount, "failed": failed, "not-run": bad.count - failed,
      "written": files,
      "output": writer.output,
    ])
    let errors = session.manuscript.errors.count
    // A chapter that was not asked for may well be without records.
    return errors + (noExecute ? 0 : chapters.isEmpty ? bad.count - skipped : failed)
  }
}
