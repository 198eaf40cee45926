internal import Foundation
internal import Tensors

/// Jobs that may depend on one another, run in parallel on threads of their own.
struct JobGraph {
  /// One piece of work.
  struct Job {
    /// The index of the job that must have succeeded before this one starts; nil for none.
    var needs: Int?
    /// The expected work, in any unit that all jobs share; used only for the order.
    var work: Int
    var run: () throws -> Void
  }

  var jobs: [Job] = []

  /// Runs the jobs, at most `atOnce` in parallel, each with its share of the caller's threads.
  ///
  /// Of the jobs that are ready, the one with the longest critical path behind it starts first. After a failure no further job
  /// starts; those that run finish.
  ///
  /// - Returns: the errors, by the index of the job; jobs that did not start have none.
  func run(atOnce: Int) -> [Int: any Error] {
    let workers = max(1, min(atOnce, jobs.count))
    let run = JobRun(self, shares: ThreadShares(of: Parallel.threadCount), workers: workers)
    for _ in 1..<workers {
      let thread = Thread { run.work() }
      thread.stackSize = 8 << 20
      thread.start()
    }
    run.work()
    return run.finish()
  }

  /// The critical path of each job: its own work and that of the longest chain of jobs that depend on it.
  fileprivate var chains: [Int] {
    var chains = jobs.map(\.work)
    // A job comes after the one that it needs: in reverse order each chain is complete before it is added to another.
    for index in jobs.indices.reversed() {
      guard let needed = jobs[index].needs else { continue }
      require(needed < index, "job \(index) needs job \(needed), which comes after it")
      chains[needed] = max(chains[needed], jobs[needed].work + chains[index])
    }
    return chains
  }
}

/// Unchecked: all mutable state is used only while the condition is locked; a job runs unlocked, on one thread.
private final class JobRun: @unchecked Sendable {
  private let jobs: [JobGraph.Job]
  private let shares: ThreadShares
  private let condition = NSCondition()
  /// Jobs that have not started, by priority.
  private var waiting: [Int]
  private var succeeded: Set<Int> = []
  private var errors: [Int: any Error] = [:]
  private var workers: Int

  init(_ graph: JobGraph, shares: ThreadShares, workers: Int) {
    jobs = graph.jobs
    self.shares = shares
    self.workers = workers
    let chains = graph.chains
    waiting = jobs.indices.sorted { (-chains[$0], $0) < (-chains[$1], $1) }
  }

  /// Runs jobs until none can start any more.
  func work() {
    condition.lock()
    while let job = next() {
      condition.unlock()
      let result = Result { try shares.run(job, jobs[job].run) }
      condition.lock()
      switch result {
      case .success: succeeded.insert(job)
      case .failure(let error): errors[job] = error
      }
      condition.broadcast()
    }
    workers -= 1
    condition.broadcast()
    condition.unlock()
  }

  /// Takes the next job that is ready, and waits for a running one where none is; nil where no more will start.
  private func next() -> Int? {
    while errors.isEmpty, !waiting.isEmpty {
      let place = waiting.firstIndex { index in jobs[index].needs.map(succeeded.contains) ?? true }
      if let place { return waiting.remove(at: place) }
      condition.wait()
    }
    return nil
  }

  /// Waits for all threads, and returns the errors.
  func finish() -> [Int: any Error] {
    condition.lock()
    defer { condition.unlock() }
    while workers > 0 { condition.wait() }
    return errors
  }
}
