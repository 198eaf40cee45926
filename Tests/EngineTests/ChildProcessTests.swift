internal import Engine
internal import Foundation
internal import Testing

@Suite("A child process")
struct ChildProcessTests {
  private func shell(_ script: String) -> ChildProcess.Request {
    .init(program: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
  }

  @Test("is stopped with an error when its time is over, with all that it started")
  func timeLimit() throws {
    let error = #expect(throws: EngineError.self) {
      _ = try ChildProcess.run(shell("sleep 3600 & sleep 3600"), limit: 0.2)
    }
    #expect(error == .timedOut(program: "/bin/sh", seconds: 0.2))
    #expect(error.map { "\($0)" }?.contains("did not end within") == true)
  }

  @Test("gives its output, by line and in all, and its status")
  func output() throws {
    var lines: [String] = []
    let (ending, output) = try ChildProcess.run(
      shell("echo one; echo two >&2; printf three; exit 3"),
      limit: 60,
      line: { lines.append($0) }
    )
    #expect(ending.code == 3 && ending.signal == nil)
    #expect(output == "one\ntwo\nthree")
    #expect(lines == ["one", "two", "three"])
  }

  @Test("gives a line without end as far as it is kept, and the next one whole")
  func longLine() throws {
    var lines: [Int] = []
    let script = "head -c 9000000 /dev/zero | tr '\\0' a; echo; echo b"
    let (_, output) = try ChildProcess.run(shell(script), limit: 60, line: { lines.append($0.utf8.count) })
    #expect(lines == [8 << 20, 1] && output.utf8.count == 8 << 20)
  }

  @Test("ends though a process that it started holds its output open")
  func orphan() throws {
    let (ending, output) = try ChildProcess.run(shell("sleep 3600 & echo over"), limit: 60)
    #expect(ending.code == 0 && output == "over\n")
  }

  @Test("that cannot be started is an error with its program")
  func missing() {
    let error = #expect(throws: EngineError.self) {
      _ = try ChildProcess.run(.init(program: "/nowhere/program"), limit: 1)
    }
    guard case .cannotStart(program: "/nowhere/program", step: _, error: ENOENT)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
