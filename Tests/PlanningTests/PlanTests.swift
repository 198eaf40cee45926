internal import Chapters
internal import Findings
internal import Planning
internal import Testing

@Suite("A plan")
struct PlanTests {
  @Test("is a value: what cannot run is in it, with the reason")
  func example() {
    let loop = [chapter("a", needs: ["b"]), chapter("b", needs: ["a"])]
    let plan = Plan(chapters: loop + [chapter("c", needs: ["a"]), chapter("d")], context: context)
    func state(_ id: String) -> PlannedCell.State? { plan.cells.first { $0.cell.id == id }?.state }
    #expect(state("a") == .blocked(.cycle(["a", "b"])))
    #expect(state("b") == .blocked(.cycle(["a", "b"])))
    #expect(state("c") == .blocked(.blockedNeed("a")))
    #expect(plan.toRun().map(\.id) == ["ch-d"])
  }

  @Test("puts needed chapters first and else keeps the book's order")
  func order() {
    let chapters = [chapter("a", needs: ["ch-c"]), chapter("b"), chapter("c"), chapter("d", needs: ["b"])]
    let plan = Plan(chapters: chapters, context: context)
    #expect(plan.chapters.map(\.id) == ["ch-c", "ch-a", "ch-b", "ch-d"])
    #expect(plan.toRun(selecting: [0]).map(\.id) == ["ch-c", "ch-a"])
    #expect(plan.toRun(selecting: [1]).map(\.id) == ["ch-b"])
  }

