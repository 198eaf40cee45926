internal import Chapters
internal import Foundation

/// Compiles a chapter to a program by one call of the compiler and one of the linker, without the driver.
struct Compiler {
  var toolchain: Toolchain
  var laboratory: LaboratoryLibrary
  /// Where the compiler caches the modules of C headers; writable.
  var moduleCache: String
  /// Swift files of the book that every chapter may use.
  var sources: [String] = []

  /// The result of a compilation.
  enum Result {
    /// A program, with the compiler's warnings about the cells.
    case program(path: String, warnings: [CellMessage])
    /// The errors, in the order of the text.
    case errors([CellMessage])
  }

  /// An error or a warning of the compiler in a cell.
  struct CellMessage: Hashable {
    /// The index of the cell among those given; `nil` where the error is in none of them.
    var cell: Int?
    /// Counted from 1 at the cell's first line of code.
    var lineInCell: Int?
    var message: String
    /// The compiler's text for this cell.
    var details: String
  }

  /// Parses each cell alone, so that an unbalanced brace is found in its own cell.
  func syntaxErrors(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> [CellMessage] {
    var files: [String] = []
    for (index, cell) in cells.enumerated() {
      let path = "\(scratch)/cell-\(index).swift"
      try AtomicFile.write(Data(Script(alone: cell, file: file).text.utf8), to: path, durable: false)
      files.append(path)
    }
    guard !files.isEmpty else { return [] }
    let arguments = ["-parse", "-diagnostic-style", "llvm"] + files
    let answer = try run(toolchain.frontend, arguments, folder: scratch)
    return Self.messages("error", in: answer.output, cells: cells, file: file) {
      // Cells are parsed as files of a library here; in the program they are the main file.
      !$0.hasSuffix("are not allowed at the top level")
    }
  }

  /// Type-checks the cells and returns the errors and the warnings.
  func typeCheck(
    _ cells: [Cell],
    file: String,
    scratch: String
  ) throws(EngineError) -> (errors: [CellMessage], warnings: [CellMessage]) {
    try frontend(["-typecheck"], cells, file: file, scratch: scratch)
  }

  /// Compiles and links the cells into `scratch/chapter`.
  func compile(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> Result {
    let object = scratch + "/chapter.o"
    let mode = ["-c", "-Onone", "-g", "-o", object]
    let (errors, warnings) = try frontend(mode, cells, file: file, scratch: scratch)
    guard errors.isEmpty else { return .errors(errors) }
    // The linker makes temporary files by replacing every `%` of the output's path: a relative path has none.
    let answer = try run(
      toolchain.clang,
      linkArguments(object: "chapter.o", program: "chapter"),
      folder: scratch
    )
    guard answer.ending.code == 0 else {
      try Self.refuseFullDisk(answer.output, scratch)
      return .errors([
        .init(cell: nil, lineInCell: nil, message: "linking failed", details: answer.output)
      ])
    }
    return .program(path: scratch + "/chapter", warnings: warnings)
  }

  private func frontend(
    _ mode: [String],
    _ cells: [Cell],
    file: String,
    scratch: String
  ) throws(EngineError) -> (errors: [CellMessage], warnings: [CellMessage]) {
    let script = scratch + "/main.swift"
    try AtomicFile.write(Data(Script(cells: cells, file: file).text.utf8), to: script, durable: false)
    let maps = laboratory.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    let arguments =
      mode + [
        "-swift-version", "5", "-module-name", "chapter", "-diagnostic-style", "llvm", "-I",
        laboratory.modules,
        "-module-cache-path", moduleCache,
      ] + maps + sources + [script]
    let answer = try run(toolchain.frontend, arguments, folder: scratch)
    let warnings = Self.messages("warning", in: answer.output, cells: cells, file: file) { _ in true }
    if answer.ending.code == 0 { return ([], warnings) }
    let errors = Self.messages("error", in: answer.output, cells: cells, file: file) { _ in true }
    if !errors.isEmpty { return (errors, warnings) }
    try Self.refuseFullDisk(answer.output, scratch)
    let message = answer.ending.signal.map { "the compiler ended by signal \($0)" } ?? "the compiler failed"
    return ([.init(cell: nil, lineInCell: nil, message: message, details: answer.output)], warnings)
  }

  /// A full disk is an error of the engine, not the cell's failure.
  ///
  /// The linker maps its output into memory: without room it may crash before it can say why, and its files are gone afterwards.
  /// So a failure with hardly any room left is taken for a full disk, too.
  private static func refuseFullDisk(_ output: String, _ folder: String) throws(EngineError) {
    guard output.contains(String(cString: strerror(ENOSPC))) || hasLittleRoom(folder) else { return }
    throw .file(path: folder, doing: "compiling a chapter in it", error: ENOSPC)
  }

  /// Whether less than 16 MiB are free, more than chapters take that are compiled at the same time.
  private static func hasLittleRoom(_ folder: String) -> Bool {
    var system = statvfs()
    guard statvfs(folder, &system) == 0 else { return false }
    return UInt64(system.f_bavail) * UInt64(system.f_frsize) < 16 << 20
  }

  private func linkArguments(object: String, program: String) -> [String] {
    // All of the library's own run-time libraries, so that they are found by the program's path to the toolchain in
    // use: the path in the library is that of the toolchain which built it.
    let runtime = [
      "swiftSwiftOnoneSupport", "swift_Concurrency", "swift_StringProcessing", "swift_RegexParser",
      "swiftSynchronization", "swiftGlibc", "dispatch", "swiftDispatch", "BlocksRuntime", "Foundation",
      "FoundationEssentials", "FoundationInternationalization", "m",
    ]
    return [
      "-fuse-ld=lld", object, toolchain.runtimeObject, "-L", laboratory.folder, "-lLaboratory", "-L",
      toolchain.platformLibraries, "-lswiftCore",
    ] + runtime.map { "-l" + $0 } + [
      "-Xlinker", "-rpath", "-Xlinker", laboratory.folder, "-Xlinker", "-rpath", "-Xlinker",
      toolchain.platformLibraries, "-o", program,
    ]
  }

  private func run(
    _ program: String,
    _ arguments: [String],
    folder: String
  ) throws(EngineError) -> (ending: ChildProcess.Ending, output: String) {
    // The linker is found beside the compiler. No other environment variables are passed on.
    let environment = ["PATH": toolchain.programs + ":/usr/bin:/bin", "TMPDIR": folder, "LC_ALL": "C"]
    return try ChildProcess.run(
      .init(program: program, arguments: arguments, environment: environment, folder: folder),
      limit: Self.longest
    )
  }

  /// Seconds after which a compiler or linker is stopped.
  private static let longest = 900.0

  /// Assigns each message of a severity to its cell.
  static func messages(
    _ severity: String,
    in text: String,
    cells: [Cell],
    file: String,
    where isWanted: (String) -> Bool
  ) -> [CellMessage] {
    let messages = Diagnostic.read(text)
    return messages.enumerated().compactMap { index, message in
      guard message.severity == severity, isWanted(message.message) else { return nil }
      var place = message
      // An unclosed brace is reported where the text ends; the note names the brace.
      if index + 1 < messages.count, messages[index + 1].message.hasPrefix("to match this opening") {
        place = messages[index + 1]
      }
      let cell = cells.lastIndex { $0.location.line < place.line && place.file.hasSuffix(file) }
      // A warning about the lines between cells, which the author did not write.
      if severity == "warning", cell == nil, place.file.hasSuffix("/main.swift") { return nil }
      let line = cell.map { min(max(1, place.line - cells[$0].location.line), cells[$0].lineCount) }
      // A message outside all cells is about a source that all chapters share, so it names its own place.
      let origin = "\(URL(fileURLWithPath: place.file).lastPathComponent):\(place.line):\(place.column): "
      return CellMessage(
        cell: cell,
        lineInCell: line,
        message: (cell == nil ? origin : "") + message.message,
        details: text
      )
    }
  }
}

extension Cell {
  /// How many lines the code has, at least 1.
  var lineCount: Int {
    let breaks = code.utf8.count { $0 == 10 }
    return max(1, code.hasSuffix("\n") ? breaks : breaks + 1)
  }

  /// Whether a line of the chapter belongs to the cell's code.
  func contains(line: Int) -> Bool { line > location.line && line <= location.line + lineCount }
}
