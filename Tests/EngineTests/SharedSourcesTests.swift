internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import TestSupport
internal import Testing

@Suite("The sources that chapters share")
struct SharedSourcesTests {
  let bench: SharedSourcesBench

  init() throws { bench = try SharedSourcesBench() }

  @Test("are compiled once, optimised, for all chapters, and each chapter compiles its cells alone")
  func once() throws {
    try bench.write("func twice(_ n: Int) -> Int { 2 * n }\n")
    #expect(try bench.run("print(twice(2))").map(\.output) == ["4\n"])
    #expect(try bench.run("print(twice(3))").map(\.output) == ["6\n"])
    let calls = try bench.calls()
    try #require(calls.count == 3)
    #expect(calls[0].contains("-O ") && calls[0].contains("\(bench.workshop.book)/Shared.swift"))
    for call in calls[1...] { #expect(call.contains("-Onone") && !call.contains("Shared.swift")) }
  }

  @Test("are compiled once, though chapters begin at the same time, and in a store that is only read")
  func together() throws {
    try bench.write("func twice(_ n: Int) -> Int { 2 * n }\n")
    var runners = [try bench.runner()]
    runners.append(runners[0])
    runners[1].store = try Store(folder: bench.workshop.store.folder, access: .read)
    for (index, runner) in runners.enumerated() {
      let outputs = (0..<3).map { $0 }.concurrentMap { number in
        var chapter = Workshop.chapter(Workshop.cells([("a", "print(twice(\(number)))")]))
        chapter.file = "0\(number)-test.md"
        var output = ""
        try? runner.run(.init(chapter: chapter)) {
          if case .cellEnded(let record, _) = $0 { output = record.output }
        }
        return output
      }
      #expect(outputs == ["0\n", "2\n", "4\n"])
      #expect(try bench.optimised() == index + 1)
    }
  }

  @Test("are compiled once for check and render")
  func check() throws {
    try bench.write("func twice(_ n: Int) -> Int { 2 * n }\n")
    #expect(try bench.check("print(twice(2))") == [])
    #expect(try bench.run("print(twice(2))").map(\.output) == ["4\n"])
    #expect(try bench.optimised() == 1)
  }

  @Test("are not compiled where there are none")
  func none() throws {
    #expect(try bench.run("print(1)").map(\.output) == ["1\n"])
    #expect(try bench.calls().count == 1)
    #expect(try bench.optimised() == 0)
  }

  @Test("are compiled again when one changes, and when what is kept of them is damaged")
  func again() throws {
    for (number, compilations) in [(1, 1), (2, 2), (1, 2)] {
      try bench.write("let number = \(number)\n")
      #expect(try bench.run("print(number)").map(\.output) == ["\(number)\n"])
      #expect(try bench.optimised() == compilations)
    }
    let memo = bench.workshop.store.folder + "/memo"
    for name in try FileManager.default.contentsOfDirectory(atPath: memo) {
      #expect(truncate("\(memo)/\(name)", 5000) == 0)
    }
    for _ in 0..<2 {
      #expect(try bench.run("print(number)").map(\.output) == ["1\n"])
      #expect(try bench.optimised() == 3)
    }
  }

  @Test("see each other, and members of what cells import, and cells see all that is not private")
  func scope() throws {
    try bench.write("let one = 1\nlet three = one + two\n", "A.swift")
    try bench.write("let two = one + 1\nprivate let hidden = 4\n", "B.swift")
    try bench.write(
      "func cut(_ text: String) -> String { text.trimmingCharacters(in: .whitespaces) }\n",
      "C.swift"
    )
    #expect(
      try bench.run("print(three, two, cut(\" x \"), \" y \".trimmingCharacters(in: .whitespaces))")
        .map(\.output) == ["3 2 x y\n"]
    )
    #expect(try bench.run("print(hidden)")[0].failure?.kind == .compilation)
  }

  static let meanings = [
    "typealias Float = Double", "typealias Int8 = Int", "struct Float { var a = 1, b = 2, c = 3 }",
    "func max(_ a: Float, _ b: Float) -> Float { -1 }", "func half(_ x: Float) -> Float { 0 }",
    "extension Float { func scaled() -> Float { 0 } }", "let factor: Float = 0",
    "struct Pair { var x = \"\" }",
  ]

  @Test("mean the same, whatever a cell declares", arguments: meanings)
  func meaning(declaration: String) throws {
    try bench.write(
      """
      struct Pair { var small: Int8 = 1, x: Float = 1.5, y: Float = 2.5 }
      let factor: Float = 2
      func half(_ x: Float) -> Float { x / 2 }
      extension Float { func scaled() -> Float { self * factor } }
      func text() -> String {
        let pair = Pair()
        return "\\(pair) \\(max(pair.x, pair.y)) \\(half(pair.y)) \\(pair.y.scaled()) \\(MemoryLayout<Pair>.size)"
      }

      """
    )
    let results = try bench.run(declaration + "\nprint(text())")
    #expect(results.map(\.failure) == [nil])
    #expect(results.map(\.output) == ["Pair(small: 1, x: 1.5, y: 2.5) 2.5 1.25 5.0 12\n"])
  }

  @Test("may be used by cells as if they were in them, without a warning")
  func uses() throws {
    try bench.write(
      """
      struct Point { var x: Int; var y = 2 }
      class Shape { func area() -> Int { 1 } }
      enum Kind { case one, two }
      protocol Named { var name: String { get } }
      enum Odd: Error { case odd }
      let first: Int = { print("made"); return 1 }()
      func kind() -> Kind { .two }
      infix operator <+>: AdditionPrecedence
      func <+> (a: Int, b: Int) -> Int { a + b }

      """
    )
    let code = """
      class Square: Shape { override func area() -> Int { 4 } }
      extension Point: Named { public var name: String { "p" } }
      extension Point: CustomStringConvertible { public var description: String { "(\\(x), \\(y))" } }
      extension Shape: Named { public var name: String { "shape" } }
      print(Point(x: 1), [Point(x: 3)], Square().area(), Square().name, 1 <+> 2)
      switch kind() {
      case .one: print(1)
      case .two: print(first)
      }
      print([Kind.one])
      do { throw Odd.odd } catch { print(error) }
      """
    #expect(try bench.check(code) == [])
    let expected = "(1, 2) [(3, 2)] 4 shape 3\nmade\n1\n[book.Kind.one]\nodd\n"
    #expect(try bench.run(code).map(\.output) == [expected])
  }

  @Test("compute to the same bits as the same code in a cell")
  func bits() throws {
    let sum = """
      (seed: Double) -> [UInt64] {
        var x = seed
        return (0..<2_000).map { n in
          x = (x * 1.618).truncatingRemainder(dividingBy: 7)
          return (pow(x, 2) + pow(2, x) * sin(0.5) + pow(x, 0.5) / Double(n + 1)).bitPattern
        }
      }

      """
    try bench.write("import Foundation\nfunc shared" + sum)
    let cell =
      "import Foundation\nfunc own\(sum)print(shared(seed: 0.3) == own(seed: 0.3), Set(own(seed: 0.3)).count > 1_900)"
    #expect(try bench.run(cell).map(\.output) == ["true true\n"])
  }
}
