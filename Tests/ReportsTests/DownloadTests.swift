import Chapters
import Findings
import Foundation
import Reports
import Testing

@Suite("The files beside a report")
struct DownloadTests {
  private func files(_ change: (inout Report) -> Void = { _ in }) throws -> [String: String] {
    var report = try Fixture.report()
    change(&report)
    return try report.texts()
  }

  @Test("hold the data of every table and figure and the picture of every figure, linked at their captions")
  func links() throws {
    let files = try files()
    let page = try #require(files["01-kinds.html"])
    let links = Set(page.matches(of: #/(?:href|src)="(data\/[^"]+)"/#).map { String($0.1) })
    #expect(links == Set(files.keys.filter { $0.hasPrefix("data/") }))
    #expect(links.contains("data/table-1-1-schemes.table.csv"))
    #expect(
      links.contains("data/figure-1-1-schemes.curve.svg")
        && links.contains("data/figure-1-1-schemes.curve.csv")
    )
    #expect(
      page.contains(
        #"<a href="data/figure-1-1-schemes.curve.svg" download aria-label="Figure 1.1 as SVG">SVG</a>"#
      )
    )
  }

  @Test("have names that a file system takes, however long those of cell and finding are")
  func longNames() throws {
    let files = try files { report in
      let findings = report.records["schemes"]?.findings ?? []
      guard var long = findings.first(where: { $0.name == "curve" }) else { return }
      for letter in ["a", "b"] {
        long.name = String(repeating: "x", count: 300) + letter
        report.records["schemes"]?.findings.append(long)
      }
    }
    let names = files.keys.filter { $0.contains("xxx") }.map { $0.split(separator: "/").last ?? "" }
    // Two figures, each as SVG and CSV.
    #expect(Set(names).count == 4 && names.allSatisfy { $0.utf8.count < 200 }, "\(names)")
    let page = try #require(files["01-kinds.html"])
    #expect(names.allSatisfy { page.contains("href=\"data/\($0)\"") })
  }

