internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport
internal import Testing

@Suite("Mistakes in sources that chapters share, and in cells that use them")
struct SharedSourceErrorsTests {
  let bench: SharedSourcesBench

  init() throws { bench = try SharedSourcesBench() }

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
    enum Odd: Error { case odd }
    func odd(_ n: Int) throws -> Int {
      if n > 1 { throw Odd.odd }
      return n
    }
    func deep(_ n: Int) -> Int {
      if n == 0 { fatalError("no way") }
      return deep(n - 1) + 1
    }
    func each(_ body: (Int) -> Int) -> Int { body(1) + body(2) }

    """

  static let mishaps: [Mishap] = [
    .init(code: "print(world.element(7))", kind: .trap, message: "Index out of range"),
    .init(code: "print(world.next(127))", kind: .trap, message: "signal 4"),
    .init(code: "print(world.small(9))", kind: .trap, message: "signal 4"),
    .init(code: "print(try odd(2))", kind: .thrown, message: "odd"),
    .init(code: "print(deep(20))", kind: .trap, message: "no way"),
    .init(code: "print(each { [1, 2][$0] })", kind: .trap, message: "Index out of range"),
    .init(
      code: "extension World: CustomStringConvertible { var description: String { \"\" } }",
      kind: .compilation,
      message:
        "'CustomStringConvertible'; to a cell the types of the book's sources are public: write 'public' before it"
    ),
    .init(
      code: "extension World { init(m: Int) { n = m } }",
      kind: .compilation,
      message:
        "where the struct is declared in a source of the book, an initialiser in a cell must call another one"
    ),
  ]

  @Test("fail the cell that runs into them, with its line", arguments: mishaps)
  func fails(mishap: Mishap) throws {
    try bench.write(Self.source)
    let results = try bench.run("let world = World()\nprint(world.element(0))", "print(2)\n\(mishap.code)")
    try #require(results.count == 2)
    #expect(results[0].output == "1\n")
    let failure = try #require(results[1].failure)
    #expect(failure.kind == mishap.kind, "\(failure)")
    #expect(failure.message.contains(mishap.message), "\(failure)")
    #expect(failure.lineInCell == 2, "\(failure)")
    let output = results[1].output
    if mishap.code.contains("small") {
      #expect(output.contains("Shared.swift:6: Assertion failed: too large"), "\(output)")
    }
    if mishap.code.contains("deep") {
      #expect(output.contains("Shared.swift:16: Fatal error: no way"), "\(output)")
    }
  }

  @Test("fail every chapter where they do not compile, with the place in them")
  func errors() throws {
    try bench.write("let a = 1\n", "A.swift")
    try bench.write("let b = c\nlet d: Int = \"\"\n", "B.swift")
    let message =
      "B.swift:1:9: cannot find 'c' in scope; a source sees the other sources and what it imports, but no cell"
    for _ in 0..<2 {
      let results = try bench.run("let c = 1", "print(2)")
      #expect(results[0].failure?.kind == .compilation && results[0].failure?.lineInCell == nil)
      #expect(results[0].failure?.message.hasPrefix(message) == true, "\(results)")
      #expect(results[1].wasNotRun)
    }
    let found = try bench.runner().checkSources().map(\.description)
    try #require(found.count == 2)
    #expect(found[0].hasPrefix("B.swift:1:9: error: cannot find 'c' in scope; a source sees"))
    #expect(found[1] == "B.swift:2:14: error: cannot convert value of type 'String' to specified type 'Int'")
    // Sources that did not compile are not compiled for every chapter.
    #expect(try bench.optimised() == 1)
  }

  @Test(
    "are errors where code stands outside functions",
    arguments: ["print(1)\n", "@main struct M { static func main() {} }\n"]
  )
  func topLevel(code: String) throws {
    try bench.write(code)
    let failure = try bench.run("print(1)")[0].failure
    #expect(failure?.message.hasPrefix("Shared.swift:1:1: ") == true, "\(String(describing: failure))")
    #expect(failure?.message.contains("top level") == true || failure?.message.contains("top-level") == true)
  }

  @Test("are told of a name that the sources and another module have alike")
  func ambiguous() throws {
    try bench.write("import Foundation\nfunc cbrt(_ x: Double) -> Double { -x }\n")
    let failure = try bench.run("import Foundation\nprint(cbrt(8.0))")[0].failure
    #expect(
      failure?.message.contains("write book. before the name") == true,
      "\(String(describing: failure))"
    )
    #expect(try bench.run("import Foundation\nprint(book.cbrt(8.0))").map(\.output) == ["-8.0\n"])
  }

  @Test("are an error of the engine where the disk is full")
  func noRoom() throws {
    try bench.write("let a = 1\n")
    try writeScript("echo 'No space left on device'\nexit 1", to: bench.programs + "/swift-frontend")
    let error = #expect(throws: EngineError.self) { _ = try bench.run("print(a)") }
    guard case .file(_, _, ENOSPC)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("are warned of, also after an edit of comments or of prose, at the line where they are then")
  func warnings() throws {
    try bench.write("func f() {\n  let unused = 1\n}\n", "A.swift")
    let cell = "f()\nlet a: Int? = 1\nprint(a)"
    #expect(try bench.run(cell).allSatisfy(\.succeeded))
    func known(_ cell: String, prose: Int = 0) throws -> [String] {
      let runner = try bench.runner()
      var chapter = bench.chapter([cell])
      chapter.cells[0].location.line += prose
      let found = runner.knownSourceWarnings + runner.knownWarnings(of: chapter)
      return found.map { "\($0.location) \($0.sentence.prefix(30))" }
    }
    let source = "A.swift:2:7 initialization of immutable va"
    let own = "01-test.md:6:1 the cell 'a': expression impli"
    #expect(try known(cell) == [source, own])
    #expect(
      try known("f() // a\n// b\nlet a: Int? = 1\n\nprint(a)", prose: 3).last
        == "01-test.md:11:1 the cell 'a': expression impli"
    )
    try bench.write("// A function.\n\nfunc f() {\n\n  let unused = 1\n}\n", "A.swift")
    #expect(try known(cell) == ["A.swift:5:7 initialization of immutable va", own])
    #expect(try bench.check(cell).count == 2)
    #expect(try bench.optimised() == 1)
    #expect(try known("f()\nlet a: Int? = 2\nprint(a)") == ["A.swift:5:7 initialization of immutable va"])
  }

  @Test("do not come from a per cent sign in the path of the store")
  func percent() throws {
    let bench = try SharedSourcesBench(suffix: "-%50%done")
    try FileManager.default.removeItem(atPath: bench.workshop.store.folder + "/modules")
    bench.workshop.store = try Store(folder: bench.workshop.store.folder)
    try bench.write("let one = 1\n")
    let results = try bench.run("import Foundation\nprint(one, sqrt(4.0))")
    #expect(results.map(\.failure) == [nil])
    #expect(results.map(\.output) == ["1 2.0\n"])
  }
}
