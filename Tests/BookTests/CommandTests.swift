internal import Foundation
internal import Testing

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
    #expect(try book.run("check").output == "1 chapter, 1 cell: no errors\n")
    #expect(try book.run("render").status == 0)
    #expect(try book.run("verify", "--badge", "badge.svg").status == 0)
    func badge() throws -> String { try String(contentsOfFile: book.folder + "/badge.svg", encoding: .utf8) }
    #expect(try badge().contains("<title>reproduced: 1 finding to the last bit</title>"))
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
    #expect(try badge().contains("<title>reproduced: 1 finding, 0 to the last bit</title>"))
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
