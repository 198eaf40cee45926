package import Chapters
package import Findings
internal import Foundation
internal import Planning

/// Brings the records of a book up to date: runs the chapters that have a stale cell, side by side where they
/// do not need each other, and keeps each cell's record the moment it ends.
package struct BookRunner: Sendable {
  package var chapters: [Chapter]
  package var ledger: Ledger
  package var runner: ChapterRunner
  package var jobs: Int
  package var provenance: ProvenanceSource

  package init(
    chapters: [Chapter],
    ledger: Ledger,
    runner: ChapterRunner,
    jobs: Int,
    provenance: ProvenanceSource
  ) {
    self.chapters = chapters
    self.ledger = ledger
    self.runner = runner
    self.jobs = max(1, jobs)
    self.provenance = provenance
  }

  /// Whether the kernel keeps cells from what the book does not declare.
  package var isConfined: Bool { ChildProcess.landlockVersion > 0 }

  /// What those who watch are told; calls come from several threads, one at a time.
  package enum Event: Sendable {
    case chapterBegan(Chapter, expectedSeconds: Double)
    case compiling(Chapter)
    case cellBegan(Chapter, Cell)
    case progressed(Chapter, Cell, CellEvent.Progress)
    case cellEnded(Chapter, CellRecord)
    case chapterEnded(Chapter)
    case warned(String)
  }

  /// Runs what is stale among the wanted chapters and those that they need.
  ///
  /// - Parameters:
  ///   - selection: indices of chapters; `nil` for all.
  ///   - forced: ids of cells and chapters that run though they are fresh.
  package func run(
    selection: Set<Int>? = nil,
    forced: Set<String> = [],
    watch: @escaping @Sendable (Event) -> Void
  ) throws(EngineError) {
    let board = Board()
    let turnstile = Turnstile(watch)
    while true {
      // What ran may have made fresh what waited for it, so the plan is made anew each time.
      let done = board.done
      let rest = forced.subtracting(done.map { chapters[$0].id })
        .subtracting(done.flatMap { chapters[$0].cells.map(\.id) })
      let pending = ledger.plan(forced: rest).toRun(selecting: selection).filter { !done.contains($0.index) }
      guard let next = board.take(from: pending, jobs: jobs) else {
        if board.isIdle { break }
        board.wait()
        continue
      }
      let thread = Thread {
        do throws(EngineError) { try update(next, watch: turnstile.pass) } catch { board.fail(error) }
        board.finish(next.index)
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
    if let error = board.error { throw error }
  }

  private func update(
    _ planned: PlannedChapter,
    watch: @escaping @Sendable (Event) -> Void
  ) throws(EngineError) {
    let chapter = chapters[planned.index]
    watch(.chapterBegan(chapter, expectedSeconds: planned.expectedSeconds))
    defer { watch(.chapterEnded(chapter)) }
    let (needed, skipped, missing) = ledger.needed(by: planned.index)
    if let missing {
      let reason = "not run: it needs '\(missing)', which has no findings"
      for cell in chapter.cells {
        keep(.init(cell: cell, outcome: .notRun(reason: reason)), planned, chapter, watch)
      }
      return
    }
    try runner.run(
      .init(file: chapter.file, cells: chapter.cells, needed: needed, skipped: skipped),
      step: { step in
        switch step {
        case .compiling: watch(.compiling(chapter))
        case .began(let cell): watch(.cellBegan(chapter, cell))
        case .progressed(let cell, let progress): watch(.progressed(chapter, cell, progress))
        }
      },
      finished: { keep($0, planned, chapter, watch) }
    )
  }

  private func keep(
    _ result: ChapterRunner.Result,
    _ planned: PlannedChapter,
    _ chapter: Chapter,
    _ watch: (Event) -> Void
  ) {
    let key = planned.cells.first { $0.cell.id == result.cell.id }?.key
    let record = CellRecord(
      cell: result.cell.id,
      key: key?.digest ?? "",
      outcome: result.outcome,
      findings: result.findings,
      output: result.output,
      outputWasCut: result.outputWasCut,
      inputs: result.inputs,
      provenance: provenance.provenance(seconds: result.seconds)
    )
    do {
      if let difference = try ledger.settle(record, key: key, isSkipped: result.isSkipped) {
        watch(.warned(difference))
      }
    } catch {
      watch(.warned("the record of '\(record.cell)' could not be kept, and it will run again: \(error)"))
    }
    watch(.cellEnded(chapter, record))
  }
}

/// Lets events through one at a time.
private final class Turnstile: Sendable {
  private let lock = NSLock()
  private let watch: @Sendable (BookRunner.Event) -> Void

  init(_ watch: @escaping @Sendable (BookRunner.Event) -> Void) { self.watch = watch }

  @Sendable func pass(_ event: BookRunner.Event) { lock.withLock { watch(event) } }
}

/// Which chapters run and which are done, by index.
private final class Board: @unchecked Sendable {
  private let condition = NSCondition()
  private var running: Set<Int> = []
  private var finished: Set<Int> = []
  private var firstError: EngineError?
  private var changes = 0
  private var seen = 0

  var done: Set<Int> {
    condition.withLock {
      seen = changes
      return finished
    }
  }
  var isIdle: Bool { condition.withLock { running.isEmpty && changes == seen } }
  var error: EngineError? { condition.withLock { firstError } }

  /// Takes the first chapter that needs nothing that still waits or runs; `nil` where there is none now.
  func take(from pending: [PlannedChapter], jobs: Int) -> PlannedChapter? {
    condition.withLock {
      guard firstError == nil, running.count < jobs else { return nil }
      let waiting = Set(pending.map(\.index)).union(running)
      let next = pending.first { chapter in
        !running.contains(chapter.index) && chapter.needs.allSatisfy { !waiting.contains($0) }
      }
      if let next { running.insert(next.index) }
      return next
    }
  }

  /// Waits until a chapter has ended since `done` was read.
  func wait() {
    condition.withLock {
      while changes == seen { condition.wait() }
    }
  }

  func finish(_ index: Int) {
    condition.withLock {
      running.remove(index)
      finished.insert(index)
      changes += 1
      condition.broadcast()
    }
  }

  func fail(_ error: EngineError) { condition.withLock { firstError = firstError ?? error } }
}