  @Test("hold each picture of a figure, and all of them in one; the single file has them within")
  func pictures() throws {
    let report = try Fixture.report()
    let files = Dictionary(uniqueKeysWithValues: try report.pages().map { ($0.path, $0.bytes) })
    let page = String(decoding: try #require(files["01-kinds.html"]), as: UTF8.self)
    let sources = page.matches(of: #/<img src="(data\/[^"]+)"/#).map { String($0.1) }
    #expect(sources == (1...6).map { "data/figure-1-3-features.faces.\($0).png" })
    let sizes = try (sources + ["data/figure-1-3-features.faces.png"]).map { path in
      let bytes = try #require(files[path])
      // The signature, the length and name of the header, and its first two numbers of four bytes: width and height.
      #expect(bytes.prefix(4) == [137, 80, 78, 71] && bytes.count > 24)
      return [Int(bytes[18]) << 8 + Int(bytes[19]), Int(bytes[22]) << 8 + Int(bytes[23])]
    }
    // Six pictures of 32 pixels, with four between and around them.
    #expect(sizes == Array(repeating: [32, 32], count: 6) + [[220, 40]])
    #expect(
      page.contains(
        #"<a href="data/figure-1-3-features.faces.png" download aria-label="Figure 1.3 as PNG">PNG</a>"#
      )
    )
    #expect(!page.contains("src=\"data:"))
    let single = String(decoding: report.singlePage().bytes, as: UTF8.self)
    #expect(!single.contains("src=\"data/") && single.ranges(of: "src=\"data:image/png;base64,").count == 7)
    // A print has every picture, however long it takes to come into sight.
    let printed = String(decoding: report.printedBook().bytes, as: UTF8.self)
    #expect(single.contains("loading=\"lazy\"") && !printed.contains("loading="))
  }

  private func grid(_ sizes: [(Int, Int)], columns: Int) -> Finding {
    let images = sizes.map { width, height in
      ImageGrid.Image(
        width: width,
        height: height,
        rgb: Array(repeating: 9, count: 3 * width * height),
        label: ""
      )
    }
    return Finding(name: "grid", content: .images(ImageGrid(columns: columns, images: images)))
  }

  @Test("join pictures of several sizes in rows of their own height, and leave those without a pixel out")
  func rows() throws {
    var report = try Fixture.report()
    let sizes = [(3, 2), (1, 5), (1 << 60, 0), (2, 2)]
    report.records["features"] = Fixture.record("features", [grid(sizes, columns: 2)])
    let path = "data/figure-1-2-features.grid.png"
    let png = try #require(report.pages().first { $0.path == path }?.bytes)
    // Two columns of 3 pixels and rows of 5 and 2, with four between and around them.
    #expect(png[16..<24] == [0, 0, 0, 18, 0, 0, 0, 19])
    report.records["features"] = Fixture.record("features", [grid([(0, 7), (7, 0)], columns: 2)])
    #expect(try !report.pages().contains { $0.path == path })
  }

  @Test("join no pictures that would make a file of gigabytes, and say so; figures are then each by itself")
  func jointLimit() throws {
    var report = try Fixture.report()
    let large = grid([(60_000, 1), (1, 60_000)], columns: 2)
    report.records["features"] = Fixture.record("features", [large])
    let pages = try report.pages()
    let page = String(decoding: try #require(pages.first { $0.path == "01-kinds.html" }).bytes, as: UTF8.self)
    #expect(
      page.contains(
        "There is no file of all these pictures side by side: it would be 120,012 pixels wide and 60,008 high, and "
          + "the most is 33,554,432 pixels."
      )
    )
    let names = ["figure-1-2-features.grid.1.png", "figure-1-2-features.grid.2.png"]
    #expect(Set(pages.map(\.path)).isSuperset(of: names.map { "data/" + $0 }))
    #expect(!pages.contains { $0.path == "data/figure-1-2-features.grid.png" } && !page.contains(">PNG</a>"))
    #expect(Set(report.figures.png.keys) == Set(names))
  }

  @Test("write a table with full precision, and a column for all that is known of a measurement")
  func csv() throws {
    let measured = Measured(
      0.9963,
      unit: .fraction,
      spread: 0.0012,
      sampleCount: 2,
      interval: .init(0.995, 0.997),
      values: [0.99, 1]
    )
    let table = Table(
      columns: [.init("scheme"), .init("rate", unit: .fraction), .init("rate")],
      rows: [
        .init([.text("a, \"b\"\nc"), .measurement(measured), .number(.nan)], group: "g"),
        .init(["d", .missing, .number(1990)], group: "g"),
      ]
    )
    let files = try files { report in
      report.records["schemes"] = Fixture.record("schemes", [Finding(name: "table", content: .table(table))])
    }
    #expect(
      files["data/table-1-1-schemes.table.csv"]
        == "Group,scheme,rate,\"rate, standard deviation\",\"rate, count\",\"rate, interval from\","
        + "\"rate, interval to\",\"rate, interval level\",\"rate, values\",rate 2\r\n"
        + "g,\"a, \"\"b\"\"\nc\",0.9963,0.0012,2,0.995,0.997,0.95,\"[0.99,1]\",NaN\r\n"
        + "g,d,,,,,,,,1990\r\n"
    )
  }

