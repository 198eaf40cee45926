internal import Engine
internal import Findings
internal import Foundation
internal import Testing

@Suite("A chapter runs")
struct ChapterRunnerTests {
  let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test("and a cell that prints the mark of the next one keeps what it prints")
  func marks() throws {
    let results = try workshop.run([
      ("a", "print(\"before\")\nprint(\"\\u{1e}b\")\nprint(\"\\u{1e}c\")\nprint(\"of a\")"),
      ("b", "print(\"of b\")\nprint(\"\\u{1e}a\")"),
      ("c", "print(\"\\u{1e}\", terminator: \"\")"),
    ])
    #expect(
      results.map(\.output) == [
        "before\n\u{1e}b\n\u{1e}c\nof a\n", "of b\n\u{1e}a\n", "\u{1e}",
      ]
    )
  }

  @Test("and its cells share variables, record findings with their lines, and keep their output apart")
  func runs() throws {
    let results = try workshop.run([
      ("first", "let x = 20\nprint(\"one\", terminator: \"\")\nrecord(\"twice\", Double(2 * x))"),
      ("second", "print(\"two\")\n\nrecord(\"sum\", Double(x + 1))"),
    ])
    #expect(results.map(\.outcome) == [.succeeded, .succeeded])
    #expect(results.map(\.output) == ["one", "two\n"])
    #expect(results.map { $0.findings.map(\.name) } == [["twice"], ["sum"]])
    #expect(results.map { $0.findings.map(\.lineInCell) } == [[3], [3]])
  }

  @Test("and may report every step: those that nobody could see are not sent, the last one is")
  func reports() throws {
    let code = """
      for step in 1...5_000 { report(.init(activity: "count", step: step, stepCount: 5_000)) }
      report(.init(activity: "other", step: 0, stepCount: 9))
      """
    let again = "report(.init(activity: \"other\", step: 1, stepCount: 9))"
    var steps: [Int] = []
    let cells = Workshop.cells([("count", code), ("again", again)])
    try workshop.runner().run(.init(chapter: Workshop.chapter(cells))) { event in
      if case .progressed(let progress, _, _) = event { steps.append(progress.step) }
    }
    #expect(steps.first == 1 && steps.suffix(3) == [5_000, 0, 1] && steps.count < 2_500)
  }

  @Test("and gives a cell the findings that it needs, telling which it read")
  func needs() throws {
    let given = Finding(name: "a", content: .measurement(.init(4)))
    let results = try workshop.run(
      [("reads", "record(\"b\", try Notebook.current.measurement(\"other.a\").value + 1)")],
      needed: ["other": [given]]
    )
    #expect(results[0].outcome == .succeeded)
    #expect(results[0].inputs.contains { $0.kind == .finding && $0.name == "other" })
    guard case .measurement(let value) = results[0].findings.first?.content else {
      Issue.record("no measurement")
      return
    }
    #expect(value.value == 5)
  }

  @Test(
    "and findings of trained models get their tolerance, through findings and variables, unless the cell sets another"
  )
  func restsOnTraining() throws {
    let usual = Finding(name: "a", content: .measurement(.init(4)))
    let trained = Finding(name: "a", content: .measurement(.init(4)), tolerance: .trained)
    let results = try workshop.run(
      [
        ("first", "record(\"b\", try Notebook.current.measurement(\"usual.a\").value)"),
        ("second", "let a = try Notebook.current.measurement(\"trained.a\").value\nrecord(\"b\", a)"),
        ("third", "record(\"b\", a)\nrecord(\"c\", a, tolerance: .init(absolute: 1))"),
      ],
      needed: ["usual": [usual], "trained": [trained]]
    )
    #expect(
      results.flatMap(\.findings).map(\.tolerance) == [.init(), .trained, .trained, .init(absolute: 1)]
    )
  }

  @Test("and a cell that cannot be run here is not run, no failure, with its reason")
  func notRun() throws {
    let results = try workshop.run([
      ("first", "record(\"a\", 1.0)"),
      (
        "second", "guard let folder = Notebook.current.dataRoot(\"faces\") else { notRun(\"no faces here\") }"
      ),
      ("third", "print(folder)"),
    ])
    #expect(results[0].outcome == .succeeded && results[0].findings.count == 1)
    #expect(results[1].outcome == .notRun(.skipped("no faces here")))
    #expect(
      results[2].outcome
        == .notRun(.afterSkipped(cell: "second"))
    )
  }

  @Test("and a cell that only marks itself as not run does not keep those below from running or failing")
  func markedNotRun() throws {
    let results = try workshop.run([
      ("first", "markNotRun(\"no faces here\")"),
      ("second", "record(\"a\", 1.0)\nmarkNotRun(\"no voices here\")"),
      ("third", "record(\"b\", 2.0)"),
      ("fourth", "markNotRun(\"no more\")\nfatalError(\"after all\")"),
      ("fifth", "markNotRun(\"nothing\")"),
    ])
    #expect(results[0].outcome == .notRun(.skipped("no faces here")))
    #expect(results[1].outcome == .notRun(.skipped("no voices here")))
    #expect(results[2].outcome == .succeeded && results[2].findings.count == 1)
    #expect(results[3].failure?.message.contains("after all") == true)
    #expect(results[4].wasNotRun)
    #expect(results.map(\.outcome.isSkip) == [true, true, false, false, false])
  }

  @Test("and the error of a cell below one that is marked as not run is shown")
  func markedAboveError() throws {
    let results = try workshop.run([("marked", "markNotRun(\"no faces\")"), ("wrong", "let a: Int = \"b\"")])
    #expect(results[0].outcome == .notRun(.skipped("no faces")))
    #expect(results[1].failure?.kind == .compilation)
  }

  struct Mishap: CustomTestStringConvertible {
    var code: String
    var kind: Failure.Kind
    var line: Int?
    var message: String
    var testDescription: String { "\(kind) \(message)" }
  }

  static let mishaps: [Mishap] = [
    .init(code: "let a = [1]\nprint(a[b])", kind: .trap, line: 2, message: "Index out of range"),
    .init(code: "\nfatalError(\"no way\")", kind: .trap, line: 2, message: "no way"),
    .init(code: "enum E: Error { case bad }\nthrow E.bad", kind: .thrown, line: 2, message: "bad"),
    .init(
      code: """
        enum E: Error { case early, late }
        func f(_ n: Int) throws {
          if n > 1 { throw E.late }
        }
        do { throw E.early } catch {}
        try f(0)
        try f(1)
        try f(2)
        try f(3)
        """,
      kind: .thrown,
      line: 3,
      message: "late"
    ),
    .init(
      code: "func g() throws(CancellationError) {}\ntry g()\nfor n in 0..<3 {\n  try h(n)\n}",
      kind: .thrown,
      line: 4,
      message: "odd"
    ),
    .init(code: "let s: Int = \"text\"", kind: .compilation, line: 1, message: "cannot convert"),
    .init(code: "if b > 0 {\n  print(b)", kind: .compilation, line: 1, message: "expected '}'"),
    .init(code: "print(1)\n}", kind: .compilation, line: 2, message: "extraneous '}'"),
    .init(code: "exit(0)", kind: .exit, line: nil, message: "status 0"),
    .init(code: "while true { print(\"again and again\") }", kind: .output, line: nil, message: "output"),
    .init(
      code: "func f(_ n: Int) -> Int { n == -1 ? 0 : f(n + 1) + 1 }\nprint(f(0))",
      kind: .trap,
      line: 1,
      message: "invalid memory access"
    ),
    .init(
      code: "UnsafeMutablePointer<Int>(bitPattern: 8)!.pointee = 1",
      kind: .trap,
      line: 1,
      message: "invalid memory access"
    ),
    .init(
      code: "import Glibc\nlet text = Array(\"nonsense\\n\".utf8)\nwrite(3, text, text.count)\nsleep(5)",
      kind: .engine,
      line: nil,
      message: "descriptor 3"
    ),
  ]

  @Test(
    "and a cell that fails is a result with its line; those before stay, those after are not run",
    arguments: mishaps
  )
  func fails(mishap: Mishap) throws {
    let results = try workshop.run([
      (
        "before",
        "import Glibc\nvar b = 5\nrecord(\"kept\", 1)\nenum Odd: Error { case odd }\n"
          + "func h(_ n: Int) throws(Odd) { if n == 1 { throw Odd.odd } }"
      ), ("bad", mishap.code), ("after", "print(2)"),
    ])
    try #require(results.count == 3)
    #expect(results[0].succeeded)
    #expect(results[0].findings.map(\.name) == ["kept"])
    let failure = try #require(results[1].failure)
    #expect(failure.kind == mishap.kind, "\(failure)")
    #expect(failure.message.contains(mishap.message), "\(failure)")
    #expect(failure.lineInCell == mishap.line, "\(failure)")
    #expect(results[2].wasNotRun)
  }

  @Test("a cell that writes an invalid event fails even if its process ends before the event is read")
  func nonsenseAtTheEnd() throws {
    let bad = "import Glibc\nrecord(\"first\", 1)\n_ = write(3, \"oops\", 4)\nrecord(\"lost\", 1.0)"
    for cells in [
      [("bad", bad)], [("bad", bad), ("after", "print(2)")],
      [("bad", "import Glibc\n_ = write(3, \"oops\", 4)")],
    ] {
      var records: [CellRecord] = []
      try workshop.runner().run(.init(chapter: Workshop.chapter(Workshop.cells(cells)))) { event in
        if case .cellBegan = event { while workshop.isRunning { usleep(1000) } }
        if case .cellEnded(let record, _) = event { records.append(record) }
      }
      #expect(records[0].failure?.kind == .engine, "\(records)")
      #expect(records[0].failure?.message.contains("descriptor 3") == true, "\(records)")
      #expect(records.dropFirst().count { !$0.wasNotRun } == 0, "\(records)")
    }
  }

  @Test("and a cell that exceeds its time limit is killed, though it ignores SIGTERM, and its output is kept")
  func timeout() throws {
    let code = "import Glibc\nsignal(SIGTERM, SIG_IGN)\nprint(\"so far\")\nwhile true { usleep(1000) }"
    // On a loaded machine the cell may not get to print in the time that it has: then it gets more.
    for timeout in [0.5, 4, 32] {
      let results = try workshop.run(Workshop.cells([("endless", code)], timeout: timeout))
      #expect(results.map { $0.failure?.kind } == [.timeout])
      #expect(results.allSatisfy { $0.provenance.seconds >= timeout })
      if timeout < 32, results.map(\.output) == [""] { continue }
      #expect(results.map(\.output) == ["so far\n"])
      break
    }
  }

  @Test("and a cell that needs too much memory fails with that reason")
  func memory() throws {
    workshop.conditions.memoryLimit = 2 << 30
    let results = try workshop.run([
      ("hungry", "var all: [[UInt8]] = []\nwhile true { all.append([UInt8](repeating: 1, count: 64 << 20)) }")
    ])
    #expect(results.map { $0.failure?.kind } == [.memory])
  }

  @Test("and a process that outlives the chapter does not hold it up", .timeLimit(.minutes(5)))
  func grandchild() throws {
    // The program starts itself again; there it sleeps for an hour, holding the output's pipe.
    let code = """
      import Glibc
      if CommandLine.arguments.count > 1 {
        sleep(3600)
        _exit(0)
      }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      posix_spawn_file_actions_addclose(&actions, 3)
      var id: pid_t = 0
      var words: [UnsafeMutablePointer<CChar>?] = [strdup("chapter"), strdup("again"), nil]
      print(posix_spawn(&id, "/proc/self/exe", &actions, nil, &words, environ))
      print(id)
      """
    let results = try workshop.run([("parent", code)])
    #expect(results.map(\.outcome) == [.succeeded])
    #expect(results[0].output.hasPrefix("0\n"))
    let id = try #require(results[0].output.split(separator: "\n").last.flatMap { pid_t($0) })
    kill(id, SIGKILL)
  }

  @Test("and it reaches no file, no variable and no network that the book does not declare")
  func confined() throws {
    try "secret".write(toFile: workshop.book + "/undeclared.txt", atomically: true, encoding: .utf8)
    let results = try workshop.run([
      (
        "spy",
        """
        import Glibc
        print(open("\(workshop.book)/undeclared.txt", O_RDONLY), errno == EACCES)
        print(open("/etc/passwd", O_RDONLY), errno == EACCES)
        print(open("\(workshop.book)/new.txt", O_WRONLY | O_CREAT, 0o644), errno == EACCES)
        print(getenv("HOME") == nil, getenv("PATH") == nil)
        print(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0), errno == EACCES)
        """
      )
    ])
    // Code that gets by without what it asked for is told all the same: its findings may depend on it.
    let failure = try #require(results[0].failure)
    #expect(failure.message.contains("was refused '"), "\(failure)")
    #expect(results[0].output == "-1 true\n-1 true\n-1 true\ntrue true\n-1 true\n")
  }
}
