internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport
internal import Testing

/// What the compiler and the linker say when they, and not a cell, are at fault. Scripts stand in for both.
@Suite("A compiler that cannot work")
struct CompilerTests {
  private static let noRoom = "LLVM ERROR: IO failure on output stream: No space left on device"

  /// Runs a cell with a front end and a linker that print a line each and end with a status.
  private func run(frontend: (String, Int), linker: (String, Int), cell: String = "print(1)") throws
    -> [Failure?]
  {
    let workshop = try Workshop()
    let programs = workshop.folder + "/programs"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    for (name, (line, status)) in [("swift-frontend", frontend), ("clang", linker)] {
      try writeScript("echo '\(line)'\nexit \(status)", to: programs + "/" + name)
    }
    var runner = try workshop.runner()
    runner.toolchain.programs = programs
    var failures: [Failure?] = []
    try runner.run(.init(chapter: Workshop.chapter(Workshop.cells([("a", cell)])))) {
      if case .cellEnded(let record, _) = $0 { failures.append(record.failure) }
    }
    return failures
  }

  @Test("because the disk is full is an error of the engine that names the folder, and no result of the cell")
  func noRoom() throws {
    for (frontend, linker) in [((Self.noRoom, 1), ("", 0)), (("", 0), ("lld: " + Self.noRoom, 1))] {
      let error = #expect(throws: EngineError.self) { _ = try run(frontend: frontend, linker: linker) }
      guard case .file(let path, _, let number)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(path.contains("/.marginalia/") && number == ENOSPC)
    }
  }

  @Test("while a cell's own error that quotes the system's words stays the cell's")
  func quoted() throws {
    let failures = try run(
      frontend: ("01-test.md:4:1: error: cannot find No space left on device in scope", 1),
      linker: ("", 0)
    )
    #expect(failures.map { $0?.kind } == [.compilation])
    #expect(failures[0]?.message.contains("cannot find") == true)
  }
}
