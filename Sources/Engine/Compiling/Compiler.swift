internal import Chapters
internal import Foundation

/// Makes a program of a chapter: one call of the compiler, one of the linker, no driver between.
struct Compiler {
  var toolchain: Toolchain
  var laboratory: LaboratoryLibrary
  /// Where the compiler keeps modules that it made of headers; writable.
  var moduleCache: String
  /// Swift files of the book that every chapter may use.
  var sources: [String] = []

  /// What a compilation came to.
  enum Result {
    case program(path: String)
    /// The errors found, in the order of the text, each with its cell where it has one.
    case errors([CellError])
  }

  /// An error of the compiler in a cell.
  struct CellError: Hashable {
    /// The index of the cell among those given; `nil` where the error is in none of them.
    var cell: Int?
    /// Counted from 1 at the cell's first line of code.
    var lineInCell: Int?
    var message: String
    /// The compiler's text for this cell.
    var details: String
  }

  /// Looks at the syntax of each cell alone, so that an unbalanced brace is found in its own cell.
  func syntaxErrors(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> [CellError] {
    var files: [String] = []
    for (index, cell) in cells.enumerated() {
      let path = "\(scratch)/cell-\(index).swift"
      try AtomicFile.write(Data(Script(alone: cell, file: file).text.utf8), to: path, durable: false)
      files.append(path)
    }
    guard !files.isEmpty else { return [] }
    let arguments = ["-parse", "-diagnostic-style", "llvm"] + files
    let answer = try run(toolchain.frontend, arguments, folder: scratch)
    return Self.cellErrors(in: answer.output, cells: cells, file: file) {
      // Cells are parsed as files of a library here; in the program they are the main file.
      !$0.hasSuffix("are not allowed at the top level")
    }
  }

  /// Checks types without making a program.
  func typeErrors(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> [CellError] {
    try frontend(["-typecheck"], cells, file: file, scratch: scratch)
  }

  /// Compiles and links the cells into `scratch/chapter`.
  func compile(_ cells: [Cell], file: String, scratch: String) throws(EngineError) -> Result {
    let object = scratch + "/chapter.o"
    let errors = try frontend(["-c", "-Onone", "-g", "-o", object], cells, file: file, scratch: scratch)
    guard errors.isEmpty else { return .errors(errors) }
    let program = scratch + "/chapter"
    let answer = try run(toolchain.clang, linkArguments(object: object, program: program), folder: scratch)
    guard answer.ending.code == 0 else {
      try Self.refuseFullDisk(answer.output, scratch)
      return .errors([
        .init(cell: nil, lineInCell: nil, message: "linking failed", details: answer.output)
      ])
    }
    return .program(path: program)
  }

  private func frontend(
    _ mode: [String],
    _ cells: [Cell],
    file: String,
    scratch: String
  ) throws(EngineError) -> [CellError] {
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
    if answer.ending.code == 0 { return [] }
    let errors = Self.cellErrors(in: answer.output, cells: cells, file: file) { _ in true }
    if !errors.isEmpty { return errors }
    try Self.refuseFullDisk(answer.output, scratch)
    let message = answer.ending.signal.map { "the compiler ended by signal \($0)" } ?? "the compiler failed"
    return [.init(cell: nil, lineInCell: nil, message: message, details: answer.output)]
  }

  /// No room is no fault of a cell, and what it kept from being made is no result.
  private static func refuseFullDisk(_ output: String, _ folder: String) throws(EngineError) {
    guard output.contains(String(cString: strerror(ENOSPC))) else { return }
    throw .file(path: folder, doing: "compiling a chapter in it", error: ENOSPC)
  }

  private func linkArguments(object: String, program: String) -> [String] {
    let runtime = [
      "swiftSwiftOnoneSupport", "swift_Concurrency", "swift_StringProcessing", "swift_RegexParser",
      "swiftSynchronization", "swiftGlibc", "dispatch", "swiftDispatch", "BlocksRuntime", "Foundation",
      "FoundationEssentials", "FoundationInternationalization", "m",
    ]
    return [
      "-fuse-ld=lld", object, toolchain.runtimeObject, "-L", laboratory.folder, "-lLaboratory", "-L",
      toolchain.platformLibraries, "-lswiftCore", "-Wl,--as-needed",
    ] + runtime.map { "-l" + $0 } + [
      "-Wl,-rpath,\(laboratory.folder)", "-Wl,-rpath,\(toolchain.platformLibraries)", "-o", program,
    ]
  }

  private func run(
    _ program: String,
    _ arguments: [String],
    folder: String
  ) throws(EngineError) -> (ending: ChildProcess.Ending, output: String) {
    // The linker is found beside the compiler; nothing else of the environment reaches either.
    let environment = ["PATH": toolchain.programs + ":/usr/bin:/bin", "TMPDIR": folder, "LC_ALL": "C"]
    return try ChildProcess.run(
      .init(program: program, arguments: arguments, environment: environment, folder: folder)
    )
  }

  /// Gives each error of the compiler to its cell.
  static func cellErrors(
    in text: String,
    cells: [Cell],
    file: String,
    where isWanted: (String) -> Bool
  ) -> [CellError] {
    let messages = Diagnostic.read(text)
    return messages.enumerated().compactMap { index, message in
      guard message.severity == "error", isWanted(message.message) else { return nil }
      var place = message
      // An unclosed brace is reported where the text ends; the note names the brace.
      if index + 1 < messages.count, messages[index + 1].message.hasPrefix("to match this opening") {
        place = messages[index + 1]
      }
      let cell = cells.lastIndex { $0.location.line < place.line && place.file.hasSuffix(file) }
      let line = cell.map { min(max(1, place.line - cells[$0].location.line), cells[$0].lineCount) }
      // What lies in no cell lies in a source that all chapters share: only its own place helps.
      let origin = "\(URL(fileURLWithPath: place.file).lastPathComponent):\(place.line):\(place.column): "
      return CellError(
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
