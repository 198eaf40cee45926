import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("The layout of a page")
struct LayoutTests {
  private func pages(_ texts: [String: String], _ change: (inout Report) -> Void = { _ in }) throws
    -> [String: String]
  {
    let chapters = try texts.sorted { $0.key < $1.key }.map { try Chapter(parsing: $0.value, file: $0.key) }
    var report = Report(book: Fixture.book, chapters: chapters, records: [:])
    change(&report)
    return try report.texts()
  }

  @Test(
    "shows in the contents what headings show: formulas, measured numbers and emphasis, without tags and links"
  )
  func contents() throws {
    let text =
      "# Error of $`a/b`$ with <b>markup</b>\n\n```swift id=s\n```\n\n## The mean is [x](finding:s.mean) with *$`z`$*\n\n## [Link](https://example.org) `code`\n"
    let pages = try pages(["a.md": text]) { report in
      report.mathematics = [
        .init(tex: "a/b", isDisplay: false):
          "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>"
      ]
      report.records = ["s": Fixture.record("s", [Finding(name: "mean", content: .measurement(.init(0.5)))])]
    }
    for path in ["a.html", "contents.html"] {
      let page = try #require(pages[path])
      let nav = page[(try #require(page.firstRange(of: "<nav id=\"_contents\""))).lowerBound...]
      for piece in ["Error of <math>", "</math> with markup</"] {
        #expect(page.contains(piece), "\(path): \(piece)")
        #expect(nav.contains(piece), "\(path): \(piece)")
      }
      #expect(page.contains(">The mean is 0.5 with <em><code class=\"tex\">z</code></em></"), "\(path)")
      #expect(page.contains(">Link <code>code</code></"), "\(path)")
      #expect(!page.contains("&lt;b&gt;") && !page.contains("$a/b$"), "\(path)")
    }
    #expect(pages["a.html"]?.contains("<title>Error of a/b with markup · ") == true)
  }

  @Test("gives a long formula a frame in which it scrolls, and a short one none")
  func longFormula() throws {
    let long = (1...20).map { "<msub><mi>a</mi><mn>\($0)</mn></msub>" }.joined(separator: "<mo>+</mo>")
    let page = try #require(
      try pages(["a.md": "# A\n\n$`s`$ and $`l`$\n"]) { report in
        report.mathematics = [
          .init(tex: "s", isDisplay: false): "<math><mi>s</mi></math>",
          .init(tex: "l", isDisplay: false): "<math>\(long)</math>",
        ]
      }["a.html"]
    )
    #expect(page.contains("<p><math><mi>s</mi></math> and <span class=\"long-formula\" tabindex=\"0\""))
  }

  @Test("prints a table that no page holds in parts, each with the names of the rows, and a narrow one once")
  func tableParts() throws {
    func tables(_ count: Int) throws -> String {
      let columns = [Table.Column("row")] + (1...count).map { .init("column \($0)") }
      let table = Table(columns: columns, rows: [.init(["r"] + (1...count).map { .number(Double($0)) })])
      return try #require(
        try pages(["a.md": "# A\n\n```swift id=s\n```\n"]) { report in
          report.records = ["s": Fixture.record("s", [Finding(name: "t", content: .table(table))])]
        }["a.html"]
      )
    }
    let wide = try tables(30)
    let parts = try #require(wide.components(separatedBy: "<div class=\"in-parts\">").last)
    #expect(parts.ranges(of: "<table").count >= 2 && parts.ranges(of: "<table").count <= 6)
    #expect(parts.ranges(of: "<bdi>r</bdi>").count == parts.ranges(of: "<table").count)
    for column in 1...30 { #expect(parts.ranges(of: ">column \(column)<").count == 1, "\(column)") }
    #expect(wide.contains("class=\"scroll wide whole\""))
    #expect(try !tables(5).contains("in-parts"))
  }

  @Test("prints whole outputs, and tables without frames")
  func print() throws {
    let style = try #require(try pages(["a.md": "# A\n"])["style.css"])
    let rules = try #require(style.components(separatedBy: "@media print{").last)
    #expect(rules.contains(".scroll,.formula,.output,.long-formula{overflow:visible;max-height:none}"))
    #expect(rules.contains(".scroll.whole{display:none}.in-parts{display:block}"))
  }

  @Test("names the language of the book and of a chapter, and runs in its direction")
  func language() throws {
    let pages = try pages(["a.md": "# A\n\ntext\n", "b.md": "# שלום\n\nפסקה עם English!\n\nEnglish only.\n"])
    { report in
      report.book.language = Language("pt-BR")
      report.book.languages["b.md"] = Language("he")
    }
    #expect(pages["index.html"]?.contains("<html lang=\"pt-BR\" dir=\"ltr\">") == true)
    let hebrew = try #require(pages["b.html"])
    #expect(hebrew.contains("<html lang=\"he\" dir=\"rtl\">"))
    #expect(hebrew.contains("<p>פסקה עם English!</p>") && hebrew.contains("<p dir=\"ltr\">English only.</p>"))
  }

  @Test("lets each block run as its own text does, though nothing names its language")
  func directions() throws {
    let text = "# שלום\n\nפסקה, 42!\n\nplain\n\n- פריט\n- item\n\n> ציטוט\n\n`x` ועוד\n\n## כותרת\n"
    let page = try #require(try pages(["a.md": text])["a.html"])
    for piece in [
      "<p dir=\"rtl\">פסקה, 42!</p>", "<p>plain</p>",
      "<ul dir=\"rtl\">\n<li>פריט</li>\n<li dir=\"ltr\">item</li>",
      "<blockquote dir=\"rtl\">\n<p>ציטוט</p>", "<p dir=\"rtl\"><code>x</code> ועוד</p>",
      "<h2 id=\"כותרת\" dir=\"rtl\">",
    ] { #expect(page.contains(piece), "\(piece)") }
  }
}
