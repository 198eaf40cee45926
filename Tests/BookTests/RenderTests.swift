internal import Foundation
internal import Testing

@Suite("marginalia render", .serialized)
struct RenderTests {
  private static let sound =
    "# Sound\n\nIt is [?](finding:fine.x).\n\n```swift id=fine\nrecord(\"x\", 7)\n```\n"

  private static func chapter(_ code: String, attributes: String = "") -> String {
    "# Bad\n\n```swift id=before\nrecord(\"y\", 5)\n```\n\n```swift id=bad\(attributes)\n\(code)\n```\n\n"
      + "```swift id=after\nrecord(\"z\", 6)\n```\n"
  }

  struct Mishap: CustomTestStringConvertible, Sendable {
    var code: String
    var attributes = ""
    var line: Int
    var message: String
    var testDescription: String { message }
  }

  static let mishaps: [Mishap] = [
    .init(code: "let a = [1]\nprint(a[3])", line: 9, message: "Index out of range"),
    .init(code: "let a: Int = \"x\"", line: 8, message: "cannot convert"),
    .init(code: "while true {}", attributes: " timeout=2s", line: 7, message: "longer than 2"),
    .init(code: "import Foundation\nthrow CocoaError(.userCancelled)", line: 9, message: "Error"),
    .init(
      code: "import Foundation\nprint(try String(contentsOfFile: \"secret.txt\", encoding: .utf8))",
      line: 9,
      message: "add reads=secret.txt"
    ),
  ]

  @Test(
    "shows a cell that fails with its line, keeps those above, runs later chapters and exits with 1",
    arguments: mishaps
  )
  func failure(mishap: Mishap) throws {
    let book = try Program([
      "01-bad.md": Self.chapter(mishap.code, attributes: mishap.attributes), "02-sound.md": Self.sound,
      "secret.txt": "psst",
    ])
    let answer = try book.run("render")
    #expect(answer.status == 1)
    #expect(answer.errors.contains("01-bad.md:\(mishap.line): the cell 'bad' failed: "), "\(answer.errors)")
    #expect(answer.errors.contains(mishap.message), "\(answer.errors)")
    let page = try book.page("01-bad.html")
    #expect(page.contains("bad"))
    let findings = try book.page("findings.json")
    #expect(findings.contains("\"value\":5") && findings.contains("\"value\":7"))
    #expect(!findings.contains("\"value\":6"))
    try book.write("01-bad.md", Self.chapter("print(1)"))
    let fixed = try book.run("render")
    #expect(fixed.status == 0, "\(fixed.errors)")
    #expect(try book.page("findings.json").contains("\"value\":6"))
  }

  @Test("gives the same bytes for chapters side by side and one by one")
  func jobs() throws {
    var files: [String: String] = [:]
    for number in 1...4 {
      files["0\(number)-part-\(number).md"] =
        "# Part\n\n```swift id=c\(number)\nprint(\"out\")\nrecord(\"x\", \(number))\n```\n"
    }
    let one = try Program(files)
    let many = try Program(files)
    #expect(try one.run("render", "--jobs", "1").status == 0)
    #expect(try many.run("render", "--jobs", "4").status == 0)
    for page in ["index.html", "01-part-1.html", "04-part-4.html", "findings.json"] {
      #expect(try one.page(page) == many.page(page), "\(page)")
    }
  }

  @Test("lets two processes render one book, one after the other")
  func together() throws {
    let book = try Program(["01-sound.md": Self.sound.replacingOccurrences(of: "record", with: "record")])
    let first = try book.start(["render"])
    let second = try book.start(["render"])
    first.0.waitUntilExit()
    second.0.waitUntilExit()
    #expect(first.0.terminationStatus == 0)
    #expect(second.0.terminationStatus == 0)
    #expect(try book.page("findings.json").contains("\"value\":7"))
  }

