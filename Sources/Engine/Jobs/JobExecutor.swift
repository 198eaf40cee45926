/// Executes the jobs that the chapters of a render wait for, somewhere else than in the chapters' processes.
package protocol JobExecutor: Sendable {
  /// The store that the jobs write into.
  var store: Store { get }

  /// Waits for the jobs that an earlier render left, where there can be any.
  func awaitEarlier(say: (String) -> Void) throws(EngineError)

  /// Executes the jobs of a plan.
  ///
  /// - Parameter say: receives messages about the course of the jobs.
  /// - Returns: for each job that failed, by key, why and where its log is; `nil` where the jobs are only shown.
  func execute(_ plan: JobPlan, say: (String) -> Void) throws(EngineError) -> [String: String]?
}
