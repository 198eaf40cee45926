internal import Findings
internal import Foundation

/// The jobs that chapters of a run wait for while an executor works on them.
final class AwaitedJobs: @unchecked Sendable {
  /// What a chapter's run has come to.
  enum State {
    /// It needed nothing that is missing.
    case complete
    /// It ended where it needed what jobs are still to make.
    case waiting
    /// It needs what a job could not make.
    case failed(String)
  }

  private let executor: any JobExecutor
  private let lock = NSLock()
  private var plan = JobPlan()
  /// The jobs that were executed in this run, by key: nil for success, or why it failed.
  private var executed: [String: String?] = [:]

  init(_ executor: any JobExecutor) { self.executor = executor }

  /// The file where a chapter writes the jobs that it waits for.
  func file(ofChapter id: String) -> String { "\(executor.store.checkpoints)/plan-\(id).jsonl" }

  /// Takes the jobs that a chapter has written.
  func take(_ file: String) throws(EngineError) -> State {
    var plan = JobPlan()
    let keys = try plan.add(contentsOf: file)
    unlink(file)
    guard let keys, !keys.isEmpty else { return .complete }
    return lock.withLock {
      for key in keys {
        guard let result = executed[key] else { continue }
        return .failed(
          result ?? "the job \(key.prefix(12)) was executed, but the store does not show its file"
        )
      }
      self.plan.add(plan)
      return .waiting
    }
  }

  /// Executes the jobs that chapters wait for.
  ///
  /// - Returns: whether the chapters can go on; false where the jobs were only shown.
  func execute(say: (String) -> Void) throws(EngineError) -> Bool {
    let plan = lock.withLock { self.plan }
    guard let failures = try executor.execute(plan, say: say) else { return false }
    for message in failures.values.sorted() { say("warning: \(message)") }
    lock.withLock {
      for job in plan.jobs { executed[job.key] = .some(failures[job.key]) }
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
