internal import Chapters
internal import Foundation

/// Executes the jobs of a plan one after the other, each by processes that a launcher of MPI starts.
///
/// What finished jobs have made is in the store, with the checkpoints of those that did not finish: a later render plans what is still
/// missing, and its jobs continue from there.
package struct LaunchedJobs: JobExecutor {
  package let store: Store
  let launcher: RankLauncher
  let program: String
  let dataRoots: [String]

  /// - Parameters:
  ///   - program: the program that executes a job, `marginalia`.
  ///   - dataRoots: folders that pictures of sets may lie in.
  package init(store: Store, launcher: RankLauncher, program: String, dataRoots: [String]) {
    self.store = store
    self.launcher = launcher
    self.program = program
    self.dataRoots = dataRoots
  }

  /// An interrupted render leaves no job.
  package func awaitEarlier(say: (String) -> Void) {}

  package func execute(_ plan: JobPlan, say: (String) -> Void) throws(EngineError) -> [String: String]? {
    var plan = plan
    plan.sort()
    let folder = JobPlan.folder(JobPlan.newName(), in: store)
    try plan.write(into: folder)
    let count = plan.jobs.count
    say(
      "\(counted(count, "job")) by '\(launcher.command)', in \(folder); Ctrl-C ends the job that runs, and a later"
        + " render continues"
    )
    let interrupts = Interrupts()
    for (index, job) in plan.jobs.enumerated() {
      say("job \(index + 1) of \(count): \(job.title)")
      let (ending, output) = try run(index, in: folder, interrupts, say)
      if let number = interrupts.received {
        say("ended the job '\(job.title)'; the next render continues it")
        interrupts.obey(number)
      }
      // A launcher with wrong options, or without the transport, would execute no other job either.
      if index == 0, ending.code != 0, !JobPlan.names(in: folder + "/records").contains("0.json") {
        let line = output.split(whereSeparator: \.isNewline).first { $0.contains(where: \.isLetter) } ?? ""
        throw .launcher(
          launcher.command,
          printed: String(line.prefix(300)),
          log: "\(folder)/\(Self.log(ofJob: 0))"
        )
      }
    }
    interrupts.end()
    return plan.failures(in: folder, of: store, log: Self.log)
  }

  private static func log(ofJob job: Int) -> String { "logs/\(job).log" }

  private func run(
    _ job: Int,
    in folder: String,
    _ interrupts: Interrupts,
    _ say: (String) -> Void
  ) throws(EngineError) -> (ending: ChildProcess.Ending, output: String) {
    let (shell, arguments) = launcher.shell(
      program,
      [
        "train", "\(folder)/\(JobPlan.file)", "--element", "\(job)",
        "--record", "\(folder)/\(JobPlan.record(ofJob: job))", "--store", store.folder,
      ] + dataRoots.flatMap { ["--data", $0] }
    )
    let path = "\(folder)/\(Self.log(ofJob: job))"
    try AtomicFile.write(Data(), to: path, durable: false)
    let log = FileHandle(forWritingAtPath: path)
    let environment = ProcessInfo.processInfo.environment
    defer { interrupts.forget() }
    return try ChildProcess.run(
      .init(program: shell, arguments: arguments, environment: environment),
      limit: nil,
      started: interrupts.pass,
      line: { line in
        // A log that cannot be written is no reason to stop.
        try? log?.write(contentsOf: Data("\(line)\n".utf8))
        if !line.isEmpty { say("  \(line)") }
      }
    )
  }
}
