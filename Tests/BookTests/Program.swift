internal import Foundation
internal import TestSupport
internal import Testing

/// The built `marginalia`, run on a book in a temporary folder.
final class Program {
  let folder: String
  var environment: [String: String]

  /// Makes a book of files; adds a `book.yml` if there is none among them.
  init(_ files: [String: String]) throws {
    folder = NSTemporaryDirectory() + "/marginalia-book-" + UUID().uuidString
    environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    for name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
      environment[name] = ProcessInfo.processInfo.environment[name]
    }
    try FileManager.default.createDirectory(atPath: folder + "/Chapters", withIntermediateDirectories: true)
    try ModuleCache.share(withStore: folder + "/.marginalia")
    if files["book.yml"] == nil { try write("book.yml", "title: A test\n") }
    for (name, text) in files { try write(name, text) }
  }

  /// A chapter of some words and the cell `a`.
  ///
  /// - Parameter attributes: of the cell, after its id, with a space before each.
  static func chapter(_ code: String, _ attributes: String = "") -> String {
    "# A\n\nWords.\n\n```swift id=a\(attributes)\n\(code)\n```\n"
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ file: String) -> String { folder + "/Chapters/" + file }

  func write(_ file: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(file)))
  }

  /// Replaces text in a file of the book.
  func edit(_ file: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: path(file), encoding: .utf8)
    try #require(text.contains(old), "\(file) has no '\(old)'")
    try write(file, text.replacingOccurrences(of: old, with: new))
  }

  func page(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/output/" + name, encoding: .utf8)
  }

  /// Exit status and output of a run.
  struct Answer {
    var status: Int32
    var output: String
    var errors: String
    /// The cells that ran, from the JSON lines of `--json`.
    var ran: [String] {
      output.split(separator: "\n").compactMap { line in
        let fields = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return fields?["event"] as? String == "cell-ended" ? fields?["cell"] as? String : nil
      }
    }
  }

  /// The largest file that the program may write, in blocks of 512 bytes; nil for no limit.
  var fileLimit: Int?
  /// Whether the program runs as a user who may write nothing here: root gives its rights up, others keep theirs.
  var isOrdinary = false

  private static let giveUp = [
    "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
  ]

  /// Whether the program can be run as such a user: for root, where `nobody` may start it and use temporary files.
  static var canBeOrdinary: Bool {
    guard getuid() == 0 else { return true }
    guard let program, access(giveUp[0], X_OK) == 0 else { return false }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: giveUp[0])
    let script = "test -w '\(NSTemporaryDirectory())' && exec '\(program.path)' --version"
    process.arguments = giveUp.dropFirst() + ["/bin/sh", "-c", script]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Waits until a condition holds, two minutes at most.
  func wait(until holds: () -> Bool) throws {
    for _ in 0..<1200 {
      if holds() { return }
      usleep(100_000)
    }
    try #require(Bool(false), "the condition did not come to hold")
  }

  /// Waits until a program that `start` started has written a text, or has ended.
  func wait(for text: String, in output: URL, of process: Process) throws {
    while try !String(contentsOf: output, encoding: .utf8).contains(text), process.isRunning {
      usleep(10_000)
    }
  }

  /// Starts the program in the book's folder.
  func start(_ arguments: [String]) throws -> (Process, output: URL, errors: URL) {
    let built = try #require(Self.program, "build the product 'marginalia' first: swift build -c release")
    let process = Process()
    process.executableURL = built
    process.arguments = arguments
    if let fileLimit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "ulimit -f \(fileLimit) && exec \"$0\" \"$@\"", built.path] + arguments
    }
    if isOrdinary, getuid() == 0, let program = process.executableURL?.path {
      process.executableURL = URL(fileURLWithPath: Self.giveUp[0])
      process.arguments = Self.giveUp.dropFirst() + [program] + (process.arguments ?? [])
    }
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let id = UUID().uuidString
    let output = URL(fileURLWithPath: folder + "/said-\(id).txt")
    let errors = URL(fileURLWithPath: folder + "/complained-\(id).txt")
    for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, errors)
  }

  @discardableResult
  func run(_ arguments: String...) throws -> Answer { try run(arguments) }

  @discardableResult
  func run(_ arguments: [String]) throws -> Answer {
    let (process, output, errors) = try start(arguments)
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8)
    )
  }

  /// Runs a script of the shell, in which `$PROGRAM` is the program.
  @discardableResult
  func shell(_ script: String) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    process.environment = environment.merging(["PROGRAM": try #require(Self.program).path]) { first, _ in
      first
    }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus,
      output: "",
      errors: String(decoding: said, as: UTF8.self)
    )
  }

  private static var program: URL? {
    guard let own = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
    let program = own.deletingLastPathComponent().appendingPathComponent("marginalia")
    return FileManager.default.isExecutableFile(atPath: program.path) ? program : nil
  }
}
