internal import Chapters
internal import Foundation
internal import Testing

@Suite("Reading a chapter")
struct ChapterTests {
  @Test("takes number, id and title")
  func title() throws {
    let chapter = try Chapter(
      parsing: "<!-- note -->\n# Centre *updates*\n\nText.",
      file: "05-centre-updates.md"
    )
    #expect(chapter.number == 5)
    #expect(chapter.id == "centre-updates")
    #expect(chapter.title == [.text("Centre "), .emphasis([.text("updates")])])
    #expect(chapter.blocks == [.html("<!-- note -->\n"), .paragraph([.text("Text.")])])
  }

  @Test("reads a cell with all its attributes")
  func cell() throws {
    let text =
      "# T\n\n```swift id=roc needs=training,a-b reads=x/./y.csv,z/ echo=fold timeout=1.5m\nlet x = 1\n```\n"
    let chapter = try Chapter(parsing: text, file: "a.md")
    let expected = Cell(
      id: "roc",
      needs: ["training", "a-b"],
      reads: ["x/y.csv", "z"],
      echo: .fold,
      timeout: 90,
      code: "let x = 1\n",
      location: SourceLocation(file: "a.md", line: 3)
    )
    #expect(chapter.cells == [expected])
    #expect(chapter.blocks == [.cell(0)])
  }

  @Test("knows the line of a nested cell, whatever ends the lines", arguments: ["\n", "\r\n", "\r"])
  func nestedCell(lineEnd: String) throws {
    let lines = ["\u{FEFF}# T", "", "> - text", ">", ">   ```swift id=a", ">   x", ">   ```", "", "after"]
    let chapter = try Chapter(parsing: lines.joined(separator: lineEnd), file: "a.md")
    #expect(chapter.cells.map(\.location) == [SourceLocation(file: "a.md", line: 5, column: 5)])
    #expect(chapter.cells.map(\.code) == ["x\n"])
    #expect(chapter.title == [.text("T")])
  }

  @Test("a swift fence without attributes is a listing")
  func listing() throws {
    let chapter = try Chapter(parsing: "```swift\nlet x = 1\n```", file: "a.md")
    #expect(chapter.blocks == [.listing(info: "swift", text: "let x = 1\n")])
  }

  @Test("finds references with their places")
  func references() throws {
    let text =
      "# T\n\nA [99 %](finding:lfw.accuracy) and\n[that](chapter:losses) by [Wen](cite:wen-2016 \"t\")."
    let chapter = try Chapter(parsing: text, file: "a.md")
    #expect(chapter.mentions.references.map(\.kind) == [.finding, .chapter, .cite])
    #expect(chapter.mentions.references.map(\.target) == ["lfw.accuracy", "losses", "wen-2016"])
    #expect(
      chapter.mentions.references.map(\.location.description) == ["a.md:3:10", "a.md:4:8", "a.md:4:33"]
    )
  }

  @Test("finds formulas and references after a dollar sign written as an entity")
  func entity() throws {
    let chapter = try Chapter(parsing: "&#36;`x`$ [1](finding:a.b) $`y`$", file: "a.md")
    #expect(chapter.mentions.references.map(\.location.column) == [15])
    guard case .paragraph(let inlines) = chapter.blocks[0] else { return #expect(Bool(false)) }
    let formulas = inlines.compactMap { if case .math(let tex, _) = $0 { tex } else { nil } }
    #expect(formulas == ["y"])
  }

  @Test("reads formulas in lines and on their own")
  func mathematics() throws {
    let text = "The centre $`c_j`$, not \\$`x`$ nor `$`; $`a`$$`b`$.\n\n```math label=mml\nx^2\n```"
    let chapter = try Chapter(parsing: text, file: "a.md")
    guard case .paragraph(let inlines) = chapter.blocks[0] else { return #expect(Bool(false)) }
    let formulas = inlines.compactMap {
      if case .math(let tex, let place) = $0 { (tex, place.column) } else { nil }
    }
    #expect(formulas.map(\.0) == ["c_j", "a", "b"])
    #expect(formulas.map(\.1) == [14, 43, 48])
    let place = SourceLocation(file: "a.md", line: 4)
    #expect(chapter.blocks[1] == .math(tex: "x^2\n", label: "mml", location: place))
    #expect(chapter.mentions.equations.map(\.label) == ["mml"])
  }

  @Test("says what is wrong, where, and what was meant", arguments: mistakes)
  func mistake(text: String, message: String) {
    let error = #expect(throws: ChapterErrors.self) { try Chapter(parsing: text, file: "a.md") }
    #expect(error?.description == message)
  }

  static let mistakes = [
    (
      "```swift roc\n```",
      "a.md:1:10: 'roc' is not an attribute; attributes are written name=value, such as id=roc"
    ),
    ("```swift id=a need=b\n```", "a.md:1:15: there is no attribute 'need'; did you mean 'needs'?"),
    ("```swift id=a id=b\n```", "a.md:1:15: the attribute 'id' is given twice; keep one"),
    (
      "```swift id=Roc\n```",
      "a.md:1:10: 'Roc' is not a value of 'id'; expected lower-case letters, digits and single hyphens, a letter first"
    ),
    (
      "```swift id=a echo=hidden\n```",
      "a.md:1:15: 'hidden' is not a value of 'echo'; expected show, fold, hide; did you mean 'hide'?"
    ),
    (
      "```swift id=a timeout=-3s\n```",
      "a.md:1:15: '-3s' is not a value of 'timeout'; expected a time above 0 such as 90s, 15m or 2h, and at most 1000000000s"
    ),
    (
      "```swift id=a reads=../x\n```",
      "a.md:1:15: '../x' is not a value of 'reads'; expected a path inside the book's folder, such as data/pairs.txt"
    ),
    (
      "```swift echo=fold\n```",
      "a.md:1:1: a cell needs an id, such as id=roc; without any attribute the fence is a listing"
    ),
    ("```Swift id=a\n```", "a.md:1:4: a cell begins with the word 'swift', this fence with 'Swift'"),
    (
      "text\n\n```swift id=a\nlet x = 1",
      "a.md:3:1: the cell 'a' is never closed; end it with a line of the same fence"
    ),
    (
      "```swift id=a\n```\n\n```swift id=a\n```",
      "a.md:4:1: the id 'a' is already taken at a.md:1:1; give each cell its own"
    ),
    (
      "```math label=a\n```\n\n```math label=a\n```",
      "a.md:4:1: the label 'a' is already taken at a.md:1:1; give each equation its own"
    ),
    (
      "See [x](finding:lfw).",
      "a.md:1:9: 'finding:lfw' leads nowhere; expected finding:cell.name, such as finding:lfw.accuracy"
    ),
    (
      String(repeating: "> ", count: 200) + "x",
      "a.md:1:201: more than 100 levels of quotes, lists or emphasis inside each other; write it flatter"
    ),
  ]

  @Test("names every error of a chapter at once")
  func allErrors() {
    let error = #expect(throws: ChapterErrors.self) {
      try Chapter(parsing: "[x](finding:a)\n\n```swift id=b x\n```\n\n[y](cite:)", file: "a.md")
    }
    #expect(error?.errors.map(\.location.line) == [1, 3, 6])
  }

  @Test("refuses bytes that are not UTF-8, and names their line")
  func badBytes() {
    let error = #expect(throws: ChapterErrors.self) {
      try Chapter(parsing: Data([0x41, 0x0A, 0x42, 0xFF, 0x43]), file: "a.md")
    }
    #expect(error?.errors == [.notUTF8(SourceLocation(file: "a.md", line: 2, column: 2))])
  }
}
