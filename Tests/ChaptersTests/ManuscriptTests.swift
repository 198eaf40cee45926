internal import Chapters
internal import Foundation
internal import Testing

@Suite("Checking a book")
struct ManuscriptTests {
  static func problems(_ texts: [String], bibliography: String? = "@book{knuth, title={T}, year=1984}") throws
    -> [String]
  {
    let files = texts.indices.map { "0\($0 + 1)-\(["one", "two", "three"][$0]).md" }
    let book = Book(
      folder: "/b",
      title: "T",
      chapterFiles: files,
      bibliographies: bibliography.map { _ in ["r.bib"] } ?? []
    )
    let chapters = try zip(texts, files).map { try Chapter(parsing: $0, file: $1) }
    var entries = Bibliography()
    _ = entries.read(bibliography ?? "", file: "r.bib")
    return Manuscript(book: book, chapters: chapters, bibliography: entries).problems.map(\.description)
  }

  @Test("finds nothing where all is right")
  func sound() throws {
    let first = "```swift id=a\n```\n\n```math label=e\nx\n```\n\n[1.5](finding:a.x) [f](figure:a.x)"
    let second =
      "[e](equation:e) [c](chapter:one) [k](cite:knuth)\n\n```swift id=b needs=a\n```\n\nIn 2018, 3.5 m."
    #expect(try Self.problems([first, second]) == [])
  }

