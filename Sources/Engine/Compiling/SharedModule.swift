internal import Chapters
internal import Digests
internal import Findings
internal import Foundation
internal import Synchronization

/// The sources that a book's chapters share, compiled: a Swift module, its object file, and what the compiler said.
///
/// Every chapter runs them, so they are compiled once, with optimisation. They are a module of their own, which the
/// cells import: so nothing that a cell declares can change what a source means.
struct SharedModule: Sendable {
  /// The module's name, which cells may write before a name of a source.
  static let name = "book"
  /// The names of the module and of its object file in the folder that a chapter is compiled in.
  static let files = (module: "book.swiftmodule", object: "book.o")

  /// The content of the module's file.
  var module: Data
  /// The content of the object file.
  var object: Data
  /// What the compiler printed, which is its warnings.
  var output: String

  init(module: Data, object: Data, output: String) {
    self.module = module
    self.object = object
    self.output = output
  }

  /// Reads what `encoded` wrote; `nil` for anything else.
  init?(_ data: Data) {
    guard let end = data.firstIndex(of: 10) else { return nil }
    let sizes = data[..<end].split(separator: 32).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    let rest = data[(end + 1)...]
    guard sizes.count == 2, sizes[0] >= 0, sizes[1] >= 0, sizes[0] + sizes[1] <= rest.count else {
      return nil
    }
    module = rest.prefix(sizes[0])
    object = rest.dropFirst(sizes[0]).prefix(sizes[1])
    output = String(decoding: rest.dropFirst(sizes[0] + sizes[1]), as: UTF8.self)
  }

  /// Module, object and output one after the other, behind a line with the sizes of the first two.
  var encoded: Data { Data("\(module.count) \(object.count)\n".utf8) + module + object + Data(output.utf8) }

  /// Writes both files into a folder.
  func write(into folder: String) throws(EngineError) {
    try AtomicFile.write(module, to: "\(folder)/\(Self.files.module)", durable: false)
    try AtomicFile.write(object, to: "\(folder)/\(Self.files.object)", durable: false)
  }
}

extension Compiler {
  /// The sources' module, or the errors that kept it from being made.
  enum Shared: Sendable {
    /// `nil` for a book without sources.
    case module(SharedModule?)
    case errors([CellMessage])
  }

  /// How sources are compiled: optimised, with `assert` checked as in a cell, and with names for `@testable`.
  ///
  /// The optimisations of LLVM are left out: they compute `pow(x, 2)` as `x * x`, which has other last bits than the
  /// library's function, so that the same code would give other numbers in a source than in a cell.
  ///
  /// Every function keeps a frame of the stack with the pointer to the one below, from its start: else the report of
  /// a crash would skip the cell that called it.
  private static let toModule =
    [
      "-c", "-O", "-disable-llvm-optzns", "-wmo", "-g", "-assert-config", "Debug", "-enable-testing",
      "-module-name", SharedModule.name,
    ]
    + ["-Xcc", "-fno-omit-frame-pointer", "-Xcc", "-mno-omit-leaf-frame-pointer"]
    + ["-Xllvm", "-enable-shrink-wrap=false", "-entry-point-function-name", "marginalia_sources"]

  /// The file beside the sources: it makes them files of a program, in which code stands in functions alone. The
  /// members of what it imports can be used in every source, as those of what cells import.
  private static let main = "import Foundation\nimport Laboratory\n"

  /// Lets one thread compile while the others wait, and holds the errors of the last sources that did not compile.
  private static let compiling = Mutex<(key: [String], errors: [CellMessage])?>(nil)

  /// Everything that the module depends on. Debug information holds the paths of the sources.
  ///
  /// The library is named by its file, too: one that was built from the same sources with other options may have
  /// other symbols.
  private var key: [String] {
    let contents = sources.map { (try? Digest(ofFileAt: $0))?.hex ?? "unreadable" }
    let library = FileIdentity(of: laboratory.library)?.description ?? "unreadable"
    return ["sources", toolchain.version, laboratory.digest, library, Self.main] + Self.toModule + options
      + sources + contents
  }

  /// Returns the module that is kept for these sources, or makes and keeps it.
  func shared(scratch: String) throws(EngineError) -> Shared {
    if sources.isEmpty { return .module(nil) }
    let key = key
    return try Self.compiling.withLock { failed throws(EngineError) in
      if let failed, failed.key == key { return .errors(failed.errors) }
      if let known = memo.recall(key, make: { nil }).flatMap(SharedModule.init) { return .module(known) }
      let made = try makeShared(scratch: scratch)
      // A source that was saved meanwhile may be in the module, or not.
      guard self.key == key else { return made }
      switch made {
      case .module(let module): _ = memo.recall(key) { module?.encoded }
      // A compiler that was killed, or had no memory, may succeed next time.
      case .errors(let errors): failed = errors.allSatisfy { $0.place != nil } ? (key, errors) : nil
      }
      return made
    }
  }

  private func makeShared(scratch: String) throws(EngineError) -> Shared {
    let folder = scratch + "/sources"
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(Data(Self.main.utf8), to: folder + "/main.swift", durable: false)
    let files = SharedModule.files
    let answer = try runWithCache(
      Self.toModule + options + sources + [
        "main.swift", "-emit-module-path", files.module, "-o", files.object,
      ],
      folder: folder
    )
    if answer.ending.code != 0 {
      let errors = messages("error", in: answer.output)
      return .errors(try errors.isEmpty ? [failure(of: answer, scratch: scratch)] : errors)
    }
    return .module(
      SharedModule(
        module: try content(of: "\(folder)/\(files.module)"),
        object: try content(of: "\(folder)/\(files.object)"),
        output: answer.output
      )
    )
  }

  private func content(of path: String) throws(EngineError) -> Data {
    guard let data = try AtomicFile.read(path) else {
      throw .file(path: path, doing: "reading what the compiler wrote", error: ENOENT)
    }
    return data
  }

  /// The compiler's messages about the sources, with their places in the book.
  func messages(_ severity: String, in output: String) -> [CellMessage] {
    Diagnostic.read(output).filter { $0.severity == severity }.map { found in
      let isInBook = found.file.hasPrefix(bookFolder + "/")
      let file = isInBook ? String(found.file.dropFirst(bookFolder.count + 1)) : found.file
      return CellMessage(
        place: SourceLocation(file: file, line: found.line, column: found.column),
        message: found.message + SharingHint.inSource(found.message),
        details: output
      )
    }
  }
}