  @Test("names in each cell of a chapter the one that keeps it from running")
  func blockedByOtherCell() {
    let chapters = [chapter("one", cells: [cell("first"), cell("second", needs: ["third"]), cell("third")])]
    let plan = Plan(chapters: chapters, context: context)
    let clauses = plan.cells.map { $0.outcomeWithoutRecord.text }
    let cause = "it needs 'third', which does not stand above it in the chapter"
    #expect(
      clauses == [
        "not run: the cell 'second' of this chapter cannot run: " + cause, "not run: " + cause,
        "not run: the cell 'second' of this chapter cannot run: " + cause,
      ]
    )
  }

  @Test("knows that a cell may use what a later one declares, and nothing else of it")
  func declarationsBelow() {
    let declared = "func f() -> Int { 1 }\n"
    let before = [chapter("one", cells: [cell("a"), cell("b", code: declared)])]
    let records = ran(before)
    var after = before
    after[0].cells[1].code = "func f() -> Int { 2 }\n"
    let changed = Plan(chapters: after, context: context, records: records)
    #expect(reasons(changed, "a").map(\.clause) == ["a declaration below it in the chapter changed"])
    after[0].cells[1].code = declared + "\n// A comment.\n"
    #expect(Plan(chapters: after, context: context, records: records).toRun().isEmpty)
    let plain = [chapter("one", cells: [cell("a"), cell("b", code: "print(1)\n")])]
    var moved = plain
    moved[0].cells[1].code = "print(2)\n"
    let plan = Plan(chapters: moved, context: context, records: ran(plain))
    #expect(reasons(plan, "a").isEmpty)
    #expect(reasons(plan, "b").map(\.clause) == ["its code changed"])
  }

  @Test("has nothing to run when nothing changed")
  func unchanged() {
    let chapters = [chapter("a"), chapter("b", needs: ["a"])]
    let plan = Plan(chapters: chapters, context: context, records: ran(chapters))
    #expect(plan.toRun().isEmpty)
    #expect(plan.cells.map(\.expectedSeconds) == [2, 2])
  }

  @Test("runs nothing for a comment, a blank line, indentation, or display attributes")
  func harmless() {
    let before = [chapter("one", cells: [cell("a", code: "let x = 1\nprint(x)\n")])]
    var after = cell("a", code: "  // why\n  let   x = 1 /* one */\n\n  print(x)\n")
    after.echo = .hide
    after.timeout = 3
    after.location.line = 99
    let plan = Plan(chapters: [chapter("one", cells: [after])], context: context, records: ran(before))
    #expect(plan.toRun().isEmpty)
  }

  @Test("reruns a changed cell's chapter and what needs it, and says why")
  func changedCode() {
    let before = [
      chapter("one", cells: [cell("a"), cell("b"), cell("c")]), chapter("d", needs: ["b"]), chapter("e"),
    ]
    var after = before
    after[0].cells[1].code = "let y = 2\n"
    let plan = Plan(chapters: after, context: context, records: ran(before))
    #expect(reasons(plan, "b").map(\.clause) == ["its code changed"])
    #expect(reasons(plan, "c").map(\.clause) == ["code above it in the chapter changed"])
    #expect(reasons(plan, "d") == [.needChanged("b")])
    #expect(plan.toRun().map(\.id) == ["one", "ch-d"])
    if case .rerunWithChapter(_, let stale) = plan.cells[0].state {
      #expect(stale == "b")
    } else {
      #expect(Bool(false))
    }
  }

  @Test("sees every part of the context", arguments: contexts)
  func changedContext(context: KeyContext, clause: String) {
    let chapters = [chapter("a")]
    let plan = Plan(chapters: chapters, context: context, records: ran(chapters))
    #expect(reasons(plan, "a").map(\.clause) == [clause])
  }

  static let contexts: [(KeyContext, String)] = {
    func with(_ clause: String, _ change: (inout KeyContext) -> Void) -> (KeyContext, String) {
      var other = context
      change(&other)
      return (other, clause)
    }
    return [
      with("the laboratory changed") { $0.laboratory = "other" },
      with("the compiler changed") { $0.compiler = "other" },
      with("the OpenBLAS kernel changed from Haswell to Zen") { $0.kernel = "Zen" },
      with("the profile changed from small to paper") { $0.profile = "paper" },
      with("the seed changed from 1 to 2") { $0.seed = 2 },
      with("the declared environment variables changed") { $0.environment = ["HOME"] },
      with("the book's Swift sources changed") { $0.sources = ["a.swift": "let z = 1"] },
    ]
  }()

  @Test("checks the inputs of a cell whenever a record matches")
  func inputs() {
    let file = CellRecord.Input(kind: .file, name: "data.csv", digest: "1")
    let variable = CellRecord.Input(kind: .variable, name: "SCALE", digest: nil)
    let chapters = [chapter("a")]
    let records = ran(chapters, inputs: ["a": [file, variable]])
    func plan(_ digests: [String: String]) -> Plan {
      Plan(chapters: chapters, context: context, records: records) { digests[$0.name] }
    }
    #expect(plan(["data.csv": "1"]).toRun().isEmpty)
    #expect(reasons(plan(["data.csv": "2"]), "a") == [.inputChanged(file)])
    #expect(reasons(plan([:]), "a") == [.inputChanged(file)])
    #expect(reasons(plan(["data.csv": "1", "SCALE": "3"]), "a") == [.inputChanged(variable)])
  }

  @Test("lets a cell wait for findings that may come out the same")
  func waiting() {
    let chapters = [chapter("a"), chapter("b", needs: ["a"])]
    let read = CellRecord.Input(kind: .finding, name: "a", digest: "findings of a")
    let records = ran(chapters, inputs: ["b": [read]])
    let forced = Plan(chapters: chapters, context: context, records: records, forced: ["a"])
    #expect(reasons(forced, "a") == [.forced])
    #expect(reasons(forced, "b") == [.needRuns("a")])
    var rerun = records
    rerun["a"]?[0].findingsDigest = "other"
    #expect(reasons(Plan(chapters: chapters, context: context, records: rerun), "b") == [.inputChanged(read)])
    #expect(Plan(chapters: chapters, context: context, records: records).toRun().isEmpty)
  }

  @Test("does not count a failure as a result")
  func failed() {
    let chapters = [chapter("a")]
    var records = ran(chapters)
    records["a"]?[0].record.outcome = .failed(Failure(kind: .trap, message: "index out of range"))
    let plan = Plan(chapters: chapters, context: context, records: records)
    #expect(reasons(plan, "a").map(\.clause) == ["it failed last time: index out of range"])
  }

  @Test("finds the record of an old version again, and compares with the nearest")
  func oldVersions() {
    let old = [chapter("one", cells: [cell("a", code: "let x = 1")])]
    let new = [chapter("one", cells: [cell("a", code: "let x = 2")])]
    var other = context
    other.seed = 7
    let records = ["a": ran(new, context: other)["a", default: []] + ran(old)["a", default: []]]
    #expect(Plan(chapters: old, context: context, records: records).toRun().isEmpty)
    let plan = Plan(chapters: new, context: context, records: records)
    #expect(reasons(plan, "a") == [.changed(.seed, was: "7", now: "1")])
  }

  @Test("keeps the place in the key of code that asks for it, and of all code below")
  func place() {
    let before = [
      chapter("one", cells: [cell("a", code: "func f(_ l: Int = #line) {}"), cell("b", code: "f()")])
    ]
    var after = before
    after[0].cells[1].location.line += 1
    let plan = Plan(chapters: after, context: context, records: ran(before))
    #expect(
      reasons(plan, "b").map(\.clause) == ["its place in the chapter changed, and its code depends on it"]
    )
  }

  @Test("has a key for needs added and dropped")
  func needs() {
    let before = [chapter("a"), chapter("b"), chapter("c", needs: ["a"])]
    let after = [chapter("a"), chapter("b"), chapter("c", needs: ["b"])]
    let plan = Plan(chapters: after, context: context, records: ran(before))
    #expect(reasons(plan, "c") == [.needRemoved("a"), .needAdded("b")])
  }
}
