internal import Chapters
internal import Markup
internal import Reports
internal import Tensors
internal import Testing

@Suite("Prose as HTML")
struct ProseMarkupTests {
  /// Returns the HTML of a text read as a chapter, its title put back.
  static func html(_ text: String) throws -> String {
    let chapter = try Chapter(parsing: "<!-- -->\n\nstart\n\n" + text, file: "sample.md")
    return ProseMarkup(cells: chapter.cells).node(chapter.blocks).html
  }

  @Test("equals cmark's own, in HTML's spelling of void elements", arguments: samples)
  func plain(text: String) throws {
    let whole = "<!-- -->\n\nstart\n\n" + text
    #expect(try Self.html(text) == htmlOfCMark(whole))
  }

  @Test("equals cmark's own when pieces of Markdown meet at random")
  func mixtures() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        Self.pieces.randomElement(using: &generator) ?? ""
      }.joined()
      let whole = "<!-- -->\n\nstart\n\n" + text
      let html = try Self.html(text)
      #expect(html == htmlOfCMark(whole), "\(text.debugDescription)")
      if html != htmlOfCMark(whole) { break }
    }
  }

  static let samples = [
    "One *two* **three** ***four*** _five_ `six <&\"> `` ` `` seven`\nnext  \nhard\\\nbreak",
    "# One #\n\n## *Two* `x`\n\nThree\n=====\n\nFour\n---\n\n####### seven",
    "> quote\nlazy\n\n> > deeper\n> - list\n>   more",
    "- a\n- b\n\n  c\n- d\n\n7. x\n8. y\n\n1) z\n   - w\n\n     v",
    "- tight\n  > quote\n- ```\n  code\n  ```\n-\n- # head",
    "<div onclick=\"x\">\n*not*\n</div>\n\nSee <b>bold</b> <!-- c --> <script>alert(1)</script>",
    "[a](javascript:alert(1)) [b](JavaScript:x) [c](data:text/html,x) [d](data:image/png;base64,AA==)",
    "[q](/a?b=c&d='e'\"f \"ti&tle\\\"\") <https://a.example/ä?x=[y]> ![alt *em* `c` <b>](a.png 'T')",
    "[ref]: /url \"title\"\n\n[ref] [text][ref] [ref][] [none]",
    "```swift\nlet x = 1 < 2\n```\n\n~~~ a&amp;b c\nx\n~~~\n\n    indented\n\n\ttab",
    "&amp; &copy; &#35; &#0; &unknown; \\* \\< \u{0}",
    "***\n- - -\n* a\n***\n",
    "$5 and `x`$ and $`x` and \\$`y`$ and `$`x`$`",
  ]

  static let pieces = [
    "a", " ", "\n", "\n\n", "*", "**", "_", "`", "``", "~~~\n", "```\n", "> ", "- ", "1. ", "2) ", "    ",
    "\t", "# ", "[", "](", ")", "](/u)", "![", "<", ">", "<b>", "</b>", "<!--", "-->", "&", "&lt;", "\\",
    "\"", "'", "---\n", "===\n", "é", "😀", "  \n", "<https://x.y>", "[r]: /u\n", "[r]", "<div>\n", "***\n",
  ]
}
