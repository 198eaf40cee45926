internal import Chapters
internal import Findings
internal import Planning
internal import Testing

@Suite("What cells need")
struct NeedsTests {
  @Test("finds a circle that two chapters close through different cells")
  func chapterCycle() {
    let first = chapter("one", cells: [cell("a"), cell("b", needs: ["d"])])
    let second = chapter("two", cells: [cell("c", needs: ["a"]), cell("d")])
    let needs = Needs([first, second])
    #expect(needs.order.isEmpty)
    #expect(needs.blocked.mapValues(\.blockage) == [0: .cycle(["b", "c"]), 1: .cycle(["b", "c"])])
    #expect(needs.unmet.map(\.cell) == ["b"])
  }

  @Test("blocks a need that no name meets or that stands below")
  func unmet() {
    let chapter = chapter(
      "one",
      cells: [cell("a", needs: ["trainin"]), cell("b", needs: ["b"]), cell("training")]
    )
    let needs = Needs([chapter])
    #expect(needs.unmet.map(\.blockage) == [.unknownNeed("trainin"), .needNotAbove("b")])
    #expect(needs.unmet.map(\.suggestion) == ["training", nil])
    #expect(needs.blocked[0]?.cell == "a" && needs.blocked[0]?.blockage == .unknownNeed("trainin"))
    #expect(
      needs.problems.map(\.description) == [
        "x.md:3:1: error: the cell 'a' cannot run: it needs 'trainin', which is neither a cell nor a chapter; "
          + "did you mean 'training'?",
        "x.md:3:1: error: the cell 'b' cannot run: it needs 'b', which does not stand above it in the chapter",
      ]
    )
  }

  @Test("does not need the call stack for a long chain of needs")
  func longChain() {
    let chapters = (0..<20_000).map { chapter("c\($0)", needs: $0 < 19_999 ? ["c\($0 + 1)"] : []) }
    #expect(Needs(chapters).order == Array((0..<20_000).reversed()))
  }

}
