internal import Chapters
internal import Testing

@Suite("Names and times")
struct NameTests {
  @Test("are kebab-case or not", arguments: ["a", "a1", "a-b", "roc-2-x", "a-1"])
  func kebab(name: String) { #expect(Name.isKebabCase(name)) }

  @Test(
    "are refused otherwise",
    arguments: ["", "-", "a-", "-a", "a--b", "1a", "A", "a_b", "ä", "a b", "a."]
  )
  func notKebab(name: String) { #expect(!Name.isKebabCase(name)) }

  @Test("have times above 0", arguments: [("90s", 90), ("1.5m", 90), ("2h", 7200), ("7", 7)])
  func times(text: String, seconds: Double) { #expect(Name.seconds(text) == seconds) }

  @Test("have no other times", arguments: ["", "s", "0", "-1s", "1e3", "inf", "nan", "5 s", "5d", "0x5"])
  func notTimes(text: String) { #expect(Name.seconds(text) == nil) }

  @Test("of chapters have number and id")
  func chapters() {
    #expect(Name.chapter("08-experiment-4.md") == (8, "experiment-4"))
    #expect(Name.chapter("part/preface.md") == (nil, "preface"))
    #expect(Name.chapter("3d.md") == (nil, "3d"))
    #expect(Name.chapter("99999999999999999999-x.md") == (nil, "99999999999999999999-x"))
  }

  @Test("of paths stay in their folder")
  func paths() {
    #expect(Name.pathInBook("./a//b/") == "a/b")
    for path in ["", "/a", "../a", "a/../b", ".", "a\u{0}"] { #expect(Name.pathInBook(path) == nil) }
  }

  @Test("are suggested where one is near")
  func nearest() {
    #expect(Spelling.nearest(to: "need", in: ["id", "needs"]) == "needs")
    #expect(Spelling.nearest(to: "nedes", in: ["id", "needs"]) == "needs")
    #expect(Spelling.nearest(to: "zebra", in: ["id", "needs"]) == nil)
  }
}