  @Test("shows recorded cells with --no-execute, and cells without a record as not run")
  func noExecute() throws {
    let book = try Program(["01-sound.md": Self.sound])
    #expect(try book.run("render", "--no-execute", "--json").ran == [])
    #expect(try book.page("findings.json").contains("notRun"))
    #expect(try book.run("render").status == 0)
    try FileManager.default.removeItem(atPath: book.folder + "/output")
    // Works without a compiler.
    book.environment["PATH"] = "/nowhere"
    #expect(try book.run("render", "--no-execute").status == 0)
    #expect(try book.page("findings.json").contains("\"value\":7"))
  }

  @Test("shows errors of a chapter in the terminal and on its page, and renders the other chapters")
  func textErrors() throws {
    let book = try Program([
      "01-loose.md": "# Loose\n\nKept, [?](chapter:nowhere).\n\n```swift id=loose\nrecord(\"y\", 5)\n```\n",
      "02-shut.md": "# Shut\n\nNot shown.\n\n```swift id=shut ehco=fold\nrecord(\"z\", 6)\n```\n",
      "03-sound.md": Self.sound,
    ])
    let answer = try book.run("render", "--json")
    #expect(answer.status == 1)
    #expect(answer.ran.sorted() == ["fine", "loose"])
    let loose = "01-loose.md:3:11: 'chapter:nowhere' leads nowhere: there is no chapter 'nowhere'"
    let shut = "02-shut.md:5:18: there is no attribute 'ehco'; did you mean 'echo'?"
    let said = try book.run("render").errors
    for (text, page) in [(loose, "01-loose.html"), (shut, "02-shut.html")] {
      #expect(said.contains(text), "\(said)")
      #expect(try book.page(page).contains(text.prefix(12)))
    }
    #expect(try book.page("01-loose.html").contains("Kept"))
    #expect(try !book.page("02-shut.html").contains("Not shown"))
    #expect(try !book.page("03-sound.html").contains("errors"))
    try book.edit("01-loose.md", "chapter:nowhere", "finding:loose.y")
    try book.edit("02-shut.md", "ehco", "echo")
    #expect(try book.run("render", "--json").ran == ["shut"])
    #expect(try book.page("02-shut.html").contains("Not shown"))
  }

  @Test("writes only what changed, with the bytes of a render from nothing")
  func warm() throws {
    let chart =
      "record(\"c\", Chart(x: .init(\"a\"), y: .init(\"b\"), marks: [.line(series: \"s\", points: [.init(0, 1), .init(1, 2)])], summary: \"A line.\"), caption: \"A chart.\")"
    let files = [
      "01-one.md": "# One\n\nFirst.\n\n```swift id=one\nprint(1)\n\(chart)\nrecord(\"x\", 3)\n```\n",
      "02-two.md": "# Two\n\nSee [?](figure:one.c), [?](finding:one.x).\n\n```swift id=two\n\(chart)\n```\n",
    ]
    let book = try Program(files)
    #expect(try book.run("render").status == 0)
    let edits: [(String, String, String)] = [
      ("01-one.md", "First.", "First of all, $`x`$."), ("01-one.md", "# One", "Moved.\n\n# One"),
      ("01-one.md", "id=one", "id=one echo=fold"), ("02-two.md", "A chart.", "Another chart."),
      ("02-two.md", "id=two", "id=second"),
    ]
    for (file, old, new) in edits {
      try book.edit(file, old, new)
      #expect(try book.run("render").status == 0)
      let cold = try Program([
        "01-one.md": String(contentsOfFile: book.path("01-one.md"), encoding: .utf8),
        "02-two.md": String(contentsOfFile: book.path("02-two.md"), encoding: .utf8),
      ])
      #expect(try cold.run("render").status == 0)
      for page in ["index.html", "01-one.html", "02-two.html", "findings.json"] {
        #expect(try book.page(page) == cold.page(page), "\(page) after \(new)")
      }
    }
  }

  @Test("restores a page that was changed from outside")
  func touched() throws {
    let book = try Program(["01-sound.md": Self.sound])
    #expect(try book.run("render").status == 0)
    let page = try book.page("01-sound.html")
    let url = URL(fileURLWithPath: book.folder + "/output/01-sound.html")
    try Data(page.replacingOccurrences(of: "Sound", with: "Silly").utf8).write(to: url)
    #expect(try book.run("render", "--json").ran == [])
    #expect(try book.page("01-sound.html") == page)
  }

