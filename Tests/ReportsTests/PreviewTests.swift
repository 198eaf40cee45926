internal import Chapters
internal import Findings
internal import Foundation
internal import Reports
internal import TestSupport
internal import Testing
internal import Typesetting

@Suite("Previews")
struct PreviewTests {
  private func page(_ report: Report, _ path: String) throws -> String {
    let page = try #require(try report.pages().first { $0.path == path })
    return String(decoding: page.bytes, as: UTF8.self)
  }

  @Test(
    "stand behind citations, figures, tables, equations and measured numbers, each with a button of its own"
  )
  func kinds() throws {
    let page = try page(Fixture.report(), "01-kinds.html")
    for (link, shown) in [
      (
        ##"<a class="cite" href="#cite-wen-2016">"##,
        "Wen et al. A work on centres. 2016. https://example.org/w"
      ),
      (
        ##"<a href="#schemes.curve">Figure 1.1</a>"##,
        "<b>Figure 1.1</b> The loss of two schemes over the steps."
      ),
      (##"<a href="#schemes.table">Table 1.1</a>"##, "<b>Table 1.1</b> Accuracy of three schemes."),
      (##"<a href="#equation-softmax">Equation 1.1</a>"##, "<math display=\"block\">"),
      (
        #"<a class="number" href="provenance.html#accuracy.lfw">"#,
        "<small>Cell accuracy, line 16 of 01-kinds.md</small>"
      ),
    ] {
      let start = try #require(page.firstRange(of: "<span class=\"ref\">" + link), "\(link)")
      let rest = page[start.upperBound...]
      let button = try #require(rest.firstRange(of: "popovertarget=\""))
      let id = rest[button.upperBound...].prefix { $0 != "\"" }
      let preview = try #require(rest.firstRange(of: "popover id=\"\(id)\""), "\(id)")
      let text = rest[preview.upperBound...].prefix(600)
      #expect(text.contains(shown), "\(shown) in \(text)")
    }
    let ids = page.matches(of: #/ id="([^"]*)"/#).map(\.output.1)
    #expect(Set(ids).count == ids.count)
    let targets = page.matches(of: #/popovertarget="([^"]*)"/#).map(\.output.1)
    #expect(targets.count >= 5 && Set(targets).isSubset(of: ids))
    for preview in page.matches(of: #/class="preview"(.*?)Go there/#).map(\.output.1) {
      #expect(!preview.contains("<svg") && preview.utf8.count < 1000, "a preview repeats no chart")
    }
  }

  @Test("are not in the contents, in titles and in the search")
  func elsewhere() throws {
    var report = try Fixture.report()
    let text =
      "# See [x](figure:schemes.curve)\n\n## And [x](figure:schemes.curve)\n\nAs [x](finding:accuracy.lfw).\n"
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    for path in ["index.html", "contents.html"] {
      #expect(try !page(report, path).contains("popover"), "\(path)")
    }
    let more = try page(report, "03-more.html")
    let contents = try #require(more.firstRange(of: "<nav id=\"_contents\""))
    #expect(!more[contents.lowerBound...].contains("popover"))
  }

  @Test("keep a page bounded that mentions the same things two thousand times")
  func size() throws {
    var report = try Fixture.report()
    let sentence = "See [x](figure:schemes.curve) and [y](equation:softmax). "
    let plain = "See [x](chapter:troubles) and [y](chapter:troubles). "
    var sizes: [Int] = []
    for text in [sentence, plain] {
      let chapter = try Chapter(parsing: "# T\n\n" + String(repeating: text, count: 1000), file: "03-more.md")
      report.chapters = Array(report.chapters.prefix(2)) + [chapter]
      sizes.append(try page(report, "03-more.html").utf8.count)
    }
    #expect(sizes[0] - sizes[1] < 100_000, "\(sizes)")
    #expect(sizes[0] > sizes[1])
  }

  @Test("of captions that refer to their own figures and to each other end")
  func circles() throws {
    var report = try Fixture.report()
    report.pictures["a.png"] = Array(Fixture.dot)
    let text = """
      # T

      ![A](a.png#one "Like [](figure:one) and [](figure:two).")

      ![B](a.png#two "Unlike [](figure:one).")
      """
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let page = try page(report, "03-more.html")
    #expect(page.contains("<b>Figure 3.2</b> Unlike Figure 3.1."))
    #expect(page.contains("<b>Figure 3.1</b> Like Figure 3.1 and Figure 3.2."))
  }

  @Test("of a long caption end with a whole word")
  func length() throws {
    var report = try Fixture.report()
    let caption = String(repeating: "wordy ", count: 100)
    let finding = Finding(name: "long", caption: caption, content: .measurement(Measured(1)))
    report.records["accuracy"]?.findings.append(finding)
    let chapter = try Chapter(parsing: "# T\n\nIt is [1](finding:accuracy.long).\n", file: "03-more.md")
    report.chapters.append(chapter)
    let page = try page(report, "03-more.html")
    #expect(page.contains("wordy wordy …</span>") && !page.contains(caption))
  }

  @Test("and pages, contents, provenance and files show a caption with its formula, citation and emphasis")
  func captions() throws {
    var report = try Fixture.report()
    let caption = "The *mean* of $`c_j`$ by [](cite:wen-2016). It grows."
    let chart = Chart(
      x: .init("x"),
      y: .init("y"),
      marks: [.line(series: "", points: [.init(0, 0), .init(1, 1)])],
      summary: "One."
    )
    report.records["accuracy"]?.findings.append(
      Finding(name: "number", caption: "Size of $`c_j`$", content: .measurement(Measured(1)))
    )
    let text = "# T\n\nSee [x](figure:accuracy.drawn) and [1](finding:accuracy.number).\n"
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let cell = try #require(report.chapters[0].cells.first { $0.id == "accuracy" })
    let drawn = Finding(name: "drawn", caption: caption, content: .chart(chart))
    let group = try #require(
      Caption(drawn, of: cell, in: "01-kinds.md", hasDollarMath: false)?.citations.first
    )
    report.records["accuracy"]?.findings.insert(drawn, at: 0)
    let work = CitedText.entry(key: "wen-2016", [.text("Wen et al., 2016")])
    report.citations.labels[group] = [.text("("), work, .text(")")]
    let math = "<math><msub><mi>c</mi><mi>j</mi></msub></math>"
    let shown = "The <em>mean</em> of \(math) by (<a class=\"cite\" href=\"#cite-wen-2016\""
    for page in [
      try page(report, "01-kinds.html"), String(decoding: report.singlePage().bytes, as: UTF8.self),
    ] {
      #expect(page.contains("The <em>mean</em> of \(math) by ("))
      #expect(page.contains("<dt>Size of \(math)</dt>"))
    }
    #expect(try page(report, "01-kinds.html").contains(shown))
    let plain = "The <em>mean</em> of \(math) by (Wen et al., 2016)."
    #expect(try page(report, "contents.html").contains("Figure 1.1 \(plain)</a>"))
    #expect(try page(report, "provenance.html").contains(": \(plain) It grows."))
    let more = try page(report, "03-more.html")
    #expect(more.contains("<b>Figure 1.1</b> \(plain) It grows."))
    #expect(more.contains("<span>1 Size of \(math)</span>"))
    #expect(
      try page(report, "datapackage.json").contains("\"The mean of c_j by (Wen et al., 2016). It grows.\"")
    )
    #expect(
      try page(report, "data/figure-1-1-accuracy.drawn.svg").contains(
        "<title>Figure 1.1 The mean of c_j by (Wen et al., 2016).</title>"
      )
    )
    // Drawn from the cache a page is the same.
    var cached = report
    for drawing in report.cellDrawings {
      cached.drawn[drawing.id] = try report.records[drawing.id].map { try drawing.draw($0) }
    }
    #expect(try page(cached, "01-kinds.html") == page(report, "01-kinds.html"))
    #expect(try page(cached, "datapackage.json") == page(report, "datapackage.json"))
    report.citations.labels[group] = [.text("[1]")]
    #expect(report.cellDrawings.map(\.key) != cached.cellDrawings.map(\.key))
  }

  @Test("of a term show its first definition, and lead to it")
  func terms() throws {
    var report = try Fixture.report()
    let text = """
      # T

      See [centres](term:centre-of-a-class).

      Centre of a class
      : The *mean* of its features.

      Centre of a class
      : Something else.

      """
    report.chapters.append(try Chapter(parsing: text, file: "03-more.md"))
    let page = try page(report, "03-more.html")
    #expect(page.contains(##"<span class="ref"><a href="#term-centre-of-a-class">centres</a>"##))
    #expect(page.contains(">Centre of a class: The mean of its features. <a href="))
    #expect(page.matches(of: #/ id="term-centre-of-a-class"/#).count == 1)
  }
}
