internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport
internal import Testing

/// A workshop of a book with sources, and a record of what its compiler was called with.
struct SharedSourcesBench {
  let workshop: Workshop
  /// Where the compiler is, by a script that writes its arguments to `log` before.
  let programs: String
  private let log: String

  init(suffix: String = "") throws {
    workshop = try Workshop(suffix: suffix)
    programs = workshop.folder + "/programs"
    log = workshop.folder + "/calls"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    let real = try workshop.runner().toolchain.programs
    let frontend = "echo \"$@\" >> '\(log)'\nexec '\(real)/swift-frontend' \"$@\""
    try writeScript(frontend, to: programs + "/swift-frontend")
    try writeScript("exec '\(real)/clang' \"$@\"", to: programs + "/clang")
    try writeScript("exec '\(real)/llvm-symbolizer' \"$@\"", to: programs + "/llvm-symbolizer")
  }

  /// Writes a source of the book.
  func write(_ text: String, _ name: String = "Shared.swift") throws {
    let path = workshop.book + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    if !workshop.sources.contains(path) { workshop.sources.append(path) }
  }

  func runner() throws -> ChapterRunner {
    var runner = try workshop.runner()
    runner.toolchain.programs = programs
    return runner
  }

  /// A chapter with cells of these codes, `a`, `b` and so on.
  func chapter(_ codes: [String]) -> Chapter {
    Workshop.chapter(Workshop.cells(zip("abc", codes).map { (id: String($0), code: $1) }))
  }

  /// Runs cells.
  func run(_ codes: String...) throws -> [CellRecord] {
    var records: [CellRecord] = []
    try runner().run(.init(chapter: chapter(codes))) {
      if case .cellEnded(let record, _) = $0 { records.append(record) }
    }
    return records
  }

  /// Type-checks sources and cells, and returns the errors and warnings as a command prints them.
  func check(_ codes: String...) throws -> [String] {
    let runner = try runner()
    return (try runner.checkSources() + runner.check(.init(chapter: chapter(codes)))).map(\.description)
  }

  /// The arguments of the compiler's calls that made object files.
  func calls() throws -> [String] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("-c ") }
  }

  /// How many calls optimised what they compiled.
  func optimised() throws -> Int { try calls().count { $0.contains("-O ") } }
}
