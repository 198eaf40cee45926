import Chapters
import Findings
import Foundation
import Planning
import Reports
import TestSupport
import Testing

@Suite("A report")
struct ReportTests {
  @Test("has an index, a page a chapter, and its findings and provenance as files")
  func paths() throws {
    let pages = try Fixture.report().pages()
    #expect(
      pages.map(\.path).filter { !$0.hasPrefix("data/") } == [
        "index.html", "01-kinds.html", "02-troubles.html", "contents.html", "provenance.html",
        "findings.json", "provenance.json", "style.css", "findings.schema.json", "datapackage.json",
        "claims.json", "claims.schema.json", "cite.bib", "cite.ris", "cite.json", "figures/a dot.png",
      ]
    )
    // The pages of the fixture are what the audit script looks at.
    guard let folder = ProcessInfo.processInfo.environment["PAGES"] else { return }
    for name in ["figures", "data"] {
      try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    for page in pages {
      try Data(page.bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent(page.path))
    }
  }

  @Test(
    "equals its snapshots",
    arguments: ["index.html", "02-troubles.html", "contents.html", "provenance.html"]
  )
  func snapshots(path: String) throws {
    let text = try #require(try Fixture.report().texts()[path])
    let bare = text.replacing(#/<script>[^<]*</#, with: "<script><")
      .replacing(#/'sha256-[^']*'/#, with: "'sha256-'")
    try expectSnapshot(bare.replacing("><", with: ">\n<"), named: path)
  }

  @Test("gives each chapter a page of its own, whatever its file is called")
  func chapterPaths() throws {
    var report = try Fixture.report()
    let files = ["index.md", "contents.md", "provenance.md", "a/x.md", "b/x.md"]
    report.chapters = files.map { file in
      var chapter = report.chapters[1]
      chapter.file = file
      return chapter
    }
    let paths = try report.pages().map(\.path)
    #expect(
      Set(paths).count == paths.count && paths.contains("b-x.html") && paths.contains("index-chapter.html")
    )
  }

  @Test("has the same bytes for the same values, and for another date but on the pages of provenance")
  func determinism() throws {
    let first = try Fixture.report().pages()
    #expect(try Fixture.report().pages() == first)
    var later = try Fixture.report()
    for id in later.records.keys { later.records[id]?.provenance = Fixture.provenance(99) }
    let second = try later.pages()
    for (a, b) in zip(first, second) { #expect((a == b) == !a.path.hasPrefix("provenance"), "\(a.path)") }
  }

  @Test("shows the findings that the book names on its first page, in order, with links to their chapters")
  func firstPage() throws {
    var report = try Fixture.report()
    let targets = ["features.remark", "schemes.curve", "accuracy.lfw", "claims.ordering", "absent.x"]
    report.book.firstPage = targets.map {
      Reference(kind: .finding, target: $0, text: [], location: SourceLocation(file: "book.yml", line: 1))
    }
    // Cells that an earlier render has drawn are shown as well: their records are whole.
    report.drawn["schemes"] = .init(section: [], findings: Array("[]".utf8))
    let page = try #require(try report.texts()["index.html"])
    let places = targets.dropLast().map { page.firstRange(of: "id=\"\($0)\"")?.lowerBound }
    let found = places.compactMap(\.self)
    #expect(found.count == 4 && found == found.sorted())
    #expect(holds(page, "href=\"01-kinds.html#schemes.curve\""))
    #expect(holds(page, "The set is synthetic."))
    #expect(page.firstRange(of: "<svg") != nil && page.firstRange(of: "absent") == nil)
    let chapters = try #require(page.firstRange(of: "class=\"chapters\""))
    #expect(try #require(found.last) < chapters.lowerBound)
  }

  @Test("numbers figures and tables by chapter and resolves links to them")
  func numbers() throws {
    let page = try #require(try Fixture.report().texts()["01-kinds.html"])
    for text in [
      ##"<a href="#schemes.curve">Figure 1.1</a>"##, ##"<a href="#schemes.table">Table 1.1</a>"##,
      ##"<a href="#equation-softmax">Equation 1.1</a>"##, ##"<a href="02-troubles.html">next chapter</a>"##,
      ##"<a href="02-troubles.html#a-trap">so does this link</a>"##, ##"href="#cite-wen-2016""##,
      ##"<h2 id="claims-2">"##,
    ] { #expect(holds(page, text), "\(text)") }
  }

  @Test("asks for nothing over the network and runs no script but its own")
  func offline() throws {
    for (path, text) in try Fixture.report().texts() where path.hasSuffix(".html") {
      // The book and the reviews of its claims, as data.
      let data = path == "index.html" ? 2 : 0
      #expect(text.ranges(of: "<script").count == 1 + data && holds(text, "<script>"), "\(path)")
      #expect(text.ranges(of: "<script type=\"application/ld+json\">").count == data, "\(path)")
      for match in text.matches(of: #/(src|href)="(https?:[^"]*)"/#) {
        #expect(match.1 == "href", "\(path) loads \(match.2)")
      }
      #expect(!holds(text, "url(") && !holds(text, "@import"), "\(path)")
    }
  }

  @Test("leads every link within the book to a place that exists")
  func links() throws {
    let pages = try Fixture.report().texts()
    for (path, text) in pages where path.hasSuffix(".html") {
      for match in text.matches(of: #/href="([^"]*)"/#) where !match.1.hasPrefix("http") {
        let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init
        )
        let target = try #require(pages[parts[0].isEmpty ? path : parts[0]], "\(path): \(match.1)")
        if parts.count > 1 { #expect(holds(target, "id=\"\(parts[1])\""), "\(path): \(match.1)") }
      }
    }
  }

  @Test("lists in a long book the chapters around the current one, and all of them on the first page")
  func longBook() throws {
    var report = try Fixture.report()
    let chapter = report.chapters[1]
    report.chapters = (1...300).map { number in
      var copy = chapter
      (copy.file, copy.number) = ("\(1000 + number).md", number)
      return copy
    }
    let pages = try report.texts()
    func listed(_ path: String) throws -> [String] {
      let page = try #require(pages[path])
      let contents = try #require(page.firstRange(of: "<nav id=\"_contents\""))
      return page[contents.lowerBound...].matches(of: #/<a href="(1\d+)\.html/#).map { String($0.1) }
    }
    #expect(try listed("1001.html") == (1001...1025).map(String.init))
    #expect(try listed("1150.html") == (1138...1162).map(String.init))
    #expect(try listed("1300.html") == (1276...1300).map(String.init))
    let index = try #require(pages["index.html"])
    #expect(index.matches(of: #/<li><a href="1\d+\.html"/#).count == 300 + 25)
    for path in ["index.html", "1150.html", "contents.html"] {
      #expect(holds(try #require(pages[path]), "<a href=\"index.html#_chapters\""), "\(path)")
    }
    #expect(holds(index, "id=\"_chapters\"") && holds(index, "All 300 chapters"))
  }

  @Test("has no id twice on a page")
  func ids() throws {
    for (path, text) in try Fixture.report().texts() where path.hasSuffix(".html") {
      let ids = text.matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
      #expect(
        Set(ids).count == ids.count,
        "\(path): \(Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys)"
      )
    }
  }

  @Test("escapes hostile text of cells and chapters")
  func hostile() throws {
    let bad = "<script>alert(1)</script>\"'&\u{1}"
    var report = try Fixture.report()
    report.book.title = bad
    report.book.authors = [.init(name: bad)]
    report.records["accuracy"] = Fixture.record(
      "accuracy",
      [
        Finding(
          name: "lfw",
          caption: bad,
          content: .table(
            .init(
              columns: [.init(bad, unit: .symbol(bad), group: bad)],
              rows: [.init([.text(bad)], group: bad)]
            )
          )
        ),
        Finding(name: "note", caption: bad, content: .note(.init(bad))),
        Finding(
          name: "claim",
          content: .claim(.init(statement: bad, place: bad, rule: bad, verdict: .notRun))
        ),
        Finding(
          name: "image",
          caption: bad,
          content: .images(.init(columns: 0, images: [.init(width: 0, height: 0, rgb: [], label: bad)]))
        ),
      ],
      output: bad,
      outcome: .failed(.init(kind: .thrown, message: bad, lineInCell: 99, details: bad))
    )
    for (path, text) in try report.texts() where path.hasSuffix(".html") {
      #expect(!holds(text, "<script>alert"), "\(path)")
      #expect(!holds(text, "\u{1}"), "\(path)")
    }
  }

  @Test("writes findings that can be read back")
  func findingsFile() throws {
    let report = try Fixture.report()
    let page = try #require(try report.pages().first { $0.path == "findings.json" })
    let file = try FindingsCoding.decode(FindingsFile.self, from: Data(page.bytes))
    #expect(file.cells["accuracy"]?.findings == Fixture.records["accuracy"]?.findings)
    #expect(file.cells["broken"]?.outcome == .failed)
    #expect(file.cells["forgotten"]?.outcome == .notRun)
  }

  @Test("joins to one file whose links all lead to places within it")
  func singleFile() throws {
    var report = try Fixture.report()
    let cites = Fixture.troubles + "\n\nSo says [](cite:wen-2016).\n"
    report.chapters[1] = try Chapter(parsing: cites, file: report.chapters[1].file)
    let page = report.singlePage()
    let text = String(decoding: page.bytes, as: UTF8.self)
    let ids = text.matches(of: #/<[^>]* id="([^"]*)"/#).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for match in text.matches(of: #/<[^>]* href="([^"]*)"/#) where !match.1.hasPrefix("http") {
      #expect(match.1.hasPrefix("#") && ids.contains(String(match.1.dropFirst())), "\(match.1)")
    }
    #expect(text.matches(of: #/<h1/#).count == 1)
    // Both chapters have references, and no two landmarks of a page may bear one name.
    #expect(text.ranges(of: "<section class=\"references\">").count == 2)
    #expect(!holds(text, "class=\"neighbours\"") && !holds(text, "src=\"figures"))
    #expect(!holds(text, "<link") && text.ranges(of: "<style>").count == 1)
    #expect(holds(text, "src=\"data:image/png;base64,\(Fixture.dot.base64EncodedString())\""))
    if let folder = ProcessInfo.processInfo.environment["PAGES"] {
      try Data(page.bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent("single.html"))
    }
  }

  @Test("is small: a page with seven charts and a thousand rows stays under 300 KB")
  func weight() throws {
    let page = try #require(try Fixture.report().pages().first { $0.path == "01-kinds.html" })
    #expect(page.bytes.count < 300_000, "\(page.bytes.count) bytes")
  }

  /// Whether a page holds a text; a failed expectation then prints the text and not the page.
  private func holds(_ page: String, _ text: String) -> Bool { page.contains(text) }
}
