internal import Chapters
internal import Findings
internal import Testing

@Suite("Names and times")
struct NameTests {
  @Test("are kebab-case or not", arguments: ["a", "a1", "a-b", "roc-2-x", "a-1"])
  func kebab(name: String) { #expect(Finding.isName(name)) }

  @Test(
    "are refused otherwise",
    arguments: ["", "-", "a-", "-a", "a--b", "1a", "A", "a_b", "ä", "a b", "a."]
  )
  func notKebab(name: String) { #expect(!Finding.isName(name)) }

  @Test(
    "have times above 0",
    arguments: [("90s", 90), ("1.5m", 90), ("2h", 7200), ("7", 7), ("1000000000s", 1e9)]
  )
  func times(text: String, seconds: Double) { #expect(TimeText.seconds(text) == seconds) }

  @Test(
    "have no other times, and none that is longer than clocks count",
    arguments: [
      "", "s", "0", "-1s", "1e3", "inf", "nan", "5 s", "5d", "0x5", "1000000001", "277778h",
      "99999999999999999999999h", String(repeating: "9", count: 400) + "s",
    ]
  )
  func notTimes(text: String) { #expect(TimeText.seconds(text) == nil) }

  @Test("of chapters have number and id")
  func chapters() {
    #expect(ChapterFile.numberAndID("08-experiment-4.md") == (8, "experiment-4"))
    #expect(ChapterFile.numberAndID("part/preface.md") == (nil, "preface"))
    #expect(ChapterFile.numberAndID("3d.md") == (nil, "3d"))
    #expect(ChapterFile.numberAndID("99999999999999999999-x.md") == (nil, "99999999999999999999-x"))
    #expect(ChapterFile.numberAndID("1-\u{E9}.md") == (1, "\u{E9}"))
    #expect(
      ChapterFile.sorted(["b.md", "10-a.md", "9-c.md", "9-b.md"]) == ["9-b.md", "9-c.md", "10-a.md", "b.md"]
    )
  }

  @Test("of pages can stand in an address, and are no name of a page that every report has")
  func pages() {
    #expect(ChapterFile.page(of: "part/05-a.md") == "part-05-a.html")
    #expect(ChapterFile.page(of: "index.md") == "index-chapter.html")
    #expect(ChapterFile.page(of: "01-a#b?c%20 d\\e:f.md") == "01-a-b-c-20-d-e-f.html")
    #expect(ChapterFile.page(of: "10-Größe+it's&.md") == "10-Größe+it's&.html")
  }

  @Test("of paths stay in their folder")
  func paths() {
    #expect(BookPath.normalised("./a//b/") == "a/b")
    for path in ["", "/a", "../a", "a/../b", ".", "a\u{0}"] { #expect(BookPath.normalised(path) == nil) }
  }

  @Test("are suggested where one is near")
  func nearest() {
    #expect(Spelling.nearest(to: "need", in: ["id", "needs"]) == "needs")
    #expect(Spelling.nearest(to: "nedes", in: ["id", "needs"]) == "needs")
    #expect(Spelling.nearest(to: "zebra", in: ["id", "needs"]) == nil)
  }
}
