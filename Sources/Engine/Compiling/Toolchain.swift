internal import Foundation

/// The Swift compiler in use, found once on `PATH`, and the paths of its programs and libraries.
package struct Toolchain: Hashable, Sendable {
  /// The folder that holds `swift-frontend`, `clang` and `llvm-symbolizer`.
  package var programs: String
  /// The compiler's version and target, on one line.
  package var version: String
  /// The folder of the run-time libraries, a folder for each platform: `usr/lib/swift`.
  let libraries: String
  /// The folder of the shared run-time libraries of this platform.
  let platformLibraries: String
  /// The object file that every Swift program is linked with.
  let runtimeObject: String

  var frontend: String { programs + "/swift-frontend" }
  var symbolizer: String { programs + "/llvm-symbolizer" }
  var clang: String { programs + "/clang" }
  /// The folder of the program that writes backtraces.
  var backtracer: String { Self.sibling("../../libexec/swift", of: libraries) }

  /// Finds the first `swiftc` on a path and asks it for its version and folders.
  ///
  /// A `swiftc` that is a proxy, as swiftly installs it, answers for the toolchain that it selects; so may a script
  /// or a link of any name.
  ///
  /// The gain of the answer that is kept: `marginalia list` on the book of `marginalia new` takes 0.10 s with it and 0.32 s
  /// without (medians of nine in turn, on a busy machine of two cores).
  ///
  /// - Parameter store: keeps the answer by the identity of the compiler's file; `nil` asks each time.
  package init(path: String, store: Store? = nil) throws(EngineError) {
    let programs: [String] = path.split(separator: ":").map { folder in "\(folder)/swiftc" }
    guard let program = programs.first(where: { access($0, X_OK) == 0 }) else {
      throw .noCompiler(searched: path)
    }
    try self.init(program: program, target: Self.target(of: program, store: store))
  }

  private init(program: String, target: TargetInfo) throws(EngineError) {
    guard let platform = target.paths.runtimeLibraryPaths.first else {
      throw .unusableCompiler(program: program, reason: "it names no folder of run-time libraries")
    }
    libraries = target.paths.runtimeResourcePath
    platformLibraries = platform
    runtimeObject = "\(platform)/\(target.target.arch)/swiftrt.o"
    programs = Self.sibling("../../bin", of: libraries)
    version = "\(target.compilerVersion), Target: \(target.target.triple)"
    guard access(frontend, X_OK) == 0 else {
      throw .unusableCompiler(program: program, reason: "'\(frontend)' is missing")
    }
  }

  /// The answer of `swiftc -print-target-info`, as far as it is needed.
  private struct TargetInfo: Decodable {
    struct Target: Decodable { var triple, arch: String }
    struct Paths: Decodable {
      var runtimeLibraryPaths: [String]
      var runtimeResourcePath: String
    }
    var compilerVersion: String
    var target: Target
    var paths: Paths
  }

  private static func target(of program: String, store: Store?) throws(EngineError) -> TargetInfo {
    // Which toolchain a proxy selects may change from one call to the next: it is asked each time.
    let compiler = resolved(program)
    let isCompiler =
      (compiler as NSString).lastPathComponent.hasPrefix("swift-")
      && access(sibling("../swift-frontend", of: compiler), X_OK) == 0
    let identity = isCompiler ? FileIdentity(of: compiler).map { "\(compiler) \($0)" } : nil
    if let identity, let known = store?.note("compiler"), known.count == 2, known[0] == identity,
      let target = decode(known[1])
    {
      return target
    }
    var environment = ProcessInfo.processInfo.environment
    // The driver leaves a folder behind where it puts temporary files.
    let folder = try? TemporaryFolders.make()
    defer { folder.map(TemporaryFolders.remove) }
    if let folder { environment["TMPDIR"] = folder }
    let request = ChildProcess.Request(
      program: program,
      arguments: ["-print-target-info"],
      environment: environment
    )
    let answer = try ChildProcess.run(request, limit: 60)
    guard answer.ending.code == 0, let target = decode(answer.output) else {
      let said = answer.output.split(separator: "\n").first ?? "nothing"
      throw .unusableCompiler(program: program, reason: "asked with -print-target-info it said: \(said)")
    }
    if let identity { try store?.setNote("compiler", [identity, answer.output]) }
    return target
  }

  private static func decode(_ text: String) -> TargetInfo? {
    try? JSONDecoder().decode(TargetInfo.self, from: Data(text.utf8))
  }

  /// Returns a path with its links followed.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Returns a path relative to another, without `..`.
  private static func sibling(_ path: String, of other: String) -> String {
    URL(fileURLWithPath: "\(other)/\(path)").standardizedFileURL.path
  }
}
