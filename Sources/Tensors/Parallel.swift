internal import Dispatch
internal import Foundation

/// Work cut into chunks whose number does not depend on the thread count: so results do not either.
public enum Parallel {
  /// How many chunks run at once: `MARGINALIA_THREADS`, else the processor's cores.
  public static let threadCount: Int = {
    if let text = ProcessInfo.processInfo.environment["MARGINALIA_THREADS"], let count = Int(text), count > 0
    {
      return count
    }
    return ProcessInfo.processInfo.activeProcessorCount
  }()

  /// Calls the body once for each chunk, in any order, on up to `threadCount` threads.
  ///
  /// A body must write only what belongs to its chunk; sums over chunks are added afterwards, in order.
  public static func forEach(_ chunkCount: Int, _ body: @Sendable (Int) -> Void) {
    let workers = min(threadCount, chunkCount)
    guard workers > 1 else {
      for chunk in 0..<max(0, chunkCount) { body(chunk) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for chunk in stride(from: worker, to: chunkCount, by: workers) { body(chunk) }
    }
  }
}
