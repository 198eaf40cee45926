internal import Chapters
internal import Foundation

/// Executes the jobs of a plan on a Slurm cluster that shares the store's folder.
///
/// What finished jobs have made is in the store, so it is not lost if this process, a job or the controller is killed. A later render
/// waits for the jobs that an interrupted one left in the queue, and then plans what is still missing.
package struct SlurmCluster: JobExecutor {
  /// What happens to the scripts.
  package enum Mode: Sendable {
    /// They are submitted, and waited for; an interrupt cancels them, or leaves them in the queue.
    case submit(cancelsOnInterrupt: Bool)
    /// They are written and shown, to be submitted by hand.
    case show
  }

  package let store: Store
  let mode: Mode
  let options: [String]
  let dataRoots: [String]
  let launcher: String?
  private let queue = SlurmQueue()
  /// Seconds between two looks at the queue, at first and at last.
  private let pauses = (first: 0.5, last: 5.0)

  /// - Parameters:
  ///   - options: options of `sbatch`; a later one takes precedence.
  ///   - dataRoots: folders that pictures of sets may lie in.
  ///   - launcher: what starts the tasks of a job, which then execute it together over MPI, for example `srun --mpi=pmix`.
  package init(
    store: Store,
    mode: Mode,
    options: [String],
    dataRoots: [String],
    launcher: String? = nil
  ) {
    self.store = store
    self.mode = mode
    self.options = options
    self.dataRoots = dataRoots
    self.launcher = launcher
  }

  /// Arrays that were submitted: the file `submission.json` in the folder of their scripts, until they have ended.
  private struct Submission: Codable {
    var name: String
    var jobs: [String] = []

    static let file = "submission.json"
  }

  package func execute(_ plan: JobPlan, say: (String) -> Void) throws(EngineError) -> [String: String]? {
    var plan = plan
    plan.sort()
    let name = JobPlan.newName()
    var limit = Int.max
    if case .submit = mode { limit = queue.largestArray }
    let scripts = SlurmScripts(
      plan: plan,
      parts: plan.parts(ofAtMost: limit),
      name: name,
      program: try RankLauncher.thisProgram(),
      store: store.folder,
      dataRoots: dataRoots,
      options: options,
      launcher: launcher
    )
    let folder = JobPlan.folder(name, in: store)
    try scripts.write(into: folder)
    guard case .submit(let cancels) = mode else {
      show(scripts, in: folder, say)
      return nil
    }
    var submission = Submission(name: name)
    // The name first: a render that is killed while it submits leaves jobs that the next one finds by it.
    try write(submission, in: folder)
    for part in scripts.parts.indices {
      let before = scripts.before(part).map { submission.jobs[$0] }
      do throws(EngineError) {
        submission.jobs.append(try queue.submit(scripts.file(part), in: folder, after: before))
      } catch {
        // The arrays before would work for nobody who waits.
        try? queue.cancel(submission.jobs)
        throw error
      }
      try write(submission, in: folder)
    }
    let ids = submission.jobs.joined(separator: " ")
    let (count, jobs) = (plan.jobs.count, submission.jobs.count)
    say(
      "\(counted(count, "job")): Slurm \(jobs == 1 ? "array" : "arrays") \(ids), in \(folder); Ctrl-C "
        + (cancels ? "cancels them" : "leaves them in the queue, 'scancel \(ids)' cancels them")
    )
    try wait(for: submission, cancels: cancels, count: plan.jobs.count, in: folder, say)
    return plan.failures(in: folder, of: store, log: scripts.log)
  }

  /// Waits for the jobs that an earlier render left in the queue.
  package func awaitEarlier(say: (String) -> Void) throws(EngineError) {
    guard case .submit(let cancels) = mode else { return }
    for name in JobPlan.names(in: store.jobs).sorted() {
      let place = "\(store.jobs)/\(name)"
      guard let data = try AtomicFile.read("\(place)/\(Submission.file)"),
        var earlier = try? JSONDecoder().decode(Submission.self, from: data)
      else { continue }
      let entries = try queue.entries(named: earlier.name)
      // Also those that were submitted, but not yet written down.
      for job in entries.map(\.job) where !earlier.jobs.contains(job) { earlier.jobs.append(job) }
      if !entries.isEmpty {
        say(
          "waiting for the Slurm jobs \(earlier.jobs.joined(separator: " ")) of an earlier render, in \(place)"
        )
      }
      try wait(for: earlier, cancels: cancels, count: nil, in: place, say)
    }
  }

  private func show(_ scripts: SlurmScripts, in folder: String, _ say: (String) -> Void) {
    for part in scripts.parts.indices {
      say("# \(folder)/\(scripts.file(part))\n\(scripts.text(part))")
    }
    say("# To submit them by hand, and to make the report when they have ended:")
    say("cd \(SlurmScripts.quoted(folder))")
    for part in scripts.parts.indices { say(scripts.command(part)) }
  }

  private func write(_ submission: Submission, in folder: String) throws(EngineError) {
    let data = (try? JSONEncoder().encode(submission)) ?? Data()
    try AtomicFile.write(data, to: "\(folder)/\(Submission.file)")
  }

  /// Waits until none of the jobs is in the queue.
  ///
  /// - Parameter count: the number of jobs, for messages; nil where it is not known.
  private func wait(
    for submission: Submission,
    cancels: Bool,
    count: Int?,
    in folder: String,
    _ say: (String) -> Void
  ) throws(EngineError) {
    let interrupts = cancels ? Interrupts() : nil
    var pause = pauses.first
    var (said, problem) = ("", "")
    while true {
      if let interrupts, let number = interrupts.received {
        try queue.cancel(submission.jobs)
        unlink("\(folder)/\(Submission.file)")
        say("cancelled the Slurm jobs \(submission.jobs.joined(separator: " "))")
        interrupts.obey(number)
      }
      do throws(EngineError) {
        let entries = try queue.entries(named: submission.name)
        problem = ""
        if entries.isEmpty { break }
        let text = Self.state(entries, done: JobPlan.names(in: folder + "/records").count, of: count)
        if text != said {
          said = text
          say(text)
        }
      } catch {
        // The controller may be busy or restarting; its jobs go on.
        if "\(error)" != problem {
          problem = "\(error)"
          say("warning: \(problem); still waiting")
        }
      }
      let end = ContinuousClock.now + .seconds(pause)
      while ContinuousClock.now < end, interrupts?.received == nil { usleep(50_000) }
      pause = min(pauses.last, pause * 1.2)
    }
    // None of its processes is left to finish what killed ones began.
    TemporaryFiles.remove(in: folder + "/records", isShared: NetworkFileSystem.holds(folder))
    store.sweepCheckpoints()
    unlink("\(folder)/\(Submission.file)")
  }

  private static func state(_ entries: [SlurmQueue.Entry], done: Int, of count: Int?) -> String {
    let running = entries.count { $0.state != "PD" }
    let reasons = Set(entries.filter { $0.state == "PD" }.map(\.reason)).subtracting([
      "None", "Priority", "Resources", "Dependency",
    ])
    return "\(done)\(count.map { " of \($0)" } ?? "") jobs done, \(running) in progress"
      + (reasons.isEmpty ? "" : "; others wait: \(reasons.sorted().joined(separator: ", "))")
  }
}