  @Test("keeps the earlier report if the output folder cannot be written")
  func earlierReport() throws {
    let book = try Program(["01-sound.md": Self.sound])
    #expect(try book.run("render").status == 0)
    let page = try book.page("01-sound.html")
    let full = try book.run("render", "--output", "/proc/output")
    #expect(full.status == 3)
    #expect(full.errors.contains("/proc/output"), "\(full.errors)")
    #expect(try book.page("01-sound.html") == page)
  }

  @Test("runs a cell with a damaged record again, with the same bytes")
  func damage() throws {
    let book = try Program(["01-sound.md": Self.sound])
    #expect(try book.run("render").status == 0)
    let findings = try book.page("findings.json")
    let folder = book.folder + "/.marginalia/records/fine/"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let url = URL(fileURLWithPath: folder + name)
      try Data(contentsOf: url).dropLast(5).write(to: url)
    }
    #expect(try book.run("render", "--json").ran == ["fine"])
    #expect(try book.page("findings.json") == findings)
  }

  @Test("exits with 2 for a wrong command line and with 1 for an unknown chapter or a missing book")
  func usage() throws {
    let book = try Program(["01-sound.md": Self.sound])
    #expect(try book.run("render", "--nonsense").status == 2)
    #expect(try book.run("render", "--jobs", "0").status == 2)
    #expect(try book.run("render", "--profile", "nope").status == 2)
    #expect(try book.run("render", "09").status == 1)
    let missing = try book.run("render", "--book", "nowhere")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("book.yml"))
  }
}

@Suite("The other commands", .serialized)
struct CommandTests {
  @Test("make a book that renders at once, verify it, and compare its versions number by number")
  func newBook() throws {
    let place = try Program([:])
    #expect(try place.run("new", "small").status == 0)
    #expect(try place.run("new", "small").status == 1)
    let chapters = ["--book", "small", "--store", ".marginalia", "--output", "output"]
    let rendered = try place.run(["render"] + chapters)
    #expect(rendered.status == 0 && !rendered.errors.contains("warning"), "\(rendered.errors)")
    let verified = try place.run(["verify", "--book", "small", "--output", "output"])
    #expect(verified.status == 0, "\(verified.output)")
    let file = place.folder + "/small/Chapters/01-a-number.md"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacingOccurrences(of: "0..<1000", with: "0..<10").write(
      toFile: file,
      atomically: true,
      encoding: .utf8
    )
    #expect(try place.run(["render"] + chapters).status == 0)
    let difference = try place.run(["diff", "--book", "small", "--store", ".marginalia"])
    #expect(difference.status == 1)
    #expect(difference.output.contains("sample.mean: "), "\(difference.output)")
    #expect(try place.run(["diff", "output", "output"]).status == 0)
  }

