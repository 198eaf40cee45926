internal import Chapters
internal import Foundation
internal import Testing

@Suite("Syntax that a page would show as text")
struct ForeignSyntaxTests {
  /// The warnings about a chapter, without its file.
  private func warnings(_ text: String) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("foreign-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(to: folder.appendingPathComponent("01-a.md"), atomically: true, encoding: .utf8)
    let book = Book(folder: folder.path, title: "T", chapterFiles: ["01-a.md"])
    return Manuscript(reading: book).problems.map {
      "\($0.severity.rawValue) \($0.location.line): \($0.sentence)"
    }
  }

  @Test(
    "gets a warning that names ours",
    arguments: [
      ("---\ntitle: A paper\nauthor: Me\n---\n\nText.", "warning 1: ", "book.yml"),
      ("Text.\n\n::: {.callout-note}\nText.\n:::\n", "warning 3: ", "':::' is shown as text"),
      ("Text.\n\n```{swift}\nlet x = 1\n```\n", "warning 3: ", "```swift id=name"),
      ("Text.\n\n```{python}\nx = 1\n```\n", "warning 3: ", "```python"),
      ("As [@wen-2016] shows.", "warning 1: ", "[text](cite:wen-2016)"),
      ("As [-@wen-2016, p. 3] shows.", "warning 1: ", "[text](cite:wen-2016)"),
      ("See [the text][nowhere].", "warning 1: ", "[nowhere]: address"),
    ]
  )
  func warned(text: String, place: String, advice: String) throws {
    let found = try warnings(text)
    #expect(found.contains { $0.hasPrefix(place) && $0.contains(advice) }, "\(found)")
  }

  @Test(
    "is not seen in code, in real links, and in text that only looks alike",
    arguments: [
      "```\n::: x\n[@key]\n```", "Write `[@key]` and `::: note`.", "[@key](https://example.org)",
      "---\n\nText after a break.", "The entry a[i][j] of a matrix.",
      "See [the text][there].\n\n[there]: https://a.org",
      "Mail me@example.org.", "~~~md\n```{swift}\n~~~",
    ]
  )
  func quiet(text: String) throws { #expect(try warnings(text) == []) }
}
