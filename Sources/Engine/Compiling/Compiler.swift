internal import Chapters
internal import Foundation

/// Compiles a chapter to a program by one call of the compiler and one of the linker, without the driver.
///
/// The cells are compiled without optimisation, so that a crash is reported with its line. The sources that chapters
/// share are compiled before, once for all chapters: see `SharedModule`.
struct Compiler {
  var toolchain: Toolchain
  var laboratory: LaboratoryLibrary
  /// Where the compiler caches the modules of C headers; writable.
  var moduleCache: String
  /// The folder of the book.
  var bookFolder: String
  /// Swift files of the book that every chapter may use.
  var sources: [String]
  /// Keeps the module of `sources`.
  var memo: Memo

  /// The result of a compilation.
  enum Result {
    /// A program, with the compiler's warnings about the cells and about the sources.
    case program(path: String, warnings: [CellMessage], sourceWarnings: [CellMessage])
    /// The errors, in the order of the text.
    case errors([CellMessage])
    /// The errors of the sources.
    case sourceErrors([CellMessage])
  }

  /// An error or a warning of the compiler in a cell, or in a source that chapters share.
  struct CellMessage: Hashable, Sendable {
    /// The index of the cell among those given; `nil` where the message is about none of them.
    var cell: Int?
    /// Counted from 1 at the cell's first line of code.
    var lineInCell: Int?
    /// In bytes, counted from 1.
    var column = 1
    /// The place of a message about no cell.
    var place: SourceLocation?
    var message: String
    /// All that the compiler printed.
    var details: String

    /// The message, behind its place where that is in no cell.
    var text: String { (place.map { "\($0): " } ?? "") + message }
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
    switch try shared(scratch: scratch) {
    case .errors(let errors): return (errors, [])
    case .module(let module):
      try module?.write(into: scratch)
      return try frontend(["-typecheck"], cells, file: file, scratch: scratch)
    }
  }

  /// Compiles and links the cells into `scratch/chapter`.
  func compile(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> Result {
    let module: SharedModule?
    switch try shared(scratch: scratch) {
    case .errors(let errors): return .sourceErrors(errors)
    case .module(let made): module = made
    }
    try module?.write(into: scratch)
    // Compiler and linker make temporary files by replacing every `%` of the output's path: a relative path has none.
    let mode = ["-c", "-Onone", "-g", "-o", "chapter.o"]
    let (errors, warnings) = try frontend(mode, cells, file: file, scratch: scratch)
    guard errors.isEmpty else { return .errors(errors) }
    let objects = ["chapter.o"] + (module == nil ? [] : [SharedModule.files.object])
    let answer = try run(
      toolchain.clang,
      linkArguments(objects: objects, program: "chapter"),
      folder: scratch
    )
    guard answer.ending.code == 0 else {
      try Self.refuseFullDisk(answer.output, scratch)
      return .errors([.init(message: "linking failed", details: answer.output)])
    }
    let said = module.map { messages("warning", in: $0.output) } ?? []
    return .program(path: scratch + "/chapter", warnings: warnings, sourceWarnings: said)
  }

  /// The options of every compilation. All code of a book is one package: else the compiler would warn where a cell
  /// makes a type of a source conform to a protocol.
  var options: [String] {
    ["-swift-version", "5", "-package-name", "book", "-diagnostic-style", "llvm", "-I", laboratory.modules]
      + laboratory.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
  }

  private func frontend(
    _ mode: [String],
    _ cells: [Cell],
    file: String,
    scratch: String
  ) throws(EngineError) -> (errors: [CellMessage], warnings: [CellMessage]) {
    let module = sources.isEmpty ? nil : SharedModule.name
    let script = Script(cells: cells, file: file, module: module)
    try AtomicFile.write(Data(script.text.utf8), to: scratch + "/main.swift", durable: false)
    let imported = module.map { ["-swift-module-file=\($0)=\(SharedModule.files.module)"] } ?? []
    let answer = try runWithCache(
      mode + options + ["-module-name", "chapter"] + imported + [scratch + "/main.swift"],
      folder: scratch
    )
    let warnings = Self.messages("warning", in: answer.output, cells: cells, file: file) { _ in true }
    if answer.ending.code == 0 { return ([], warnings) }
    var errors = Self.messages("error", in: answer.output, cells: cells, file: file) { _ in true }
    guard !errors.isEmpty else { return ([try failure(of: answer, scratch: scratch)], warnings) }
    for index in errors.indices where module != nil {
      errors[index].message += SharingHint.inCell(errors[index].message, details: answer.output)
    }
    return (errors, warnings)
  }

  /// The failure of a compiler that named no error.
  func failure(of answer: Answer, scratch: String) throws(EngineError) -> CellMessage {
    try Self.refuseFullDisk(answer.output, scratch)
    let message = answer.ending.signal.map { "the compiler ended by signal \($0)" } ?? "the compiler failed"
    return CellMessage(message: message, details: answer.output)
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

  private func linkArguments(objects: [String], program: String) -> [String] {
    // All of the library's own run-time libraries, so that they are found by the program's path to the toolchain in
    // use: the path in the library is that of the toolchain which built it.
    let runtime = [
      "swiftSwiftOnoneSupport", "swift_Concurrency", "swift_StringProcessing", "swift_RegexParser",
      "swiftSynchronization", "swiftGlibc", "dispatch", "swiftDispatch", "BlocksRuntime", "Foundation",
      "FoundationEssentials", "FoundationInternationalization", "m",
    ]
    return ["-fuse-ld=lld"] + objects + [
      toolchain.runtimeObject, "-L", laboratory.folder, "-lLaboratory", "-L", toolchain.platformLibraries,
      "-lswiftCore",
    ] + runtime.map { "-l" + $0 } + [
      "-Xlinker", "-rpath", "-Xlinker", laboratory.folder, "-Xlinker", "-rpath", "-Xlinker",
      toolchain.platformLibraries, "-o", program,
    ]
  }

  /// How a compiler or linker ended, and what it printed.
  typealias Answer = (ending: ChildProcess.Ending, output: String)

  func run(_ program: String, _ arguments: [String], folder: String) throws(EngineError) -> Answer {
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
      let name = URL(fileURLWithPath: place.file).lastPathComponent
      return CellMessage(
        cell: cell,
        lineInCell: line,
        column: place.column,
        place: cell == nil ? SourceLocation(file: name, line: place.line, column: place.column) : nil,
        message: message.message,
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