  @Test("names the place in a bibliography that is not UTF-8")
  func encoding() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("encoding-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let entry = Data("@book{a,\n title={Caf".utf8) + [0xE9] + Data("}}\n".utf8)
    try entry.write(to: folder.appendingPathComponent("r.bib"))
    let book = Book(folder: folder.path, title: "T", chapterFiles: [], bibliographies: ["r.bib"])
    #expect(
      Manuscript(reading: book).problems.map(\.description)
        == ["r.bib:2:12: error: these bytes are not UTF-8; save the file in that encoding"]
    )
  }

  @Test("reads captions of findings as Markdown, and leaves those without markup as they are")
  func captions() throws {
    let place = SourceLocation(file: "01-one.md", line: 9)
    func caption(_ text: String, hasDollarMath: Bool = false) -> Caption? {
      Caption(text, finding: "a.x", at: place, hasDollarMath: hasDollarMath)
    }
    let plain = [
      "", "Walks.", "1. First, then # more - all > 5", "5 * 3 = 15", "costs $5 and $6", "a_b_c", "AT&T",
    ]
    for text in plain { #expect(caption(text) == nil, "\(text)") }
    let read = try #require(
      caption("The *mean* of $`x_i`$, as [](cite:knuth) and [e](equation:e) say. More `code`.")
    )
    #expect(Chapter.plainText(read.inlines) == "The mean of $x_i$, as (knuth) and e say. More code.")
    #expect(Chapter.plainText(read.firstSentence) == "The mean of $x_i$, as (knuth) and e say.")
    #expect(read.formulas.map(\.tex) == ["x_i"] && read.formulas[0].location.line == 9)
    #expect(read.citations.count == 1)
    #expect(
      read.references.map(\.target).sorted() == ["e", "knuth"]
        && read.references.allSatisfy { $0.location == place }
    )
    #expect(caption("of $x$", hasDollarMath: true)?.formulas.map(\.tex) == ["x"])
    #expect(
      caption("# A *title*\nthat goes on")?.inlines == [
        .text("# A "), .emphasis([.text("title")]), .text(" that goes on"),
      ]
    )
    #expect(caption("- `x`")?.inlines == [.text("- "), .code("x")])
    #expect(caption("An Array<Int> of *x*").map { Chapter.plainText($0.inlines) } == "An Array<Int> of x")
    #expect(caption("\\*x\\*")?.inlines == [.text("*x*")])
    let book = Book(folder: "/b", title: "T", chapterFiles: ["01-one.md"], bibliographies: ["r.bib"])
    let manuscript = Manuscript(book: book, chapters: [try Chapter(parsing: "# T\n", file: "01-one.md")])
    let problems = manuscript.problems(
      of: [caption("[](cite:nobody)"), caption("[x](table:roc)")].compactMap { $0 }
    )
    #expect(
      problems.map(\.description) == [
        "01-one.md:9:1: error: in the caption of 'a.x': 'table:roc' leads nowhere; expected table:cell.name, such as "
          + "table:lfw.accuracy",
        "01-one.md:9:1: error: 'cite:nobody' leads nowhere: there is no entry of the bibliography 'nobody'",
      ]
    )
  }

  @Test("gives equations their labels and numbers, and formulas that refer to them these numbers")
  func equations() throws {
    let text =
      "```math\na \\label{eq:first_one}\n```\n\n```math label=b\nx\n```\n\nBy $`\\eqref{eq:first_one}`$ $`\\ref{b} + 1`$\n"
    let chapter = try Chapter(parsing: text, file: "02-two.md")
    #expect(chapter.mentions.equations.map(\.label) == ["first-one", "b"])
    #expect(chapter.mentions.references.map(\.target) == ["first-one", "b"])
    #expect(chapter.mentions.references.map(\.location.description) == ["02-two.md:9:6", "02-two.md:9:31"])
    let numbers = EquationNumbers([chapter])
    #expect(
      numbers.resolved("x \\eqref{first-one} \\ref{b} \\href{b}{c}")
        == "x \\text{(2.1)} \\text{2.2} \\href{b}{c}"
    )
    #expect(EquationNumbers.onlyReference("\\eqref{b}")?.label == "b")
    #expect(EquationNumbers.onlyReference("\\eqref{b} + 1") == nil)
    #expect(
      try Self.problems(["By $`x + \\eqref{c}`$."]) == [
        "01-one.md:1:10: error: 'equation:c' leads nowhere: there is no equation label 'c'"
      ]
    )
  }

  @Test("finds what leads nowhere, and says what was meant", arguments: deadEnds)
  func dangling(text: String, message: String) throws {
    #expect(try Self.problems(["```swift id=roc\n```\n\n```math label=mml\n```\n\n" + text]) == [message])
  }

  static let deadEnds = [
    (
      "[x](finding:rock.a)",
      "01-one.md:7:5: error: 'finding:rock.a' leads nowhere: there is no cell 'rock'; did you mean 'roc'?"
    ),
    ("[x](table:zebra.a)", "01-one.md:7:5: error: 'table:zebra.a' leads nowhere: there is no cell 'zebra'"),
    (
      "[x](equation:mm)",
      "01-one.md:7:5: error: 'equation:mm' leads nowhere: there is no equation label 'mm'; did you mean 'mml'?"
    ),
    (
      "[x](chapter:zebra)", "01-one.md:7:5: error: 'chapter:zebra' leads nowhere: there is no chapter 'zebra'"
    ),
    (
      "[x](cite:knut)",
      "01-one.md:7:5: error: 'cite:knut' leads nowhere: there is no entry of the bibliography 'knut'; "
        + "did you mean 'knuth'?"
    ),
    (
      "[x](finding:roc.a) rose to 99.6 % here.",
      "01-one.md:7:5: warning: '99.6 %' stands beside a finding and is typed by hand; "
        + "write [99.6 %](finding:cell.name)"
    ),
  ]

  @Test("finds a cell of the first page that no chapter has")
  func firstPage() throws {
    var book = Book(folder: "/b", title: "T", chapterFiles: ["01-one.md"])
    let chapter = try Chapter(parsing: "```swift id=roc\n```", file: "01-one.md")
    book.firstPage = [("rok", 3), ("roc", 4)].map { cell, line in
      let place = SourceLocation(file: "book.yml", line: line, column: 5)
      return Reference(kind: .finding, target: "\(cell).a", text: [], location: place)
    }
    #expect(
      Manuscript(book: book, chapters: [chapter]).problems.map(\.description) == [
        "book.yml:3:5: error: 'finding:rok.a' leads nowhere: there is no cell 'rok'; did you mean 'roc'?"
      ]
    )
  }

  @Test("finds ids and labels that two chapters share")
  func across() throws {
    let first = "```swift id=a needs=two\n```\n\n```math label=e\n```"
    let second = "```math label=e\n```\n\n```swift id=c needs=one\n```"
    let third = "```swift id=a\n```\n"
    #expect(
      try Self.problems([first, second, third]) == [
        "02-two.md:1:1: error: the label 'e' is already taken at 01-one.md:4:1",
        "03-three.md:1:1: error: the id 'a' is already taken at 01-one.md:1:1",
      ]
    )
  }

  @Test("closes a chapter whose cells cannot be read or are taken, and blames no other chapter for it")
  func closed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = [
      "book.yml": "title: T\n",
      "01-a.md": "[x](finding:lost.x) [y](finding:b.y)\n\n```swift id=a needs=b\n```",
      "02-b.md": "# B\n\n```swift id=b\n```\n\n```swift id=lost echo=loud\n```\n\n```swift id=Bad\n```",
      "03-c.md": "# C\n\n```swift id=a\n```\n\n```swift id=d\n```", "04-d.md": "[x](finding:a)",
    ]
    for (name, text) in files {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let manuscript = Manuscript(reading: try Book(readingFolder: folder.path))
    #expect(
      manuscript.errors.map(\.location.description) == [
        "02-b.md:6:18", "02-b.md:9:10", "04-d.md:1:5", "03-c.md:3:1",
      ]
    )
    #expect(manuscript.chapters.map(\.isBroken) == [false, true, true, false])
    #expect(manuscript.chapters.map { $0.cells.map(\.id) } == [["a"], ["b", "lost"], ["d"], []])
  }

  @Test("reads a folder, and keeps what is good of it")
  func folder() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let files = [
      "book.yml": "title: T\nbibliography: r.bib\n", "01-a.md": "# A\n\n[k](cite:k)",
      "02-b.md": "```swift x\n```",
      "r.bib": "@misc{k, title={T}, year=2000}\n@misc{k, title={T}, year=2000}",
    ]
    for (name, text) in files {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    let manuscript = Manuscript(reading: try Book(readingFolder: folder.path))
    #expect(manuscript.chapters.map(\.id) == ["a", "b"])
    #expect(manuscript.chapters.map(\.isBroken) == [false, true])
    #expect(manuscript.errors.count == 2)
    #expect(manuscript.problems.map(\.location.description) == ["02-b.md:1:10", "r.bib:2:1"])
  }

  @Test("finds two chapters of one number, whose figures would have the same numbers")
  func numbers() {
    let chapters = ["02-a.md", "02-b.md", "03-c.md", "d.md", "e.md"].map { file in
      Chapter.read("# \(file)", file: file).0
    }
    let book = Book(folder: "/", title: "T", chapterFiles: chapters.map(\.file))
    #expect(
      Manuscript(book: book, chapters: chapters).problems.map(\.description) == [
        "02-b.md:1:1: error: the number 2 is already taken by '02-a.md'; rename one of the two files"
      ]
    )
  }
}
