internal import Synchronization

/// Divides a number of threads among jobs that run at the same time, as evenly as whole numbers allow.
///
/// With 8 threads, 3 running jobs have 3, 3 and 2 threads; when one ends, the other two have 4 each.
package final class ThreadShares: Sendable {
  private let total: Int
  private let running = Mutex<[Int]>([])

  package init(of total: Int) { self.total = total }

  /// Calls the body as a job, with its share of the threads.
  ///
  /// - Parameter job: a number that no other running job has.
  package func run<Result>(_ job: Int, _ body: () throws -> Result) rethrows -> Result {
    running.withLock { $0.append(job) }
    defer { running.withLock { $0.removeAll { $0 == job } } }
    return try Parallel.withShare({ [self] in count(of: job) }, body)
  }

  /// The threads that a running job has now; at least 1.
  package func count(of job: Int) -> Int {
    running.withLock { running in
      guard let rank = running.firstIndex(of: job) else { return 1 }
      return max(1, total / running.count + (rank < total % running.count ? 1 : 0))
    }
  }
}
