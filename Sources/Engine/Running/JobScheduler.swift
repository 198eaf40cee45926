internal import Foundation
internal import Planning

/// A job scheduler for chapters that need each other: it knows which run and which have ended, by index.
final class JobScheduler: @unchecked Sendable {
  private let condition = NSCondition()
  private var running: Set<Int> = []
  private var finished: Set<Int> = []
  /// Chapters that wait for models.
  private var held: Set<Int> = []
  private var firstError: EngineError?
  private var changes = 0
  private var seen = 0

  /// The chapters that have ended. `wait` returns at once if another has ended since this was read.
  var done: Set<Int> {
    condition.withLock {
      seen = changes
      return finished
    }
  }
  var isIdle: Bool { condition.withLock { running.isEmpty && changes == seen } }
  var hasHeld: Bool { condition.withLock { !held.isEmpty } }
  var error: EngineError? { condition.withLock { firstError } }

  /// Starts the first chapter that needs none that still waits or runs.
  ///
  /// - Returns: `nil` where there is none now, `jobs` chapters run already, or an error has stopped the run.
  func start(from pending: [PlannedChapter], jobs: Int) -> PlannedChapter? {
    condition.withLock {
      guard firstError == nil, running.count < jobs else { return nil }
      let waiting = Set(pending.map(\.index)).union(running)
      let next = pending.first { chapter in
        // One that has ended since `pending` was planned is still in it.
        !running.contains(chapter.index) && !finished.contains(chapter.index) && !held.contains(chapter.index)
          && chapter.needs.allSatisfy { !waiting.contains($0) }
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

  /// Keeps a chapter that has ended from starting again, and all that need it, until `release` is called.
  func hold(_ index: Int) {
    condition.withLock {
      running.remove(index)
      held.insert(index)
      changes += 1
      condition.broadcast()
    }
  }

  /// Lets the chapters start again that were held.
  func release() { condition.withLock { held = [] } }

  /// Records an error of the engine, which keeps further chapters from starting.
  func fail(_ error: EngineError) { condition.withLock { firstError = firstError ?? error } }
}

/// Delivers the events of several threads one at a time.
final class SerialEventQueue: Sendable {
  private let lock = NSLock()
  private let watch: @Sendable (RunEvent) -> Void

  init(_ watch: @escaping @Sendable (RunEvent) -> Void) { self.watch = watch }

  @Sendable func send(_ event: RunEvent) { lock.withLock { watch(event) } }
}
