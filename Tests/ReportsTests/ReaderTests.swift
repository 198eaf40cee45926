import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("A reader of a report")
struct ReaderTests {
  private func pages(_ report: Report) throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try report.pages().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    )
  }

  @Test("gets from every number, table, chart and claim to its cell and provenance")
  func provenance() throws {
    let pages = try pages(Fixture.report())
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
    let page = try #require(try pages(Fixture.report())["contents.html"])
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
    let page = try #require(try pages(report)["contents.html"])
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
      try pages(Report(book: Fixture.book, chapters: chapters, records: [:]))["contents.html"]
    )
    #expect(page.contains(">One</a>") && page.contains(">Two</a>") && page.contains("Search the titles"))
    #expect(!page.contains("few") && page.utf8.count < 100_000)
  }

  @Test("sees the pictures of the book, a link for one elsewhere, and its text for one that is missing")
  func pictures() throws {
    let pages = try pages(Fixture.report())
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
    let page = try #require(try pages(report)["03-more.html"])
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
    let page = try #require(try pages(report)["03-more.html"])
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
    let page = try #require(try pages(report)["03-more.html"])
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

  @Test("is not stalled by a table of a thousand rows or a chart of a hundred thousand points")
  func large() throws {
    let points = (0..<100_000).map { Chart.Point(Double($0), Double(($0 * 7919) % 1000)) }
    var report = try Fixture.report()
    report.records["features"] = Fixture.record(
      "features",
      [
        Finding(
          name: "many",
          caption: "Many points.",
          content: .chart(
            .init(x: .init("x"), y: .init("y"), marks: [.dots(series: "a", points: points)], summary: "Many.")
          )
        )
      ]
    )
    let page = try #require(try pages(report)["01-kinds.html"])
    #expect(page.utf8.count < 600_000, "\(page.utf8.count) bytes")
    #expect(page.contains("99,000 more are in") && page.contains("class=\"scroll tall"))
  }

  @Test(
    "sees NaN, infinity and missing values of a table as such",
    arguments: [
      (Table.Value.number(.nan), "not a number"), (.number(.infinity), "∞"), (.number(-.infinity), "−∞"),
      (.measurement(.init(.nan, spread: .nan)), "not a number"), (.missing, "–"),
      (.text("<script>alert(1)</script>"), "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"),
      (.text("שלום"), "<bdi>שלום</bdi>"),
      (.text(String(repeating: "long", count: 50)), String(repeating: "long", count: 50)),
    ]
  )
  func badValues(value: Table.Value, text: String) throws {
    var report = try Fixture.report()
    let table = Table(
      columns: [.init("a"), .init("b", direction: .higherIsBetter)],
      rows: [.init(["x", value])]
    )
    let empty = Table(columns: table.columns)
    report.records["schemes"] = Fixture.record(
      "schemes",
      [
        Finding(name: "table", content: .table(table)), Finding(name: "curve", content: .table(empty)),
      ]
    )
    let page = try #require(try pages(report)["01-kinds.html"])
    #expect(page.contains(text))
  }

  private func page(_ findings: Finding...) throws -> String {
    var report = try Fixture.report()
    report.records["features"] = Fixture.record("features", findings)
    return try #require(try pages(report)["01-kinds.html"])
  }

  @Test("sees all that reads like the best marked as the best")
  func best() throws {
    let columns = [Table.Column("loss", direction: .lowerIsBetter, digits: 3)]
    let rows = [1.2311, 1.2313, 1.24].map { Table.Row([.number($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: columns, rows: rows))))
    #expect(page.ranges(of: "<strong>1.231</strong>").count == 2 && !page.contains("<strong>1.240"))
  }

  @Test("sees nothing marked as the best within the spread")
  func chance() throws {
    let columns = [Table.Column("rate", unit: .fraction, direction: .higherIsBetter)]
    let means = [(0.95, 0.001), (0.92, 0.01), (0.5, 0.01)]
    func marks(_ first: Double) throws -> Int {
      let rows = ([(first, 0.02)] + means).map { mean, spread in
        Table.Row([.measurement(Measured(mean, unit: .fraction, spread: spread))])
      }
      let table = Table(columns: columns, rows: rows)
      return try page(Finding(name: "table", content: .table(table))).ranges(of: "<strong>").count
    }
    let (near, far) = try (marks(0.96), marks(0.99))
    #expect(far == near + 1)
  }

  @Test("sees the numbers of a grid that spans powers of ten")
  func grid() throws {
    let rows = [2.4e-4, 1.92e-3, 0.5, 2].map { Table.Row([.number($0)]) }
    let table = Table(columns: [.init("weight")], rows: rows)
    let page = try page(Finding(name: "table", content: .table(table)))
    for text in ["0.00024", "0.00192", "0.5", "2"] {
      #expect(page.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("sees on which side of zero an interval ends")
  func interval() throws {
    let measured = Measured(
      0.054,
      unit: .fraction,
      spread: 0.043,
      sampleCount: 5,
      interval: .init(-0.000206, 0.1075)
    )
    let page = try page(Finding(name: "gain", content: .measurement(measured)))
    #expect(page.contains("interval −0.021 to 10.750\u{A0}%, n\u{A0}=\u{A0}5"), "\(page)")
  }

  @Test("sees the small numbers of a column in one notation")
  func notation() throws {
    let rows = [7.45e-5, 2.979e-4, 0].map { Table.Row([.number($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: [.init("force")], rows: rows))))
    for text in ["7.45\u{A0}×\u{A0}10⁻⁵", "2.98\u{A0}×\u{A0}10⁻⁴", "0"] {
      #expect(page.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("sees each number of a column of several units with the digits of its own spread")
  func units() throws {
    let values: [Measured] = [
      .init(-0.021, spread: 0.047), .init(2.87, unit: .symbol("points"), spread: 1.3),
      .init(1.3482, unit: .fraction),
    ]
    let rows = values.map { Table.Row([.measurement($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: [.init("a")], rows: rows))))
    let bare = page.replacing(#/<span[^>]*>/#, with: "").replacing("</span>", with: "")
    for text in ["−0.021 ±\u{A0}0.047", "2.9 ±\u{A0}1.3\u{A0}points", "134.82\u{A0}%"] {
      #expect(bare.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("finds many numbers without captions folded, and few or described ones in sight", arguments: [4, 5])
  func numbers(count: Int) throws {
    func findings(_ caption: String) throws -> String {
      var report = try Fixture.report()
      report.records["features"] = Fixture.record(
        "features",
        (0..<count).map { .init(name: "n-\($0)", caption: caption, content: .measurement(.init(Double($0)))) }
      )
      return try #require(try pages(report)["01-kinds.html"])
    }
    #expect(try findings("").contains("<summary>5 numbers, by their names</summary>") == (count > 4))
    #expect(try !findings("Images a second").contains("class=\"numbers\""))
  }

  @Test("sees the TeX of a formula whose markup is not MathML")
  func foreignMarkup() throws {
    var report = try Fixture.report()
    report.mathematics[.init(tex: "c_j", isDisplay: false)] = "<math><script>alert(1)</script></math>"
    let page = try #require(try pages(report)["01-kinds.html"])
    #expect(page.contains("<code class=\"tex\">c_j</code>"))
  }

  @Test("sees code nested however deep")
  func deepCode() throws {
    var report = try Fixture.report()
    let code = String(repeating: "\"\\(", count: 20_000) + String(repeating: ")\"", count: 20_000)
    report.chapters[0].cells[0].code = code
    let page = try #require(try pages(report)["01-kinds.html"])
    let bare = page.replacing("<span class=\"s\">", with: "").replacing("</span>", with: "")
    #expect(bare.contains(code))
  }
}