  @Test("verify to the last bit on the same kind of processor, and within tolerance on another")
  func verify() throws {
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1.5)\n```\n"])
    #expect(try book.run("render").status == 0)
    #expect(try book.run("verify", "--badge", "badge.svg").status == 0)
    func badge() throws -> String { try String(contentsOfFile: book.folder + "/badge.svg", encoding: .utf8) }
    #expect(try badge().contains("<title>reproduced: 1 findings to the last bit</title>"))
    func edit(_ file: String, _ old: String, _ new: String) throws {
      let page = try book.page(file)
      try #require(page.contains(old))
      let url = URL(fileURLWithPath: book.folder + "/output/" + file)
      try Data(page.replacingOccurrences(of: old, with: new).utf8).write(to: url)
    }
    try edit("findings.json", "\"value\":1.5", "\"value\":1.5003")
    let here = try book.run("verify", "--badge", "badge.svg")
    #expect(here.status == 1)
    #expect(try badge().contains("<title>reproduced: 1 of 1 findings differ</title>"))
    #expect(
      here.output.contains("a.x: 1.5003 -> 1.5, difference -0.0003, within its tolerance"),
      "\(here.output)"
    )
    try edit("provenance.json", "\"machine\" : \"", "\"machine\" : \"Another ")
    let elsewhere = try book.run("verify", "--badge", "badge.svg")
    #expect(try badge().contains("<title>reproduced: 1 findings, 0 to the last bit</title>"))
    #expect(elsewhere.status == 0, "\(elsewhere.output)")
    #expect(elsewhere.output.contains("another kind of processor"))
    try edit("findings.json", "\"value\":1.5003", "\"value\":1.6")
    #expect(try book.run("verify").status == 1)
  }

  @Test("write what differs as a page, and compare the last two reports of one profile")
  func difference() throws {
    let book = try Program([
      "book.yml": "title: T\nprofiles:\n  small: {seed: 1}\n  other: {seed: 2}\n",
      "01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1.5)\n```\n",
    ])
    #expect(try book.run("render").status == 0)
    #expect(try book.run("diff").status == 1)
    try book.edit("01-a.md", "1.5", "2.5")
    #expect(try book.run("render").status == 0)
    #expect(try book.run("render", "--profile", "other").status == 0)
    #expect(try book.run("diff").errors.contains("only 1 report"))
    let answer = try book.run("diff", "--profile", "small", "--html", "difference.html")
    #expect(answer.output.contains("a.x: 1.5 -> 2.5, difference +1"), "\(answer.output)")
    let page = try String(contentsOfFile: book.folder + "/difference.html", encoding: .utf8)
    #expect(page.contains("<th scope=\"row\">a.x</th>") && page.contains("<td class=\"number\">2.5</td>"))
    #expect(try book.run("diff", "--profile", "small", "--html", "/proc/d.html").status == 3)
    // A damaged file of a report is named, with the place of what is wrong, and no words of the decoder.
    for (file, text, expected) in [
      (
        "findings.json", #"{"book":"T","cells":{"a":{"chapter":7}},"schema":2}"#,
        "findings.json of a report: cells.a.chapter: found the number 7.0, expected a text; render the book again, or name "
          + "another report"
      ),
      (
        "findings.json", "",
        "findings.json of a report: found an empty file, expected JSON as a render writes it;"
      ),
      (
        "findings.json", #"{"book":"T","schema":2}"#,
        "findings.json of a report: found no field 'cells', expected one;"
      ),
      ("findings.json", #"{"schema":1}"#, "this program reads version 2: render the book again"),
      ("findings.json", "{\"book\":", "findings.json of a report: found no JSON ("),
      ("provenance.json", "[]", "provenance.json of a report: found a list of 0, expected an object;"),
    ] {
      let folder = book.folder + "/damaged"
      try? FileManager.default.removeItem(atPath: folder)
      try FileManager.default.copyItem(atPath: book.folder + "/output", toPath: folder)
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + file))
      let answer = try book.run("diff", "\(book.folder)/output", folder)
      #expect(answer.status == 1 && answer.errors.contains("/damaged/\(file)'"), "\(answer.errors)")
      #expect(answer.errors.contains(expected), "\(answer.errors)")
      #expect(
        !answer.errors.contains("DecodingError") && !answer.errors.contains("CodingKeys"),
        "\(answer.errors)"
      )
    }
  }

  @Test("say why a cell is stale, what is up to date, and check without running")
  func looks() throws {
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1)\n```\n"])
    #expect(try book.run("list").output.contains("a: stale: it has never run"))
    #expect(try book.run("check").status == 0)
    #expect(try book.run("render").status == 0)
    #expect(try book.run("explain", "a").output.contains("fresh, recorded"))
    try book.edit("01-a.md", "1)", "y)")
    #expect(try book.run("explain", "a").output.contains("stale: its code changed"))
    #expect(try book.run("explain", "b").status == 1)
    let checked = try book.run("check")
    #expect(checked.status == 1)
    let place = "01-a.md:4:1: the cell 'a': cannot find 'y' in scope"
    #expect(checked.errors.contains(place), "\(checked.errors)")
    #expect(try book.run("clean").status == 0)
    #expect(try book.run("clean", "--all").status == 0)
  }
}
