internal import Chapters
internal import Foundation
internal import Testing

@Suite("Syntax that a page would show as text")
struct ForeignSyntaxTests {
  /// The warnings about a chapter, without its file.
  private func warnings(_ text: String, hasDollarMath: Bool = false) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("foreign-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(to: folder.appendingPathComponent("01-a.md"), atomically: true, encoding: .utf8)
    var book = Book(folder: folder.path, title: "T", chapterFiles: ["01-a.md"])
    book.hasDollarMath = hasDollarMath
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
      ("See [the text][].", "warning 1: ", "[the text]: address"),
      ("+++\ntitle = \"A\"\n+++\n\nText.", "warning 1: ", "book.yml"),
      ("As @wei2020 shows.", "warning 1: ", "[text](cite:wei2020)"),
      ("In @fig-rates and more.", "warning 1: ", "[](figure:cell.name)"),
      ("See \\ref{fig:x}.", "warning 1: ", "[](figure:cell.name)"),
      ("See \\citep{wen} there.", "warning 1: ", "[text](cite:wen)"),
      ("The \\alpha is small.", "warning 1: ", "commands of LaTeX"),
      ("It is $x^2$ and more.", "warning 1: ", "$`x^2`$"),
      ("$$\nx\n$$", "warning 1: ", "```math"),
      ("It is \\(x_1\\).", "warning 1: ", "$`x^2`$"),
      ("A word[^1].", "warning 1: ", "'[^1]: …'"),
      ("A word^[the note].", "warning 1: ", "'^[the note]' is shown as text; a note is written [^name]"),
      (
        "| a | b |\n|---|---|\n| `x|y` | z |", "warning 3: ",
        "'z' is left out: this row has 3 cells, its header 2"
      ),
      ("a | b\n--|--\n1 | 2\n3 | 4 | 5 | 6", "warning 4: ", "'5' is left out: this row has 4 cells"),
      ("## Results {#sec-results}", "warning 1: ", "no attributes"),
      ("![p](p.png){width=50%}", "warning 1: ", "no attributes"),
      ("[text]{.smallcaps} here", "warning 1: ", "no attributes"),
      ("Text. {{< include x.qmd >}}", "warning 1: ", "templates"),
      ("An Array<Int> is a list.", "warning 1: ", "between backticks"),
      ("<div class=\"x\">\ntext\n</div>", "warning 1: ", "no HTML"),
      ("> [!DANGER]\n> Text.", "warning 1: ", "[!CAUTION]"),
      ("> [!WARNING] Take care\n> Text.", "warning 1: ", "no title"),
      ("So say [](cite:wen deng).", "warning 1: ", "'](cite:wen deng)' is shown as text, since"),
      ("See [a](b.md) and [](figure:a.b c).", "warning 1: ", "'](figure:a.b c)'"),
      ("!!! note\n    Text.", "warning 1: ", "[!NOTE]"),
      ("See [[other page]].", "warning 1: ", "[text](chapter:id)"),
      ("It is ~~wrong~~ right.", "warning 1: ", "struck through"),
      ("```mermaid\ngraph TD\n```", "warning 1: ", "Chart"),
      ("```swift id=a\n#| echo: false\nprint(1)\n```", "warning 2: ", "echo=hide"),
      ("```swift id=a\n%matplotlib inline\n```", "warning 2: ", "other notebooks"),
      ("```swift id=a\n!pip install x\n```", "warning 2: ", "other notebooks"),
      ("Lines\rthat end\r\rin CR, and $x^2$ there.", "warning 4: ", "$`x^2`$"),
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
      "It costs $5, or $10 and more.", "A formula $`x^2`$ and `$x$`, \\$a$.", "```math\nx^2 \\alpha\n```",
      "See <https://example.org> and 3 < 4 > 2, and `Array<Int>`.", "Escaped \\<b> and \\[not a link\\].",
      "<!-- a comment -->", "Use @specialized and @MainActor.", "A path C:\\Users\\me.",
      "```swift id=a\nlet a = !true\n!a.isEmpty ? f() : g()\n```", "A | B, or not.", "---", "a == b == c.",
      "```swift\n#| shown\n```", "| a | b |\n|---|:-:|\n| 1 | 2 |", "> [!NOTE]\n> Text.",
      "Term\n: Its meaning",
      "A word[^1].\n\n[^1]: The note.", "- [x] done",
      "So [a](https://a.org \"two words\") and [b](chapter:a \"two words\").", "Write `[](cite:wen deng)`.",
    ]
  )
  func quiet(text: String) throws { #expect(try warnings(text) == []) }

  @Test(
    "is found in time that grows with the line, and no faster, where openings are never closed",
    .timeLimit(.minutes(1)),
    arguments: [
      "[^a", "\\(=", "\\[=", "\\cite[a", "\\cite{a", "\\ref{a", "\\ab{a", "{{<a", "{%a", "^[a", "[[a",
      "](cite:a", "~~a", "==a",
      "<a ", "$a", "`a", "=", "_",
    ]
  )
  func unclosed(opening: String) throws {
    let line = String(repeating: opening, count: 60_000 / opening.utf8.count)
    _ = try warnings("Text \\(\(line)")
    _ = try warnings("Text \(line)")
  }

  @Test(
    "leaves a work's sign in the text of a citation alone",
    arguments: ["see @wen2016, p. 3", "@wen2016", "e.g., @wen2016"]
  )
  func citation(text: String) throws {
    #expect(try !warnings("So ([\(text)](cite:wen2016)).").contains { $0.contains("shown as text") })
  }

  @Test("lets a book have its formulas between dollar signs")
  func dollars() throws {
    #expect(try warnings("It is $\\bm{x}^2$ and more.\n\n$$\n\\alpha\n$$", hasDollarMath: true) == [])
    #expect(try warnings("$$\n\\alpha [[x]]\n$$\n\n$$x$$ and $a\n+ \\beta$.", hasDollarMath: true) == [])
    #expect(try warnings("\u{10FF00}\u{10FF01} $x$", hasDollarMath: true) == [])
    let outside = try warnings("Of $\\beta$ and \\alpha.", hasDollarMath: true)
    #expect(outside.count == 1 && outside[0].hasPrefix("warning 1: '\\alpha'"), "\(outside)")
  }
}
