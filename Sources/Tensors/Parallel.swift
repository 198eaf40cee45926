internal import Dispatch
internal import Foundation
internal import Synchronization

/// Work cut into chunks whose number does not depend on the thread count: so results do not either.
public enum Parallel {
  /// How many chunks run at once unless `withThreads` says otherwise: `MARGINALIA_THREADS`, else the
  /// processor's cores.
  public static let defaultThreadCount: Int = {
    if let text = ProcessInfo.processInfo.environment["MARGINALIA_THREADS"], let count = Int(text), count > 0
    {
      return count
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }()

  @TaskLocal private static var chosenThreadCount: Int?

  /// The share of the threads that belongs to the job on this thread; see `ThreadShares`.
  @TaskLocal private static var share: (@Sendable () -> Int)?

  /// How many chunks run at once.
  public static var threadCount: Int { chosenThreadCount ?? defaultThreadCount }

  /// Calls the body with another number of threads for all that it calls.
  ///
  /// - Precondition: `count` is above 0.
  public static func withThreads<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
    require(count > 0, "\(count) threads")
    return try $chosenThreadCount.withValue(count, operation: body)
  }

  /// Calls the body with a number of threads that may change while it runs: `share` is asked now, and again by each
  /// `withLatestShare` in the body.
  package static func withShare<Result>(
    _ share: @escaping @Sendable () -> Int,
    _ body: () throws -> Result
  ) rethrows -> Result {
    try $share.withValue(share) { try withLatestShare(body) }
  }

  /// Calls the body with the number of threads that the job on this thread has now; it stays the same in the body, so
  /// that scratch memory can be laid out by it. Outside of a job nothing changes.
  package static func withLatestShare<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let share else { return try body() }
    return try withThreads(max(1, share()), body)
  }

  /// Calls the body once for each chunk, in any order, on up to `threadCount` threads.
  ///
  /// A body must write only what belongs to its chunk; sums over chunks are added afterwards, in order.
  public static func forEach(_ chunkCount: Int, _ body: (Int) -> Void) {
    forEachWithWorker(chunkCount) { _, chunk in body(chunk) }
  }

  /// Calls the body once for each chunk with the number of the worker that runs it, in `0..<threadCount`.
  ///
  /// A worker's scratch memory may be used without a lock; nothing in it may outlive the chunk.
  package static func forEachWithWorker(_ chunkCount: Int, _ body: (_ worker: Int, _ chunk: Int) -> Void) {
    let workers = min(threadCount, chunkCount)
    guard workers > 1 else {
      for chunk in 0..<max(0, chunkCount) { body(0, chunk) }
      return
    }
    let nextChunk = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // Unsafe: that chunks touch nothing in common is the body's promise, which the compiler cannot check.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        while true {
          let chunk = nextChunk.wrappingAdd(1, ordering: .relaxed).oldValue
          guard chunk < chunkCount else { return }
          body(worker, chunk)
        }
      }
    }
  }
}
