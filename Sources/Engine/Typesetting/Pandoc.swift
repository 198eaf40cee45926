internal import Digests
internal import Foundation

/// The program pandoc, run on input that nobody has checked.
///
/// It runs with `--sandbox`, without the network, with limits of time, memory and size, and reaches nothing but its own
/// libraries and one folder made for the run. What it answers is for the caller to check.
struct Pandoc {
  let path: String
  /// Changes with the program, and with this one, whose rules shape questions and answers.
  let identity: String

  /// Finds pandoc in a list of folders such as `PATH`.
  init?(path: String) {
    // A folder that is not absolute could lie in the book.
    let program = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/pandoc" as String }
      .first { access($0, X_OK) == 0 }
    guard let program, let file = FileIdentity(of: program), let own = FileIdentity(of: "/proc/self/exe")
    else {
      return nil
    }
    self.path = program
    identity = "\(program) \(file) \(own)"
  }

  /// The longest that one run may take, in seconds.
  static let timeLimit = 30.0
  /// The most bytes of an answer.
  static let longestAnswer = 64 << 20

  /// Why there is no answer.
  enum Failure: Error {
    case timeout
    /// It ended with a status that is not 0; its messages say why.
    case refused(messages: String)
    case notStarted(String)
  }

  /// Runs pandoc once.
  ///
  /// - Parameters:
  ///   - arguments: without input and output.
  ///   - input: standard input.
  ///   - files: what the arguments name, by a plain name.
  func run(_ arguments: [String], input: Data, files: [String: Data] = [:]) throws(Failure) -> (
    output: String, messages: String
  ) {
    let folder: String
    do {
      folder = try makeTemporaryFolder()
      for (name, bytes) in files.merging(["input": input], uniquingKeysWith: { $1 }) {
        try bytes.write(to: URL(fileURLWithPath: folder + "/" + name))
      }
    } catch { throw .notStarted("\(error)") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var request = ChildProcess.Request(
      program: path,
      arguments: arguments + ["--output=output"],
      environment: ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder],
      folder: folder,
      input: folder + "/input"
    )
    // Address space: pandoc's run time reserves more than it uses.
    request.memoryLimit = 4 << 30
    request.fileSizeLimit = UInt64(Self.longestAnswer)
    if ChildProcess.landlockVersion > 0 {
      request.confinement = Self.confinement(program: path, folder: folder)
    }
    let answer: (ending: ChildProcess.Ending, output: String)
    do throws(EngineError) {
      answer = try ChildProcess.run(request, limit: Self.timeLimit)
    } catch {
      if case .timedOut = error { throw .timeout }
      throw .notStarted("\(error)")
    }
    guard answer.ending.code == 0, let output = FileManager.default.contents(atPath: folder + "/output")
    else {
      throw .refused(messages: answer.output)
    }
    return (String(decoding: output, as: UTF8.self), answer.output)
  }

  private static func confinement(program: String, folder: String) -> Confinement {
    let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
    let facts = ["/usr/share", "/usr/local/share", "/etc/ld.so.cache", "/proc", "/sys/devices/system/cpu"]
    return Confinement(
      grants: libraries.map { .init(path: $0, rights: [.read, .execute]) }
        + facts.map { .init(path: $0, rights: .read) } + [
          .init(path: program, rights: [.read, .execute]), .init(path: folder, rights: [.read, .write]),
          .init(path: "/dev/null", rights: [.read, .write]),
        ]
    )
  }
}
