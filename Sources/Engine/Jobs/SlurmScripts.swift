internal import Foundation

/// The batch scripts of a plan: a job array for each level of jobs, with an element for each job.
///
/// Beside the files of the plan its folder holds:
///
/// ```
/// 0.sh, 1.sh, …           the scripts, submitted in this folder and in this order
/// logs/<script>-<n>.log   what element n of an array printed
/// ```
package struct SlurmScripts {
  package var plan: JobPlan
  package var parts: [JobPlan.Part]
  /// The name of all its jobs in the queue.
  package var name: String
  /// The program, `marginalia`.
  package var program: String
  package var store: String
  /// Folders that pictures of sets may lie in.
  package var dataRoots: [String]
  /// Options of `sbatch`; a later one takes precedence.
  package var options: [String]
  /// The launcher of MPI, such as `mpirun`, with which several processes execute one job; nil for one process.
  package var launcher: String?

  package init(
    plan: JobPlan,
    parts: [JobPlan.Part],
    name: String,
    program: String,
    store: String,
    dataRoots: [String],
    options: [String],
    launcher: String? = nil
  ) {
    self.plan = plan
    self.parts = parts
    self.name = name
    self.program = program
    self.store = store
    self.dataRoots = dataRoots
    self.options = options
    self.launcher = launcher
  }

  /// The name of a script.
  package func file(_ part: Int) -> String { "\(part).sh" }

  /// The log of a job, in the folder of the scripts.
  package func log(ofJob job: Int) -> String {
    let part = parts.lastIndex { $0.first <= job } ?? 0
    return "logs/\(part)-\(job - parts[part].first).log"
  }

  /// Returns the indices of the scripts that must end before script `part` starts.
  package func before(_ part: Int) -> [Int] {
    parts.indices.filter { parts[$0].level == parts[part].level - 1 }
  }

  /// The text of a script.
  package func text(_ part: Int) -> String {
    let range = parts[part]
    let data = dataRoots.map { " --data \(Self.quoted($0))" }.joined()
    let lines =
      [
        "--job-name=\(name)", "--array=0-\(range.count - 1)", "--output=logs/\(part)-%a.log",
        "--open-mode=append",
        "--requeue",
      ] + options
    return """
      #!/bin/sh
      # Executes \(range.count == 1 ? "a job" : "\(range.count) jobs") of jobs.jsonl. Submit it in its folder: \(command(part))
      \(lines.map { "#SBATCH \($0)" }.joined(separator: "\n"))
      export MARGINALIA_THREADS="${\(launcher == nil ? "SLURM_CPUS_ON_NODE" : "SLURM_CPUS_PER_TASK"):-1}"
      job=$((SLURM_ARRAY_TASK_ID + \(range.first)))
      exec \(launcher.map { $0 + " " } ?? "")\(Self.quoted(program)) train jobs.jsonl --element "$job" \\
        --record "records/$job.json" --store \(Self.quoted(store))\(data)\(launcher == nil ? "" : " --mpi")

      """
  }

  /// The command that submits a script by hand, which prints the number that later ones name.
  package func command(_ part: Int) -> String {
    let before = before(part)
    let dependency =
      before.isEmpty ? "" : " --dependency=afterany:" + before.map { "$id\($0)" }.joined(separator: ":")
    return "id\(part)=$(sbatch --parsable\(dependency) \(file(part)))"
  }

  /// Writes the plan and its scripts into a new folder.
  package func write(into folder: String) throws(EngineError) {
    try plan.write(into: folder)
    for part in parts.indices {
      try AtomicFile.write(Data(text(part).utf8), to: "\(folder)/\(file(part))", durable: false)
    }
  }

  /// A text as one word of a shell.
  package static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
