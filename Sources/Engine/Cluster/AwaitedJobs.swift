internal import Findings
internal import Foundation

/// The jobs that chapters of a run wait for while a cluster executes them.
final class AwaitedJobs: @unchecked Sendable {
  /// What a chapter's run has come to.
  enum State {
    /// It needed nothing that is missing.
    case complete
    /// It ended where it needed what jobs are still to make.
    case waiting
    /// It needs what the cluster could not make.
    case failed(String)
  }

  let cluster: SlurmCluster
  private let lock = NSLock()
  private var plan = JobPlan()
  /// The jobs that were submitted in this run, by key: nil for success, or why it failed.
  private var submitted: [String: String?] = [:]

  init(_ cluster: SlurmCluster) { self.cluster = cluster }

  /// The file where a chapter writes the jobs that it waits for.
  func file(ofChapter id: String) -> String { "\(cluster.store.checkpoints)/plan-\(id).jsonl" }

  /// Takes the jobs that a chapter has written.
  func take(_ file: String) throws(EngineError) -> State {
    var plan = JobPlan()
    let keys = try plan.add(contentsOf: file)
    unlink(file)
    guard let keys, !keys.isEmpty else { return .complete }
    return lock.withLock {
      for key in keys {
        guard let result = submitted[key] else { continue }
        return .failed(
          result ?? "the cluster has executed the job \(key.prefix(12)), but the store does not show its file"
        )
      }
      self.plan.add(plan)
      return .waiting
    }
  }

  /// Executes the jobs that chapters wait for.
  ///
  /// - Returns: whether the chapters can go on; false where the scripts were only shown.
  func execute(say: (String) -> Void) throws(EngineError) -> Bool {
    let plan = lock.withLock { self.plan }
    guard let failures = try cluster.execute(plan, say: say) else { return false }
    for message in failures.values.sorted() { say("warning: \(message)") }
    lock.withLock {
      for job in plan.jobs { submitted[job.key] = .some(failures[job.key]) }
      self.plan = JobPlan()
    }
    return true
  }

  /// The records of a chapter whose cell failed because a job did.
  static func failed(_ records: [CellRecord], _ message: String) -> [CellRecord] {
    guard let first = records.firstIndex(where: { $0.outcome.kind == .notRun }) else { return records }
    return records.enumerated().map { index, record in
      guard index >= first else { return record }
      var record = record
      record.findings = []
      record.outcome =
        index == first
        ? .failed(Failure(kind: .engine, message: message)) : .notRun(.afterFailed(cell: records[first].cell))
      return record
    }
  }
}
