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
