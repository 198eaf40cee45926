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
      machine: Machine.current.description(kernel: conditions.kernel, threadCount: conditions.threadCount),
      toolchain: toolchain.version + Self.laboratoryMark + laboratory.digest.prefix(12),
      commit: commit,
      isConfined: ChildProcess.landlockVersion > 0 && ChildProcess.canFilter
    )
  }

  /// What precedes the first digits of the laboratory's digest in a toolchain.
  private static let laboratoryMark = ", laboratory "

  /// The first digits of the digest of the laboratory in a toolchain; `nil` where it names none.
  package static func laboratory(in toolchain: String) -> String? {
    toolchain.range(of: laboratoryMark, options: .backwards).map { String(toolchain[$0.upperBound...]) }
  }

  func provenance(seconds: Double) -> Provenance {
    var provenance = template
    provenance.seconds = seconds
    provenance.date = Date().formatted(.iso8601)
    return provenance
  }

  /// Returns the commit of the repository that holds a folder, with `+` where files differ from it; empty outside one.
  ///
  /// A repository's configuration may name programs (`core.fsmonitor`, hooks, filters). So git is asked only by commands
  /// that run the book's cells anyway, with monitors and hooks switched off, and in the sandbox: it may read the
  /// repository and nothing else. Without a sandbox it is not asked at all.
  package static func commit(of folder: String) -> String {
    guard access("/usr/bin/git", X_OK) == 0, ChildProcess.landlockVersion > 0, ChildProcess.canFilter,
      let root = repository(above: folder)
    else { return "" }
    let programs = [
      "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/bin", "/bin", "/usr/libexec", "/usr/share",
    ]
    let files = ["/etc/ld.so.cache", "/dev/zero", "/dev/urandom", root]
    let confinement = Confinement(
      grants: programs.map { .init(path: $0, rights: [.read, .execute]) }
        + files.map { .init(path: $0, rights: .read) } + [.init(path: "/dev/null", rights: [.read, .write])]
    )
    func git(_ arguments: [String]) -> String? {
      let request = ChildProcess.Request(
        program: "/usr/bin/git",
        arguments: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", folder] + arguments,
        environment: [
          "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_NOSYSTEM": "1",
          "GIT_CONFIG_GLOBAL": "/dev/null",
          "GIT_CEILING_DIRECTORIES": PathText.folder(of: root),
        ],
        confinement: confinement,
        isFiltered: true
      )
      guard let answer = try? ChildProcess.run(request, limit: 30), answer.ending.code == 0 else {
        return nil
      }
      return answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let head = git(["rev-parse", "--short=12", "HEAD"]) else { return "" }
    return head
      + (git(["status", "--porcelain", "--untracked-files=no", "--", "."])?.isEmpty == true ? "" : "+")
  }

  /// The folder above that holds `.git`.
  private static func repository(above folder: String) -> String? {
    var folder = folder as NSString
    while folder.length > 1 {
      if access(folder.appendingPathComponent(".git"), F_OK) == 0 { return folder as String }
      folder = folder.deletingLastPathComponent as NSString
    }
    return nil
  }
}
