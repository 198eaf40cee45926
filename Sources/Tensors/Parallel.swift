internal import CWorkers
internal import Foundation

/// Parallel loops over chunks of work whose number does not depend on the number of threads, so that results do not either.
public enum Parallel {
  /// The number of processor cores that this process may use: those it may run on, or fewer where the CPU quota of its
  /// control group (a container's limit) allows less; a fraction of a core counts as one.
  public static let availableCoreCount: Int = {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return max(1, min(cores, CPUQuota.ofThisProcess.map { Int($0.rounded(.up)) } ?? cores))
  }()

  /// The number of chunks that run at once unless `withThreads` sets another: the environment variable
  /// `MARGINALIA_THREADS`, else `availableCoreCount`.
  public static let defaultThreadCount: Int = {
    let text = ProcessInfo.processInfo.environment["MARGINALIA_THREADS"] ?? ""
    return threadCount(inText: text) ?? availableCoreCount
  }()

  /// The most threads that `MARGINALIA_THREADS` may ask for.
  package static let threadLimit = 1024

  /// Parses a number of threads; `nil` where the text is no number from 1 to `threadLimit`.
  package static func threadCount(inText text: String) -> Int? {
    Int(text).flatMap { (1...threadLimit).contains($0) ? $0 : nil }
  }

  /// Receives the time of every chunk of the regions that run on this thread, one after the other; `nil` for no trace.
  @TaskLocal package static var trace: RegionTrace?

  @TaskLocal private static var chosenThreadCount: Int?

  /// The share of the threads that belongs to the job on this thread; see `ThreadShares`.
  @TaskLocal private static var share: (@Sendable () -> Int)?

  /// The number of chunks that run at once.
  public static var threadCount: Int { chosenThreadCount ?? defaultThreadCount }

  /// Calls the body with another number of threads, which holds for everything that the body calls.
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

  /// Returns the number of parts, at most `limit`, that each of some chunks is best cut into, so that the threads share the work
  /// evenly.
  ///
  /// It is the number with the shortest schedule, `max(⌈n/threads⌉, n/threads + 1/2, largest)·(1/parts + overhead)` for
  /// `n = chunks·parts`, where half a part is the time that threads wait for the last one; of equal ones, the smallest. Only for
  /// parts that change no result, since it depends on the number of threads.
  ///
  /// - Parameters:
  ///   - largest: the time of the largest chunk over the mean.
  ///   - overhead: what a part costs beside its share of the chunk, as a fraction of the chunk's time.
  package static func partCount(
    ofEach chunkCount: Int,
    largest: Double = 1,
    upTo limit: Int,
    overhead: Double
  ) -> Int {
    let threads = threadCount
    guard threads > 1, chunkCount > 0, limit > 1 else { return 1 }
    var best = (count: 1, time: Double.infinity)
    for count in 1...limit {
      let rounds = Double(chunkCount * count) / Double(threads)
      let time = max(rounds.rounded(.up), rounds + 0.5, largest) * (1 / Double(count) + overhead)
      if time < best.time { best = (count, time) }
    }
    return best.count
  }

  /// Calls the body once for each chunk, in any order, on up to `threadCount` threads, and not more than there are cores.
  ///
  /// Each thread has a share of successive chunks and then helps the others: so loops over the same images find them in their
  /// core's cache.
  ///
  /// A body must write only to memory of its own chunk; sums over chunks are added afterwards, in order.
  ///
  /// - Parameters:
  ///   - file: the file of the call, which names the region in a `RegionTrace`; leave it out.
  ///   - line: the line of the call.
  public static func forEach(
    _ chunkCount: Int,
    file: StaticString = #fileID,
    line: UInt = #line,
    _ body: (Int) -> Void
  ) {
    forEachWithWorker(chunkCount, file: file, line: line) { _, chunk in body(chunk) }
  }

  /// Calls the body once for each chunk with the number of the worker that runs it, in `0..<threadCount`.
  ///
  /// A worker's scratch memory may be used without a lock; its content is undefined at the beginning of a chunk.
  package static func forEachWithWorker(
    _ chunkCount: Int,
    file: StaticString = #fileID,
    line: UInt = #line,
    _ body: (_ worker: Int, _ chunk: Int) -> Void
  ) {
    if let trace { return trace.run(chunkCount, "\(file):\(line)") { body(0, $0) } }
    let workers = min(threadCount, chunkCount, availableCoreCount)
    guard workers > 1 else {
      for chunk in 0..<max(0, chunkCount) { body(0, chunk) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) {
        let run: workers_body = { context, worker, chunk in
          context?.assumingMemoryBound(to: ((Int, Int) -> Void).self).pointee(worker, chunk)
        }
        workers_run(workers, chunkCount, run, $0)
      }
    }
  }
}
