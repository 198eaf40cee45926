internal import Chapters
internal import Findings
internal import Planning
internal import Testing

@Suite("References to findings")
struct FindingReferencesTests {
  private let provenance = Provenance(date: "", seconds: 0, profile: "", seed: 1, machine: "", toolchain: "")

  private func problems(_ text: String, firstPage: [Reference] = [], outcome: Outcome = .succeeded) throws
    -> [String]
  {
    let chapter = try Chapter(parsing: text, file: "01-a.md")
    let findings: [Finding] = [
      .init(name: "mean", content: .measurement(.init(1))),
      .init(name: "rates", content: .table(.init(columns: []))),
      .init(name: "walk", content: .chart(.init(x: .init("x"), y: .init("y"), summary: ""))),
    ]
    let record = CellRecord(
      cell: "sample",
      key: "",
      outcome: outcome,
      findings: findings,
      provenance: provenance
    )
    return FindingReferences(records: ["sample": record]).problems(of: [chapter], firstPage: firstPage)
      .map(\.description)
  }

  @Test("of the first page are errors at their places in book.yml")
  func firstPage() throws {
    let references = ["sample.maen", "sample.walk"].enumerated().map { index, target in
      let place = SourceLocation(file: "book.yml", line: 4 + index, column: 3)
      return Reference(kind: .finding, target: target, text: [], location: place)
    }
    #expect(
      try problems("", firstPage: references) == [
        "book.yml:4:3: error: the cell 'sample' has no finding 'maen'; did you mean 'mean'?"
      ]
    )
  }

  @Test("are errors where the cell recorded no finding of the name, with the nearest name")
  func misspelt() throws {
    #expect(
      try problems("The mean is [x](finding:sample.maen), see [it](figure:sample.wlak).") == [
        "01-a.md:1:17: error: the cell 'sample' has no finding 'maen'; did you mean 'mean'?",
        "01-a.md:1:48: error: the cell 'sample' has no finding 'wlak'; did you mean 'walk'?",
      ]
    )
    #expect(
      try problems("[x](finding:sample.zebra)") == [
        "01-a.md:1:5: error: the cell 'sample' has no finding 'zebra'; it has mean, rates, walk"
      ]
    )
  }

  @Test("are errors where the finding is of another kind")
  func kinds() throws {
    #expect(
      try problems("[x](figure:sample.mean) [y](table:sample.walk)") == [
        "01-a.md:1:5: error: 'figure:sample.mean' names a measurement, not a figure; write finding:sample.mean",
        "01-a.md:1:29: error: 'table:sample.walk' names a chart, not a table; write finding:sample.walk",
      ]
    )
    #expect(try problems("[x](figure:sample.walk) [y](table:sample.rates) [z](finding:sample.rates)").isEmpty)
  }

  @Test("are left out where the cell has no findings: its page says why")
  func failed() throws {
    let failure = Failure(kind: .trap, message: "m")
    #expect(try problems("[x](finding:sample.maen)", outcome: .failed(failure)).isEmpty)
    #expect(try problems("[x](finding:other.maen)").isEmpty)
  }
}
