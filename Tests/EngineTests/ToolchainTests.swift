internal import Engine
internal import Foundation
internal import TestSupport
internal import Testing

/// A folder of programs that stand in front of the compiler on `PATH`.
private final class Programs {
  let folder = NSTemporaryDirectory() + "/marginalia-programs-" + UUID().uuidString
  private let realPath = ProcessInfo.processInfo.environment["PATH"] ?? ""

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The folder, and the real compiler's behind it.
  var path: String { "\(folder):\(realPath)" }

  func write(_ name: String, _ script: String) throws { try writeScript(script, to: "\(folder)/\(name)") }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
  }

  /// The first real `swiftc` on `PATH`.
  func compiler() throws -> String {
    let paths = realPath.split(separator: ":").map { "\($0)/swiftc" }
    return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) })
  }
}

@Suite("The toolchain on the path")
struct ToolchainTests {
  private let programs: Programs
  private let real: Toolchain

  init() throws {
    programs = try Programs()
    real = try Toolchain(path: ProcessInfo.processInfo.environment["PATH"] ?? "")
  }

  @Test("is the one that a proxy selects, whatever lies beside the proxy")
  func proxy() throws {
    // As swiftly installs it: every name of the toolchain is a link to one program.
    try programs.write("swiftly", "exec '\(programs.compiler())' \"$@\"")
    for name in ["swiftc", "swift-frontend", "clang"] { try programs.link(name, to: "swiftly") }
    #expect(try Toolchain(path: programs.path) == real)
  }

  @Test("is asked with a temporary folder of its own, which is removed with what the driver leaves there")
  func temporaryFolder() throws {
    let said = programs.folder + "/said"
    try programs.write(
      "swiftc",
      "echo \"$TMPDIR\" > '\(said)'; touch \"$TMPDIR/left\"; exec '\(programs.compiler())' \"$@\""
    )
    #expect(try Toolchain(path: programs.path) == real)
    let folder = try String(contentsOfFile: said, encoding: .utf8).split(separator: "\n").joined()
    #expect(folder.contains("/marginalia-") && !FileManager.default.fileExists(atPath: folder))
  }

  @Test("is asked again when a proxy selects another, and remembered when its file is the same")
  func remembered() throws {
    let store = try Store(folder: programs.folder + "/.marginalia")
    #expect(try Toolchain(path: programs.path, store: store) == real)
    #expect(try Toolchain(path: programs.path, store: store) == real)
    try programs.write("swiftc", "echo broken; exit 1")
    let error = #expect(throws: EngineError.self) { try Toolchain(path: programs.path, store: store) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("-print-target-info it said: broken"))
  }

  @Test("is an error with the searched path where it is missing, and refused if it is incomplete")
  func missing() throws {
    #expect(throws: EngineError.noCompiler(searched: programs.folder)) {
      try Toolchain(path: programs.folder)
    }
    let info = """
      {"compilerVersion": "Swift version 6.3", "target": {"triple": "a-b-c", "arch": "a"},
       "paths": {"runtimeLibraryPaths": ["\(programs.folder)/lib/swift/linux"],
                 "runtimeResourcePath": "\(programs.folder)/lib/swift"}}
      """
    try programs.write("swiftc", "cat <<'END'\n\(info)\nEND")
    let error = #expect(throws: EngineError.self) { try Toolchain(path: programs.folder) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("/bin/swift-frontend' is missing"))
  }
}
