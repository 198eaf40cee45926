internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport
internal import Testing

@Suite("The sources that chapters share")
struct SharedSourcesTests {
  let workshop: Workshop
  /// Where the compiler is, by a script that writes its arguments to `calls` before.
  private let programs: String
  private let log: String

  init() throws {
    workshop = try Workshop()
    programs = workshop.folder + "/programs"
    log = workshop.folder + "/calls"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    let real = try workshop.runner().toolchain.programs
    try writeScript(
      "echo \"$@\" >> '\(log)'\nexec '\(real)/swift-frontend' \"$@\"",
      to: programs + "/swift-frontend"
    )
    try writeScript("exec '\(real)/clang' \"$@\"", to: programs + "/clang")
    try writeScript("exec '\(real)/llvm-symbolizer' \"$@\"", to: programs + "/llvm-symbolizer")
  }

  /// Writes a source of the book.
  private func write(_ text: String, _ name: String = "Shared.swift") throws {
    let path = workshop.book + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    if !workshop.sources.contains(path) { workshop.sources.append(path) }
  }

  private func runner() throws -> ChapterRunner {
    var runner = try workshop.runner()
    runner.toolchain.programs = programs
    return runner
  }

  /// Runs cells of these codes, `a`, `b` and so on.
  private func run(_ codes: String...) throws -> [CellRecord] {
    let cells = Workshop.cells(zip("abc", codes).map { (id: String($0), code: $1) })
    var records: [CellRecord] = []
    try runner().run(.init(chapter: Workshop.chapter(cells))) {
      if case .cellEnded(let record, _) = $0 { records.append(record) }
    }
    return records
  }