  @Test("name a table's columns by their group, and say what a level is")
  func groups() throws {
    let measured = Measured(7, unit: .count, interval: .init(6, 8))
    let table = Table(
      columns: [
        .init("M", unit: .count), .init("Softmax", unit: .count, group: "at equal steps"),
        .init("Softmax", group: "as published"),
      ],
      rows: [.init([.number(1), .measurement(measured), .number(2)])]
    )
    let files = try files { report in
      report.records["schemes"] = Fixture.record("schemes", [Finding(name: "table", content: .table(table))])
    }
    #expect(
      files["data/table-1-1-schemes.table.csv"]
        == "M,\"at equal steps, Softmax\",\"at equal steps, Softmax, interval from\","
        + "\"at equal steps, Softmax, interval to\",\"at equal steps, Softmax, interval level\","
        + "\"as published, Softmax\"\r\n1,7,6,8,0.95,2\r\n"
    )
    let fields = try #require(files["datapackage.json"]).split(separator: "\"name\" : ")
    let name = "\"at equal steps, Softmax, interval level\""
    let level = try #require(fields.firstIndex { $0.hasPrefix(name) })
    #expect(fields[level - 1].contains("a fraction from 0 to 1"))
  }

  @Test("write every value of a chart, also those beyond what its page shows")
  func allValues() throws {
    let points = (0..<3000).map { Chart.Point(Double($0), 1) }
    let chart = Chart(
      x: .init("x"),
      y: .init("y"),
      marks: [.dots(series: "a", points: points)],
      summary: "Many."
    )
    let files = try files { report in
      report.records["features"] = Fixture.record("features", [Finding(name: "many", content: .chart(chart))])
    }
    let text = try #require(files["data/figure-1-2-features.many.csv"])
    #expect(text.ranges(of: "\r\n").count == 3001)
    let page = try #require(files["01-kinds.html"])
    #expect(page.contains("2,000 more are in <a href=\"data/figure-1-2-features.many.csv\">"))
  }

  @Test(
    "draw a figure as SVG that stands alone: with its legend and all its panels, and its colours written out"
  )
  func svg() throws {
    let files = try files()
    for (path, text) in files where path.hasSuffix(".svg") {
      #expect(text.hasPrefix("<?xml") && text.contains("xmlns=\"http://www.w3.org/2000/svg\""), "\(path)")
      #expect(!text.contains("var(--"), "\(path)")
    }
    let panels = try #require(files.first { $0.key.hasSuffix("features.panels.svg") }?.value)
    #expect(panels.ranges(of: "class=\"part panel\"").count == 3)
    let scatter = try #require(files.first { $0.key.hasSuffix("features.scatter.svg") }?.value)
    #expect(scatter.contains(">identity 1</text>") && scatter.contains("class=\"key s1\""))
  }

  @Test("are listed in a data package with the fields of each table")
  func dataPackage() throws {
    let files = try files { $0.book.metadata.license = "CC-BY-4.0" }
    let text = try #require(files["datapackage.json"])
    let package = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let resources = try #require(package["resources"] as? [[String: Any]])
    #expect(
      Set(resources.compactMap { $0["path"] as? String }) == Set(files.keys.filter { $0.hasPrefix("data/") })
    )
    let names = resources.compactMap { $0["name"] as? String }
    #expect(Set(names).count == names.count && names.count == resources.count)
    for resource in resources where resource["format"] as? String == "csv" {
      let fields = try #require((resource["schema"] as? [String: Any])?["fields"] as? [[String: Any]])
      let path = try #require(resource["path"] as? String)
      let head = try #require(files[path]?.prefix { $0 != "\r\n" })
      #expect(fields.compactMap { $0["name"] as? String }.allSatisfy { head.contains($0) } && !fields.isEmpty)
    }
    #expect((package["licenses"] as? [[String: String]])?.first?["name"] == "CC-BY-4.0")
  }

  @Test("name in the schema of findings.json every kind that the file can hold")
  func schema() throws {
    let files = try files()
    #expect(files["findings.json"]?.hasPrefix("{\"$schema\":\"findings.schema.json\",\"book\":") == true)
    let schema = try #require(files["findings.schema.json"])
    for kind in ["measurement", "claim", "table", "chart", "images", "note"] {
      #expect(schema.contains("\"const\": \"\(kind)\""), "\(kind)")
    }
    for verdict in Claim.Verdict.allCases {
      #expect(schema.contains("\"\(verdict.rawValue)\""), "\(verdict)")
    }
  }

  @Test("say how to cite a book that names its authors, for programs and for people")
  func citing() throws {
    let files = try files { report in
      report.book.authors = [
        .init(name: "Ada Q. Lovelace", affiliation: "Here", orcid: "0000-0002-1825-0097")
      ]
      report.book.metadata.date = "2026-05-31"
      report.book.metadata.doi = "10.1000/182"
      report.book.metadata.abstract = "A & b </script>."
      report.book.metadata.keywords = ["faces", "100 %"]
    }
    #expect(
      files["cite.bib"]
        == "@misc{lovelace-2026,\n  title = {{Every Kind of Finding: A book to look at}},\n"
        + "  author = {Lovelace, Ada Q.},\n  year = {2026},\n  month = {5},\n  doi = {10.1000/182},\n"
        + "  keywords = {faces, 100 \\%}\n}\n"
    )
    #expect(
      files["cite.ris"]?.contains("AU  - Lovelace, Ada Q.\r\nPY  - 2026\r\nDA  - 2026/05/31\r\n") == true
    )
    #expect(files["cite.json"]?.contains("\"DOI\" : \"10.1000/182\"") == true)
    let index = try #require(files["index.html"])
    for piece in [
      #"<meta name="citation_author" content="Ada Q. Lovelace">"#,
      #"<meta name="citation_doi" content="10.1000/182">"#,
      #"<meta property="og:type" content="book">"#, #""@type":"ScholarlyArticle""#, #"A & b \u003c/script>."#,
      #"<a href="https://orcid.org/0000-0002-1825-0097">ORCID</a>"#, #"<h2 id="_cite">Cite this</h2>"#,
    ] { #expect(index.contains(piece), "\(piece)") }
    let chapter = try #require(files["01-kinds.html"])
    #expect(chapter.contains(#"<meta name="citation_inbook_title" content="Every Kind of Finding">"#))
    #expect(!chapter.contains("ld+json"))
    #expect(try self.files { $0.book.authors = [] }["cite.bib"] == nil)
  }
}
