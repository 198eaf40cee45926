internal import Foundation

/// The commands of Slurm.
package struct SlurmQueue {
  /// A job of the queue, or the elements of an array that wait.
  package struct Entry: Hashable {
    /// For example `12_3` or `12_[4-9]`.
    package var id: String
    /// For example `R` or `PD`.
    package var state: String
    /// Why it waits, for example `Resources`.
    package var reason: String

    /// The number of the job, without the element of its array.
    package var job: String { String(id.prefix { $0.isNumber }) }

    /// Parses a line of `squeue --format=%i|%t|%r`; nil for any other line.
    package init?(_ line: Substring) {
      let fields = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      (id, state, reason) = (String(fields[0]), String(fields[1]), String(fields[2]))
    }
  }

  /// Submits a script, and returns the number of its job.
  func submit(_ script: String, in folder: String, after earlier: [String]) throws(EngineError) -> String {
    let dependency = earlier.isEmpty ? [] : ["--dependency=afterany:" + earlier.joined(separator: ":")]
    let answer = try run(
      "sbatch",
      ["--parsable", "--chdir=\(folder)"] + dependency + ["\(folder)/\(script)"]
    )
    // `ID`, or `ID;CLUSTER`; sbatch may print remarks before.
    let id = answer.split(separator: "\n").last?.prefix { $0 != ";" } ?? ""
    guard !id.isEmpty, id.allSatisfy(\.isNumber) else {
      throw .cluster(
        command: "sbatch",
        problem: "it printed '\(answer.prefix(200))', not the number of a job"
      )
    }
    return String(id)
  }

  /// Returns the jobs of a name that have not ended.
  func entries(named name: String) throws(EngineError) -> [Entry] {
    try run("squeue", ["--noheader", "--name=\(name)", "--format=%i|%t|%r"]).split(separator: "\n")
      .compactMap(Entry.init)
  }

  /// Cancels jobs, whether they wait or run.
  func cancel(_ jobs: [String]) throws(EngineError) {
    if !jobs.isEmpty { _ = try run("scancel", jobs) }
  }

  /// The most elements that an array may have; no limit where the controller does not say.
  var largestArray: Int {
    let answer = (try? run("scontrol", ["show", "config"])) ?? ""
    let line = answer.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    return line?.split(separator: "=").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }.map {
      max(1, $0)
    }
      ?? .max
  }

  private func run(_ command: String, _ arguments: [String]) throws(EngineError) -> String {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    let candidates: [String] = folders.map { "\($0)/\(command)" }
    guard let program = candidates.first(where: { access($0, X_OK) == 0 }) else {
      throw .cluster(
        command: command,
        problem: "it is not on the path: run this where Slurm's commands are installed"
      )
    }
    let request = ChildProcess.Request(program: program, arguments: arguments, environment: environment)
    let (ending, output) = try ChildProcess.run(request, limit: 120)
    guard ending.code == 0 else {
      let text = output.trimmingCharacters(in: .whitespacesAndNewlines)
      throw .cluster(
        command: command,
        problem: text.isEmpty ? "it ended with status \(ending.code ?? -1)" : text
      )
    }
    return output
  }
}
