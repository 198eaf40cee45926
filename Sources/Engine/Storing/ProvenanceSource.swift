internal import Findings
internal import Foundation

/// The provenance that all records of one run share: machine, tools and commit.
package struct ProvenanceSource: Sendable {
  private let template: Provenance

  init(
    conditions: Conditions,
    toolchain: Toolchain,
    laboratory: LaboratoryLibrary,
    commit: String
  ) {
    template = Provenance(
      date: "",
      seconds: 0,
      profile: conditions.profile,
      seed: conditions.seed,
      machine: "\(Self.processor), OpenBLAS kernel \(conditions.kernel), threads \(conditions.threadCount)",
      toolchain: "\(toolchain.version), laboratory \(laboratory.digest.prefix(12))",
      commit: commit,
      isConfined: ChildProcess.landlockVersion > 0
    )
  }

  func provenance(seconds: Double) -> Provenance {
    var provenance = template
    provenance.seconds = seconds
    provenance.date = Date().formatted(.iso8601)
    return provenance
  }

  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown processor"
  }

  /// Returns the commit of the repository that holds a folder, with `+` where files differ from it; empty outside one.
  ///
  /// The repository's own configuration may name programs (`core.fsmonitor`, hooks), so they are switched off, and git
  /// is asked only by commands that run the book's cells anyway.
  package static func commit(of folder: String) -> String {
    guard access("/usr/bin/git", X_OK) == 0 else { return "" }
    func git(_ arguments: [String]) -> String? {
      let request = ChildProcess.Request(
        program: "/usr/bin/git",
        arguments: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", folder] + arguments,
        environment: ["LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"]
      )
      guard let answer = try? ChildProcess.run(request), answer.ending.code == 0 else { return nil }
      return answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let head = git(["rev-parse", "--short=12", "HEAD"]) else { return "" }
    return head
      + (git(["status", "--porcelain", "--untracked-files=no", "--", "."])?.isEmpty == true ? "" : "+")
  }
}
