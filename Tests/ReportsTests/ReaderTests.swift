import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("A reader of a report")
struct ReaderTests {
  @Test("gets from every number, table, chart and claim to its cell and provenance")
  func provenance() throws {
    let pages = try Fixture.report().texts()
    let origins = try #require(pages["provenance.html"])
    let targets = Set(
      pages.values.flatMap { $0.matches(of: #/href="provenance\.html#([^"]+)"/#).map { String($0.1) } }
    )
    for (cell, record) in Fixture.records where record.outcome == .succeeded {
      for finding in record.findings {
        if case .note = finding.content { continue }
        if case .claim(let claim) = finding.content, claim.reproduced == nil { continue }
        #expect(targets.contains("\(cell).\(finding.name)"), "\(cell).\(finding.name)")
      }
    }
    for target in targets {
      let cell = target.split(separator: ".").first.map(String.init) ?? ""
      let start = try #require(origins.firstRange(of: "id=\"\(cell)\""), "\(cell)")
      let rest = origins[start.lowerBound...]
      let block = rest.prefix(
        upTo: rest.firstRange(of: "<div class=\"origin-of\"")?.lowerBound ?? rest.endIndex
      )
      for fact in [
        "01-kinds.md, line", "Seed", ">7<", "EPYC, Haswell kernel", "abcdef0+", "2026-01-02T03:04:05Z",
        "Swift 6.3.1, laboratory 0123456789ab", String(repeating: "0a", count: 32),
        String(repeating: "f1", count: 32),
      ] where cell != "broken" && cell != "after" { #expect(block.contains(fact), "\(target): \(fact)") }
      #expect(block.contains("id=\"\(target)\""), "\(target)")
    }
  }

  @Test("finds sections, figures, tables and claims in the contents, with the measured number in the text")
  func contents() throws {
    let page = try #require(try Fixture.report().texts()["contents.html"])
    for text in [
      ##"<a href="01-kinds.html#tables-and-charts">Tables and charts</a>"##,
      ##"<a href="01-kinds.html#schemes.table">Table 1.1 Accuracy of three schemes.</a>"##,
      ##"<a href="01-kinds.html#claims.ordering">Claim: Minimum margin beats softmax on LFW-style pairs.</a>"##,
      "such as 99.63 ±\u{A0}0.12\u{A0}% of pairs", ##"<form class="search" role="search" hidden>"##,
    ] { #expect(page.contains(text), "\(text)") }
    #expect(!page.contains("99 %"))
    // Code is marked as code; cells, listings and the source of formulas are not searched.
    #expect(page.contains("two with `code`") && page.contains("puts a centre … at the heart"))
    for text in ["c_j", "Scores ten folds", "a listing that is no cell"] {
      #expect(!page.contains(text), "\(text)")
    }
  }

  @Test("finds a section by its own name, though a quotation above it has a heading, too")
  func quotedHeading() throws {
    let text = "# A\n\n> ## Quoted\n> words\n\n## Own\n\nprose\n"
    let report = Report(
      book: Fixture.book,
      chapters: [try Chapter(parsing: text, file: "a.md")],
      records: [:]
    )
    let page = try #require(try report.texts()["contents.html"])
    #expect(page.contains(##"<a href="a.html#own">Own</a>"##) && page.contains("hidden>prose </p>"))
    #expect(page.contains("hidden>Quoted words </p>"))
  }

  @Test("finds titles alone in a book with more prose than a browser could open as one page")
  func longProse() throws {
    let words = String(repeating: "word ", count: 2_000_000)
    let chapters = try ["# A\n\n## One\n\nfew\n", "# B\n\n## Two\n\n\(words)\n"].enumerated().map {
      index,
      text in
      try Chapter(parsing: text, file: "\(index).md")
    }
    let page = try #require(
      try Report(book: Fixture.book, chapters: chapters, records: [:]).texts()["contents.html"]
    )
    #expect(page.contains(">One</a>") && page.contains(">Two</a>") && page.contains("Search the titles"))
    #expect(!page.contains("few") && page.utf8.count < 100_000)
  }

  @Test("sees the pictures of the book, a link for one elsewhere, and its text for one that is missing")
  func pictures() throws {
    let pages = try Fixture.report().texts()
    let kinds = try #require(pages["01-kinds.html"])
    #expect(kinds.contains(##"<img src="figures/a%20dot.png" alt="A grey dot" loading="lazy">"##))
    #expect(kinds.contains(##"<a href="https://example.org/dot.png">a dot elsewhere</a>"##))
    let troubles = try #require(pages["02-troubles.html"])
    #expect(troubles.contains(">a picture that is not there</span>"))
  }

  @Test("reads in a link without words what it leads to: a heading, a chapter, an address")
  func linksWithoutWords() throws {
    let text = """
      # T

      ## The *loss* of [](#the-loss-of)

      See [](#the-loss-of), [](02-troubles.md), [](02-troubles.md#nowhere) and [](https://example.org/a).
      """
    var report = try Fixture.report()
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let page = try #require(try report.texts()["03-more.html"])
    for link in [
      ##"<a href="#the-loss-of">The <em>loss</em> of </a>, <a href="02-troubles.html">Chapter 2</a>"##,
      ##"<a href="02-troubles.html#nowhere">02-troubles.md#nowhere</a>"##,
      ##"<a href="https://example.org/a">https://example.org/a</a>"##,
    ] { #expect(page.contains(link), "\(link)") }
  }

  @Test("sees the number of each labelled row of a formula, and the tag that its author gave")
  func rowNumbers() throws {
    let text = #"""
      # T

      ```math
      \begin{align}
      a &= 1 \label{eq:a} \\ b &= 2 \nonumber \\ c &= 3 \label{eq:c} \\ d &= 4 \tag{D} \label{eq:d}
      \end{align}
      ```

      ```math label=e
      e = 5
      ```

      ```math
      f = 6 \tag{F} \label{eq:f}
      ```

      ```math label=g
      g = 7 \tag{G}
      ```

      By [](equation:g), [](equation:a), [](equation:c), [](equation:d), [](equation:e), [](equation:f) and $`\eqref{eq:d}`$.
      """#
    var report = try Fixture.report()
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let page = try #require(try report.texts()["03-more.html"])
    #expect(
      page.contains(
        #"a &amp;= 1 \tag{3.1} \\ b &amp;= 2 \nonumber \\ c &amp;= 3 \tag{3.2} \\ d &amp;= 4 \tag{D} "#
      )
    )
    #expect(page.ranges(of: "class=\"equation-number\"").count == 1 && page.contains(">(3.3)</a>"))
    let links = page.matches(of: ##/<a href="[^"#]*#(equation-\w+)">([^<]*)</a>/##).map { "\($0.1): \($0.2)" }
    #expect(
      links.filter { !$0.hasSuffix("Go there") }
        == [
          "equation-g: Equation G", "equation-a: Equation 3.1", "equation-a: Equation 3.2",
          "equation-a: Equation D",
          "equation-e: Equation 3.3", "equation-f: Equation F", "equation-a: (D)",
        ]
    )
  }

  @Test("reads two notes at one place as two numbers")
  func neighbouringNotes() throws {
    let text = "# T\n\nOne[^a][^b] two.\n\n[^a]: A.\n[^b]: B.\n"
    var report = try Fixture.report()
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let page = try #require(try report.texts()["03-more.html"])
    #expect(
      page.contains(
        ##">1</a></sup><sup class="note-mark">,</sup><sup class="note-mark"><a id="_note-2-mention""##
      )
    )
  }

  @Test(
    "is shown no file beyond the book, and none that is no picture",
    arguments: [
      "../a.png", "/etc/a.png", "a/../../b.png", "a/.hidden.png", "%2e%2e/a.png", "https://example.org/a.png",
      "notes.txt", "a\\b.png", "a.png%00.txt", "",
    ]
  )
  func beyond(source: String) { #expect(Picture.path(of: source) == nil) }

  @Test(
    "is shown a picture of the book, however it is written",
    arguments: [
      ("a.png", "a.png"), ("./b/c d.JPG", "b/c d.JPG"), ("a%20b.svg", "a b.svg"), ("a.png#label", "a.png"),
      ("a%23b.png", "a#b.png"),
    ]
  )
  func within(source: String, path: String) { #expect(Picture.path(of: source) == path) }

  @Test("sees the TeX of a formula whose markup is not MathML")
  func foreignMarkup() throws {
    var report = try Fixture.report()
    report.mathematics[.init(tex: "c_j", isDisplay: false)] = "<math><script>alert(1)</script></math>"
    let page = try #require(try report.texts()["01-kinds.html"])
    #expect(page.contains("<code class=\"tex\">c_j</code>"))
  }

  @Test("sees code nested however deep")
  func deepCode() throws {
    var report = try Fixture.report()
    let code = String(repeating: "\"\\(", count: 20_000) + String(repeating: ")\"", count: 20_000)
    report.chapters[0].cells[0].code = code
    let page = try #require(try report.texts()["01-kinds.html"])
    let bare = page.replacing("<span class=\"s\">", with: "").replacing("</span>", with: "")
    #expect(bare.contains(code))
  }
}
