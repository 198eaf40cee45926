internal import Foundation
internal import TestSupport
internal import Testing

@Suite("Editions of a book")
struct ExportTests {
  private static let files = [
    "book.yml": """
    title: "A & B: margins"
    authors: [{name: Ada Lovelace, affiliation: The Engine, orcid: 0000-0002-1825-0097}]
    abstract: What it says.
    date: 2026-05-31
    license: CC-BY-4.0
    doi: 10.1000/182
    keywords: [faces]
    bibliography: r.bib
    math: dollars
    """,
    "r.bib": "@article{wen, author={Wen, Yandong}, title={Centres of classes}, journal={J}, year={2016}}",
    "01-numbers.md": #"""
    # Numbers

    The rate is [x](finding:m.rate), as [](cite:wen) says.[^1] See [](table:m.rates), [](figure:m.curve),
    [](equation:loss) and [the other chapter](chapter:other).

    ```math label=loss
    L = \frac{1}{n} \sum_{i=1}^{n} x_i
    ```

    ```swift id=m
    print("a printed line")
    record("rate", 0.98765, unit: .fraction, caption: "The rate.")
    record(
      "rates",
      Table(columns: [.init("Scheme"), .init("Rate", unit: .fraction)], rows: [.init(["with margin", 0.4321])]),
      caption: "Rates of schemes.")
    record(
      "curve",
      Chart(
        x: .init("step"), y: .init("loss"), marks: [.line(series: "a", points: [.init(0, 1), .init(1, 2)])],
        summary: "It rises."),
      caption: "A rising curve.")
    ```

    [^1]: The text of the note.
    """#,
    "02-other.md": "# Other\n\nA sentence with $c_j$, back to [the rate](figure:m.curve).\n",
  ]

  static func isInstalled(_ programs: String...) -> Bool {
    programs.allSatisfy { program in
      ["/usr/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) }
    }
  }

  /// A rendered book, and the number that its page shows.
  static func book() throws -> (Program, number: String) {
    let book = try Program(Self.files)
    let answer = try book.run("render")
    try #require(answer.status == 0, "\(answer.errors)")
    let page = try book.page("01-numbers.html")
    let number = try #require(page.firstMatch(of: /class="number"[^>]*>([^<]+)<\/a>/)).output.1
    #expect(number.hasPrefix("98.77"))
    return (book, String(number).replacing("\u{A0}", with: " "))
  }

  /// The text of a file with spaces of one kind.
  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8).replacing("\u{A0}", with: " ").replacing(
      "&#xa0;",
      with: " "
    )
  }

  /// Unpacks an archive of zip and returns the folder.
  private func unpacked(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    let code = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"
    process.arguments = ["-c", code, path, path + ".parts"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return path + ".parts"
  }

  private func files(in folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
  }

  @Test(
    "hold numbers, table, figure, formula, citation and note, and are the same bytes each time",
    .enabled(
      if: isInstalled("pandoc", "rsvg-convert", "python3"),
      "pandoc, rsvg-convert and python3 are needed"
    )
  )
  func pandoc() throws {
    let (book, number) = try Self.book()
    for format in ["docx", "epub", "ipynb", "latex", "jats", "markdown", "png"] {
      for run in ["one", "two"] {
        let answer = try book.run("export", "--to", format, "--output", "\(book.folder)/\(run)/\(format)")
        try #require(answer.status == 0, "\(format): \(answer.errors)")
        #expect(answer.errors == "", "\(format)")
      }
      let (one, two) = ("\(book.folder)/one/\(format)", "\(book.folder)/two/\(format)")
      #expect(FileManager.default.contentsEqual(atPath: one, andPath: two), "\(format)")
    }
    try docx(unpacked(book.folder + "/one/docx"), number)
    try epub(unpacked(book.folder + "/one/epub"), number)
    try notebook(book.folder + "/one/ipynb", number)
    try latex(book.folder + "/one/latex", number)
    try jats(book.folder + "/one/jats", number)
    try markdown(book.folder + "/one/markdown", number)
    #expect(files(in: book.folder + "/one/png") == ["figure-1-1-m.curve.png", "figure-1-1-m.curve.svg"])
  }

  private func docx(_ folder: String, _ number: String) throws {
    let document = try text(folder + "/word/document.xml")
    #expect(xmlProblem(in: document) == nil)
    let words = document.replacing(/<[^>]+>/, with: "")
    for piece in [
      number, "(Wen, 2016)", "Rates of schemes.", "with margin", "43.2", "A rising curve.", "(1.1)",
    ] {
      #expect(words.contains(piece), "docx: \(piece)")
    }
    #expect(document.contains("<m:f>") && document.contains("<w:tbl>") && document.contains("<a:blip"))
    #expect(
      try text(folder + "/word/footnotes.xml").replacing(/<[^>]+>/, with: "").contains(
        "The text of the note."
      )
    )
    #expect(files(in: folder + "/word/media").count == 1)
    #expect(try text(folder + "/docProps/core.xml").contains("A &amp; B: margins"))
  }

  private func epub(_ folder: String, _ number: String) throws {
    let pages = files(in: folder).filter { $0.hasSuffix(".xhtml") }
    let texts = try pages.map { try text(folder + "/" + $0) }
    for page in texts { #expect(xmlProblem(in: page) == nil) }
    let whole = texts.joined()
    for piece in [
      number, "Wen, 2016", "<table", "43.2", "<mfrac>", "A rising curve.", "The text of the note.",
    ] {
      #expect(whole.contains(piece), "epub: \(piece)")
    }
    #expect(files(in: folder).contains { $0.hasSuffix(".svg") })
    #expect(try text(folder + "/EPUB/content.opf").contains("https://doi.org/10.1000/182"))
  }

  private func notebook(_ path: String, _ number: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(file["nbformat"] as? Int == 4)
    let kernel = (file["metadata"] as? [String: Any])?["kernelspec"] as? [String: Any]
    #expect(kernel?["language"] as? String == "swift")
    let cells = try #require(file["cells"] as? [[String: Any]])
    #expect(Set(cells.compactMap { $0["id"] as? String }).count == cells.count)
    let prose = cells.filter { $0["cell_type"] as? String == "markdown" }
      .compactMap { ($0["source"] as? [String])?.joined() }.joined().replacing("\u{A0}", with: " ")
    for piece in [number, "Wen, 2016", "\\frac{1}{n}", "$c_j$", "The text of the note."] {
      #expect(prose.contains(piece), "ipynb: \(piece)")
    }
    let cell = try #require(cells.first { $0["cell_type"] as? String == "code" })
    #expect((cell["source"] as? [String])?.joined().contains("record(\"rate\", 0.98765") == true)
    let outputs = try #require(cell["outputs"] as? [[String: Any]])
    #expect((outputs.first?["text"] as? [String])?.joined() == "a printed line")
    let shown = outputs.compactMap { $0["data"] as? [String: Any] }
    #expect(shown.contains { $0["image/png"] != nil })
    #expect(shown.contains { ($0["text/html"] as? [String])?.joined().contains("<table") == true })
  }

  private func latex(_ folder: String, _ number: String) throws {
    #expect(files(in: folder) == ["a-b-margins.tex", "figure-1-1-m.curve.pdf"])
    let document = try text(folder + "/a-b-margins.tex").replacing("~", with: " ").replacing("\\%", with: "%")
    for piece in [
      number, "(\\protect\\hyperlink{ref-wen}{Wen, 2016})", "with margin", "43.2",
      "\\frac{1}{n} \\sum_{i=1}^{n} x_i",
      "\\tag{1.1}", "figure-1-1-m.curve.pdf", "\\footnote{The text of the note.}",
      "\\title{A \\& B: margins}",
    ] { #expect(document.contains(piece), "latex: \(piece)") }
  }

  private func jats(_ folder: String, _ number: String) throws {
    #expect(files(in: folder) == ["a-b-margins.xml", "figure-1-1-m.curve.svg"])
    let document = try text(folder + "/a-b-margins.xml")
    #expect(xmlProblem(in: document) == nil)
    for piece in [
      number, "<mml:mfrac>", "<td align=\"right\">", "43.2", "xlink:href=\"figure-1-1-m.curve.svg\"", "<fn ",
      "rid=\"ref-wen\"", "<ref id=\"ref-wen\">", "<article-id pub-id-type=\"doi\">10.1000/182</article-id>",
      "0000-0002-1825-0097", "The Engine",
    ] { #expect(document.contains(piece), "jats: \(piece)") }
    // Every reference leads to a place in the document.
    let ids = Set(document.matches(of: #/ id="([^"]+)"/#).map { $0.output.1 })
    for link in document.matches(of: #/ rid="([^"]+)"/#) {
      #expect(ids.contains(link.output.1), "\(link.output.1)")
    }
  }

  private func markdown(_ folder: String, _ number: String) throws {
    #expect(
      files(in: folder) == [
        "01-numbers.md", "02-other.md", "figure-1-1-m.curve.svg", "index.md", "llms.txt",
      ]
    )
    let page = try text(folder + "/01-numbers.md")
    for piece in [
      "# 1. Numbers", number, "(Wen, 2016)", "| with margin |", "![", "(figure-1-1-m.curve.svg)",
      "\\frac{1}{n}",
      "[the other chapter](02-other.md)", "[^1]: The text of the note.", "``` swift", "## References",
      "a printed line",
    ] { #expect(page.contains(piece), "markdown: \(piece)") }
    #expect(!page.contains("<div") && !page.contains("<span"))
    let guide = try text(folder + "/llms.txt")
    #expect(guide.hasPrefix("# A & B: margins\n\n> What it says.\n\n## Chapters\n"))
    #expect(guide.contains("- [1. Numbers](01-numbers.md)\n- [2. Other](02-other.md)\n"))
  }

  @Test(
    "as EPUB have formulas and pictures of headings in the contents, declared and with addresses that lead to them",
    .enabled(if: isInstalled("pandoc", "python3"), "pandoc and python3 are needed")
  )
  func headings() throws {
    let book = try Program([
      "book.yml": "title: T\nmath: dollars\nmacros: {R: '\\mathbb{R}'}\n",
      "01-a.md":
        "# One of $\\R^n$ ![a dot](d.png)\n\n## By ![a dot](d.png)\n\nA[^n] and again.[^n]\n\n[^n]: A note.\n",
    ])
    let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    try #require(Data(base64Encoded: dot)).write(to: URL(fileURLWithPath: book.path("d.png")))
    #expect(try book.run("render").status == 0)
    let file = book.folder + "/t.epub"
    let answer = try book.run("export", "--to", "epub", "--output", file)
    try #require(answer.status == 0, "\(answer.errors)")
    let folder = try unpacked(file)
    let contents = try text(folder + "/EPUB/nav.xhtml")
    #expect(contents.contains("<mi>ℝ</mi>") || contents.contains("ℝ"))
    #expect(try text(folder + "/EPUB/content.opf").contains("properties=\"nav mathml\""))
    let pictures = contents.matches(of: #/ src="([^"]+)"/#).map { String($0.output.1) }
    #expect(pictures.count == 2)
    for picture in pictures { #expect(files(in: folder + "/EPUB").contains(picture), "\(picture)") }
    if Self.isInstalled("java", "epubcheck") {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/java")
      process.arguments = ["-jar", "/usr/bin/epubcheck", "--quiet", file]
      let output = Pipe()
      (process.standardOutput, process.standardError) = (output, output)
      try process.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(said)")
    }
  }

  @Test("that need a missing program say which, and how to install it; nothing is written")
  func missing() throws {
    let book = try Program(["01-a.md": "# A\n\nText.\n"])
    book.environment["PATH"] = "/nowhere"
    for (format, package) in [("docx", "pandoc"), ("markdown", "pandoc"), ("pdf", "chromium")] {
      let answer = try book.run("export", "--to", format)
      #expect(answer.status == 3)
      #expect(
        answer.errors.contains("--to \(format) needs it: apt-get install \(package)"),
        "\(answer.errors)"
      )
    }
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/editions"))
  }

  @Test("for code hosts and archives are written without any program, and need authors")
  func deposits() throws {
    let book = try Program(Self.files)
    book.environment["PATH"] = "/nowhere"
    #expect(try book.run("export", "--to", "cff", "--output", book.folder + "/CITATION.cff").status == 0)
    #expect(try text(book.folder + "/CITATION.cff").contains("family-names: \"Lovelace\""))
    #expect(try book.run("export", "--to", "zenodo").status == 0)
    #expect(try text(book.folder + "/editions/.zenodo.json").contains("\"license\" : \"cc-by-4.0\""))
    try book.write("book.yml", "title: T\nbibliography: r.bib\nmath: dollars\n")
    let answer = try book.run("export", "--to", "cff")
    #expect(
      answer.status == 1 && answer.errors.contains("book.yml names no 'authors', and --to cff needs them")
    )
  }
}
