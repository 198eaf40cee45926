internal import Foundation

/// The Swift compiler in use, found once from `PATH`.
package struct Toolchain: Hashable, Sendable {
  /// The folder that holds `swiftc`, links followed.
  package var programs: String
  /// The output of `--version`, on one line.
  package var version: String

  var frontend: String { programs + "/swift-frontend" }
  var symbolizer: String { programs + "/llvm-symbolizer" }
  var clang: String { programs + "/clang" }
  /// The folder of the run-time libraries' platforms.
  var libraries: String { parent + "/lib/swift" }
  var platformLibraries: String { libraries + "/linux" }
  var backtracer: String { parent + "/libexec/swift" }
  var runtimeObject: String { platformLibraries + "/" + Self.architecture + "/swiftrt.o" }

  private var parent: String { (programs as NSString).deletingLastPathComponent }

  /// Finds the compiler and asks it for its version, which `store` remembers by the program's identity.
  package init(path: String, store: Store) throws(EngineError) {
    guard let programs = Self.search(path) else { throw .noCompiler(searched: path) }
    self.programs = programs
    version = ""
    let identity = FileIdentity(of: frontend).map { "\(frontend) \($0)" } ?? frontend
    if let known = store.note("compiler"), known.first == identity, known.count == 2 {
      version = known[1]
      return
    }
    let answer = try ChildProcess.run(.init(program: frontend, arguments: ["--version"]), limit: 60)
    version = answer.output.split(separator: "\n").joined(separator: ", ")
    try store.setNote("compiler", [identity, version])
  }

  private static func search(_ path: String) -> String? {
    for folder in path.split(separator: ":") {
      let program = "\(folder)/swiftc"
      guard access(program, X_OK) == 0, let real = realpath(program, nil) else { continue }
      defer { free(real) }
      let programs = (String(cString: real) as NSString).deletingLastPathComponent
      if access(programs + "/swift-frontend", X_OK) == 0 { return programs }
    }
    return nil
  }

  #if arch(x86_64)
    static let architecture = "x86_64"
  #elseif arch(arm64)
    static let architecture = "aarch64"
  #endif
}
