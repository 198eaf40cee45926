package import Chapters
internal import Findings
internal import Foundation
internal import Planning

/// Runs the chapters of a book that have a stale cell, in parallel where they do not need each other, and stores the
/// record of each cell as soon as the cell ends.
package struct BookRunner: Sendable {
  package var chapters: [Chapter]
  package var ledger: Ledger
  package var runner: ChapterRunner
  package var jobs: Int
  /// What makes missing models, embeddings and counts; `nil` makes them in the chapters' processes.
  package var executor: (any JobExecutor)?

  package init(chapters: [Chapter], ledger: Ledger, runner: ChapterRunner, jobs: Int) {
    self.chapters = chapters
    self.ledger = ledger
    self.runner = runner
    self.jobs = max(1, jobs)
  }

  /// Whether cells run in the sandbox: the kernel offers Landlock and seccomp filters.
  package var isConfined: Bool { ChildProcess.landlockVersion > 0 && ChildProcess.canFilter }

  /// Runs the stale chapters among the selected ones and those that they need.
  ///
  /// With an executor, a chapter that needs what is missing ends there and leaves the jobs that make it. When no chapter can go on, the jobs
  /// of all are executed together, and the chapters run again.
  ///
  /// - Parameters:
  ///   - selection: indices of chapters; `nil` for all.
  ///   - forced: ids of cells and chapters that run though they are fresh.
  ///   - watch: receives every event; called from several threads, one at a time.
  package func run(
    selection: Set<Int>? = nil,
    forced: Set<String> = [],
    watch: @escaping @Sendable (RunEvent) -> Void
  ) throws(EngineError) {
    let scheduler = JobScheduler()
    let events = SerialEventQueue(watch)
    let waiting = executor.map { AwaitedJobs($0) }
    try executor?.awaitEarlier { events.send(.said($0)) }
    while true {
      // The plan is made anew each time: new records may make cells fresh that waited for them.
      let done = scheduler.done
      let rest = forced.subtracting(done.map { chapters[$0].id })
        .subtracting(done.flatMap { chapters[$0].cells.map(\.id) })
      let pending = ledger.plan(forced: rest).toRun(selecting: selection).filter { !done.contains($0.index) }
      guard let next = scheduler.start(from: pending, jobs: jobs) else {
        guard scheduler.isIdle else {
          scheduler.wait()
          continue
        }
        guard scheduler.hasHeld, scheduler.error == nil, let waiting,
          try waiting.execute(say: { events.send(.said($0)) })
        else { break }
        scheduler.release()
        continue
      }
      let thread = Thread {
        do throws(EngineError) {
          if try run(next, waiting, watch: events.send) { return scheduler.hold(next.index) }
        } catch { scheduler.fail(error) }
        scheduler.finish(next.index)
      }
      thread.stackSize = 4 << 20
      thread.start()
    }
    if let error = scheduler.error { throw error }
  }

  /// Runs a chapter, and returns whether it waits for jobs.
  private func run(
    _ planned: PlannedChapter,
    _ waiting: AwaitedJobs?,
    watch: @escaping @Sendable (RunEvent) -> Void
  ) throws(EngineError) -> Bool {
    let chapter = chapters[planned.index]
    watch(.chapterBegan(chapter, expectedSeconds: planned.expectedSeconds))
    defer { watch(.chapterEnded(chapter)) }
    let keys = Dictionary(planned.cells.map { ($0.cell.id, $0.key) }) { first, _ in first }
    func forward(_ event: RunEvent) {
      if case .cellEnded(let record, _) = event {
        keep(record, key: keys[record.cell] ?? nil, watch)
      }
      watch(event)
    }
    var job = ChapterRunner.Job(chapter: chapter, keys: keys.compactMapValues { $0?.digest })
    switch ledger.needed(by: planned.index) {
    case .success(let needed):
      (job.needed, job.skipped) = needed
      guard let waiting else {
        try runner.run(job, watch: forward)
        break
      }
      let file = waiting.file(ofChapter: chapter.id)
      unlink(file)
      job.plan = file
      // Records count only where the chapter does not run again.
      var records: [CellRecord] = []
      try runner.run(job) { event in
        if case .cellEnded(let record, _) = event { records.append(record) } else { watch(event) }
      }
      switch try waiting.take(file) {
      case .waiting: return true
      case .complete: break
      case .failed(let message): records = AwaitedJobs.failed(records, message)
      }
      for record in records { forward(.cellEnded(record, chapter)) }
    case .failure(let missing):
      for cell in chapter.cells {
        let record = runner.record(of: cell, .notRun(.missingNeed(cell: missing.cell)), in: job)
        forward(.cellEnded(record, chapter))
      }
    }
    return false
  }

  private func keep(_ record: CellRecord, key: CellKey?, _ watch: (RunEvent) -> Void) {
    do {
      if let difference = try ledger.keep(record, key: key) { watch(.warned(difference)) }
    } catch {
      watch(
        .warned("the record of '\(record.cell)' could not be stored, and the cell will run again: \(error)")
      )
    }
  }
}