  /// The arguments of the compiler's calls that made object files.
  private func calls() throws -> [String] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("-c ") }
  }

  /// How many calls optimised what they compiled.
  private func optimised() throws -> Int { try calls().count { $0.contains("-O ") } }

  @Test("are compiled once, optimised, for all chapters, and each chapter compiles its cells alone")
  func once() throws {
    try write("func twice(_ n: Int) -> Int { 2 * n }\n")
    #expect(try run("print(twice(2))").map(\.output) == ["4\n"])
    #expect(try run("print(twice(3))").map(\.output) == ["6\n"])
    let calls = try calls()
    try #require(calls.count == 3)
    #expect(calls[0].contains("-O ") && calls[0].contains("-primary-file \(workshop.book)/Shared.swift"))
    for call in calls[1...] {
      #expect(call.contains("-Onone") && call.contains("Shared.swift -primary-file"))
      #expect(call.hasSuffix("/main.swift"))
    }
  }

  @Test("are compiled once, though chapters begin at the same time, and in a store that is only read")
  func together() throws {
    try write("func twice(_ n: Int) -> Int { 2 * n }\n")
    var runners = [try runner()]
    runners.append(runners[0])
    runners[1].store = try Store(folder: workshop.store.folder, access: .read)
    for (index, runner) in runners.enumerated() {
      let outputs = (0..<3).map { $0 }.concurrentMap { number in
        let cells = Workshop.cells([("a", "print(twice(\(number)))")])
        var chapter = Workshop.chapter(cells)
        chapter.file = "0\(number)-test.md"
        var output = ""
        try? runner.run(.init(chapter: chapter)) {
          if case .cellEnded(let record, _) = $0 { output = record.output }
        }
        return output
      }
      #expect(outputs == ["0\n", "2\n", "4\n"])
      #expect(try optimised() == index + 1)
    }
  }

  @Test("are divided among processes, all into one program")
  func several() throws {
    try write("let one = 1\nlet three = one + two\n", "A.swift")
    try write("let two = one + 1\n", "B.swift")
    try write("func unused() {}\nstruct Point { var x = three }\n", "C.swift")
    #expect(try run("print(Point().x, two)\nunused()").map(\.output) == ["3 2\n"])
    #expect(try run("print(Point())").map(\.output) == ["Point(x: 3)\n"])
    let most = min(3, ProcessInfo.processInfo.activeProcessorCount)
    #expect(try (1...most).contains(optimised()))
  }

  @Test("are not compiled where there are none")
  func none() throws {
    #expect(try run("print(1)").map(\.output) == ["1\n"])
    #expect(try calls().count == 1)
    #expect(try optimised() == 0)
  }

  @Test("are compiled again when one changes, and when what is kept of them is damaged")
  func again() throws {
    try write("let number = 1\n")
    #expect(try run("print(number)").map(\.output) == ["1\n"])
    try write("let number = 2\n")
    #expect(try run("print(number)").map(\.output) == ["2\n"])
    #expect(try optimised() == 2)
    try write("let number = 1\n")
    #expect(try run("print(number)").map(\.output) == ["1\n"])
    #expect(try optimised() == 2)
    let memo = workshop.store.folder + "/memo"
    for name in try FileManager.default.contentsOfDirectory(atPath: memo) {
      #expect(truncate("\(memo)/\(name)", 5000) == 0)
    }
    #expect(try run("print(number)").map(\.output) == ["1\n"])
    #expect(try optimised() == 3)
    #expect(try run("print(number)").map(\.output) == ["1\n"])
    #expect(try optimised() == 3)
  }

  struct Mishap: CustomTestStringConvertible {
    var code: String
    var kind: Failure.Kind
    var message: String
    var testDescription: String { code }
  }

  private static let source = """
    struct World {
      var n = 1
      func element(_ index: Int) -> Int { [1, 2, 3][index] }
      func next(_ byte: Int8) -> Int8 { byte + 1 }
      func small(_ n: Int) -> Int {
        assert(n < 9, "too large")
        return n
      }
    }
    protocol Named { var name: String { get } }
    extension World: Named { var name: String { "world" } }
    enum Odd: Error { case odd }
    func odd(_ n: Int) throws -> Int {
      if n > 1 { throw Odd.odd }
      return n
    }
    func help() -> Int { 1 }

    """

  static let mishaps: [Mishap] = [
    .init(code: "world.element(7)", kind: .trap, message: "Index out of range"),
    .init(code: "world.next(127)", kind: .trap, message: "signal 4"),
    .init(code: "world.small(9)", kind: .trap, message: "signal 4"),
    .init(code: "try odd(2)", kind: .thrown, message: "odd"),
    .init(code: "struct World {}", kind: .compilation, message: "invalid redeclaration of 'World'"),
    .init(code: "func help() -> Int { 2 }", kind: .compilation, message: "invalid redeclaration of 'help()'"),
    .init(
      code: "extension World: Named {}",
      kind: .compilation,
      message: "Shared.swift:11:18: redundant conformance of 'World' to protocol 'Named'"
    ),
  ]

  @Test("fail the cell that makes them fail, or contradicts them, with its line", arguments: mishaps)
  func fails(mishap: Mishap) throws {
    try write(Self.source)
    let code = mishap.kind == .compilation ? mishap.code : "print(\(mishap.code))"
    let first = mishap.kind == .compilation ? "print(1)" : "let world = World()\nprint(world.element(0))"
    let results = try run(first, "print(2)\n\(code)")
    try #require(results.count == 2)
    #expect(results[0].output == "1\n")
    let failure = try #require(results[1].failure)
    #expect(failure.kind == mishap.kind, "\(failure)")
    #expect(failure.message.contains(mishap.message), "\(failure)")
    #expect(failure.lineInCell == 2, "\(failure)")
    if mishap.code.contains("small") {
      let output = results[1].output
      #expect(output.contains("Shared.swift:6: Assertion failed: too large"), "\(output)")
    }
  }

  @Test("mean the cell's type where it has the name of another module's, as if compiled with the cell")
  func shadowed() throws {
    try write("struct Pair { var x: Float = 1.5, y: Float = 2.5 }\nlet pairs = [Pair()]\n")
    #expect(try run("print(pairs[0].y)").map(\.output) == ["2.5\n"])
    let results = try run("typealias Float = Double\nprint(pairs[0].y, type(of: pairs[0].y))")
    #expect(results.map(\.output) == ["2.5 Double\n"])
  }

  @Test("fail every chapter where they do not compile, with the place in them")
  func errors() throws {
    try write("let a = 1\n", "A.swift")
    try write("let b = c\nlet d: Int = \"\"\n", "B.swift")
    for _ in 0..<2 {
      let results = try run("print(1)", "print(2)")
      #expect(results[0].failure?.kind == .compilation && results[0].failure?.lineInCell == nil)
      #expect(results[0].failure?.message == "B.swift:1:9: cannot find 'c' in scope")
      #expect(results[1].wasNotRun)
    }
  }

  @Test("are an error of the engine where the disk is full")
  func noRoom() throws {
    try write("let a = 1\n")
    try writeScript("echo 'No space left on device'\nexit 1", to: programs + "/swift-frontend")
    let error = #expect(throws: EngineError.self) { _ = try run("print(a)") }
    guard case .file(_, _, ENOSPC)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("and their warnings are known for every chapter, though they were compiled for the first")
  func warnings() throws {
    try write("func f() {\n  let unused = 1\n}\n", "A.swift")
    try write("func g() { f() }\n", "B.swift")
    for code in ["g()", "f()\nlet a: Int? = 1\nprint(a)"] {
      #expect(try run(code).allSatisfy(\.succeeded))
      let warnings = try runner().knownWarnings(of: Workshop.chapter(Workshop.cells([("a", code)])))
      #expect(warnings.count == (code == "g()" ? 1 : 2), "\(warnings)")
      #expect(warnings.first?.text.hasPrefix("A.swift:2:7: ") == true, "\(warnings)")
      #expect(warnings.first?.cell == nil)
      #expect(warnings.dropFirst().allSatisfy { $0.cell == "a" && $0.lineInCell == 3 })
    }
    #expect(try calls().count { $0.contains("-O ") && $0.contains("A.swift") } <= 2)
  }
}
