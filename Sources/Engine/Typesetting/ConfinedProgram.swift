internal import Digests
package import Foundation

/// A program of the machine, such as pandoc, that is run on input that nobody has checked.
///
/// It runs with limits of time, memory and size, in a folder made for the run, and where the kernel has Landlock it reaches
/// nothing but that folder, system libraries and shared data, and opens no TCP connection. What it answers is for the
/// caller to check.
package struct ConfinedProgram: Sendable {
  package let path: String
  /// Identifies the program's file and the running Marginalia's: an answer in a cache holds only for these two, since
  /// Marginalia writes the input and reads the output.
  package let identity: String
  /// Paths that it may use besides libraries, shared data and its folder.
  var grants: [Confinement.Grant] = []
  /// The most bytes of address space; 0 for no limit.
  var memoryLimit: UInt64 = 4 << 30
  /// The longest that one run may take, in seconds.
  package var timeLimit = 30.0

  /// The most bytes of a file that it writes.
  static let longestAnswer = 256 << 20

  /// Finds a program in a list of folders such as `PATH`.
  package init?(_ name: String, path: String) {
    // A folder that is not absolute could lie in the book.
    let program = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" as String }
      .first { access($0, X_OK) == 0 }
    guard let program, let file = FileIdentity(of: program), let own = FileIdentity(of: "/proc/self/exe")
    else { return nil }
    self.path = program
    identity = "\(program) \(file) \(own)"
  }

  /// Why there is no answer.
  package enum Failure: Error {
    case timeout(seconds: Double)
    /// It ended with a status that is not 0, or wrote no answer; its messages say why.
    case refused(messages: String)
    case notStarted(String)
  }

  /// Runs the program once.
  ///
  /// - Parameters:
  ///   - files: what lies in the folder of the run, by plain names; `input` is also standard input.
  ///   - output: the name of the file that the program writes.
  ///   - environment: variables besides `PATH`, `HOME` and `LC_ALL`.
  package func run(
    _ arguments: [String],
    files: [String: Data],
    output: String = "output",
    environment: [String: String] = [:]
  ) throws(Failure) -> (output: Data, messages: String) {
    let folder: String
    do {
      folder = try TemporaryFolders.make()
      for (name, bytes) in files { try bytes.write(to: URL(fileURLWithPath: folder + "/" + name)) }
    } catch { throw .notStarted(JSONFault.sentence(for: error) ?? "\(error)") }
    defer { TemporaryFolders.remove(folder) }
    let own = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder, "TMPDIR": folder]
    var request = ChildProcess.Request(
      program: path,
      arguments: arguments,
      environment: own.merging(environment) { $1 },
      folder: folder,
      input: files["input"] == nil ? nil : folder + "/input"
    )
    request.memoryLimit = memoryLimit
    request.fileSizeLimit = UInt64(Self.longestAnswer)
    if ChildProcess.landlockVersion > 0 { request.confinement = confinement(folder: folder) }
    let answer: (ending: ChildProcess.Ending, output: String)
    do throws(EngineError) {
      answer = try ChildProcess.run(request, limit: timeLimit)
    } catch {
      if case .timedOut = error { throw .timeout(seconds: timeLimit) }
      throw .notStarted("\(error)")
    }
    guard answer.ending.code == 0, let bytes = FileManager.default.contents(atPath: folder + "/" + output)
    else { throw .refused(messages: answer.output) }
    return (bytes, answer.output)
  }

  private func confinement(folder: String) -> Confinement {
    let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
    let facts = ["/usr/share", "/usr/local/share", "/etc/ld.so.cache", "/proc", "/sys/devices/system/cpu"]
    return Confinement(
      grants: libraries.map { .init(path: $0, rights: [.read, .execute]) }
        + facts.map { .init(path: $0, rights: .read) } + [
          .init(path: path, rights: [.read, .execute]), .init(path: folder, rights: [.read, .write]),
          .init(path: "/dev/null", rights: [.read, .write]),
        ] + grants
    )
  }
}
