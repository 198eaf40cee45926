internal import Foundation
internal import Testing

/// Renders under bad conditions: a full disk, a clock that jumps, inputs that change meanwhile.
@Suite("A render under bad conditions", .serialized)
struct HardshipTests {
  @Test("names the path and keeps the earlier report if pages cannot be written")
  func fullDisk() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    #expect(try book.run("render").status == 0)
    let page = try book.page("01-a.html")
    try book.edit("01-a.md", "Words.", "Other words.")
    book.fileLimit = 4
    let answer = try book.run("render")
    #expect(answer.status == 3)
    #expect(answer.errors.contains("output/") && answer.errors.contains("File too large"), "\(answer.errors)")
    #expect(try book.page("01-a.html") == page)
    let names = try FileManager.default.contentsOfDirectory(atPath: book.folder + "/output")
    #expect(!names.contains { $0.contains(".new") }, "\(names)")
    book.fileLimit = nil
    #expect(try book.run("render", "--json").ran == [])
    #expect(try book.page("01-a.html").contains("Other words."))
  }

  @Test("warns if a record cannot be stored, and runs the cell again")
  func noRoomForRecords() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    #expect(try book.run("check").status == 0)
    let records = book.folder + "/.marginalia/records"
    try FileManager.default.removeItem(atPath: records)
    try Data().write(to: URL(fileURLWithPath: records))
    let answer = try book.run("render")
    #expect(answer.errors.contains("the record of 'a' could not be stored"), "\(answer.errors)")
    #expect(answer.errors.contains("/.marginalia/records/a'"), "\(answer.errors)")
    #expect(try book.page("findings.json").contains("\"value\":1"))
    try FileManager.default.removeItem(atPath: records)
    #expect(try book.run("render", "--json").ran == ["a"])
  }

  @Test("orders records by when they were made, whatever the clock said")
  func clock() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    #expect(try book.run("render").status == 0)
    let files = try FileManager.default.subpathsOfDirectory(atPath: book.folder)
    for (index, file) in files.enumerated() where !file.contains("modules") {
      let date = Date(timeIntervalSince1970: index.isMultiple(of: 2) ? 1000 : 4_000_000_000)
      try? FileManager.default.setAttributes(
        [.modificationDate: date],
        ofItemAtPath: book.folder + "/" + file
      )
    }
    #expect(try book.run("render", "--json").ran == [])
    try book.edit("01-a.md", "1)", "2)")
    #expect(try book.run("render", "--json").ran == ["a"])
    #expect(try book.page("findings.json").contains("\"value\":2"))
    try book.edit("01-a.md", "2)", "1)")
    #expect(try book.run("render", "--json").ran == [])
    #expect(try book.page("findings.json").contains("\"value\":1"))
  }

  @Test(
    "is verified in a folder of its own, of which nothing is left, also where the command is ended",
    arguments: [false, true]
  )
  func verification(isEnded: Bool) throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    #expect(try book.run("render").status == 0)
    let place = book.folder + "/temporary"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    book.environment["TMPDIR"] = place
    if isEnded {
      try book.edit("01-a.md", "record", "import Glibc\nsleep(3600)\nrecord")
    }
    let (process, _, errors) = try book.start(["verify"])
    if isEnded {
      try book.wait {
        !process.isRunning
          || ((try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? []).contains {
            $0.hasSuffix("/findings.json")
          }
      }
      process.terminate()
    }
    process.waitUntilExit()
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == (isEnded ? SIGTERM : 0), "\(said)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
  }

  @Test("names the line of a shared source that does not compile, once for all chapters, and no cell")
  func sharedSource() throws {
    let book = try Program([
      "book.yml": "title: T\nsources: [Shared.swift]\n", "Shared.swift": "let a = 1\nlet b = c\n",
      "01-a.md": Program.chapter("print(a)"), "02-b.md": "# B\n\n```swift id=b\nprint(a)\n```\n",
    ])
    for command in ["check", "render", "render"] {
      let answer = try book.run(command)
      #expect(answer.status == 1)
      let message = "error: Shared.swift:2:9: cannot find 'c' in scope"
      #expect(answer.errors.components(separatedBy: message).count == 2, "\(answer.errors)")
      #expect(!answer.errors.contains("the cell"), "\(answer.errors)")
    }
    #expect(try book.page("02-b.html").contains("Shared.swift:2:9: cannot find"))
    #expect(try book.run("render", "--json").output.components(separatedBy: "\"event\":\"error\"").count == 2)
  }

  @Test(
    "tells the warnings of a shared source once, at its line, also after an edit of comments and where nothing runs"
  )
  func sharedWarnings() throws {
    let book = try Program([
      "book.yml": "title: T\nsources: [Shared.swift]\n", "Shared.swift": "func f() {\n  let unused = 1\n}\n",
      "01-a.md": Program.chapter("f()"), "02-b.md": "# B\n\n```swift id=b\nf()\n```\n",
    ])
    func warnings(_ command: String, _ place: String) throws {
      let answer = try book.run(command)
      let said = answer.errors + answer.output
      #expect(answer.status == 0)
      #expect(said.components(separatedBy: "'unused' was never used").count == 2, "\(said)")
      #expect(said.contains(place), "\(said)")
    }
    try warnings("render", "Shared.swift:2:7: ")
    try warnings("render", "Shared.swift:2:7: ")
    try warnings("check", "Shared.swift:2:7: ")
    try book.edit("Shared.swift", "func", "// A function.\nfunc")
    try warnings("render", "Shared.swift:3:7: ")
    try warnings("check", "Shared.swift:3:7: ")
  }

  @Test("refuses a folder with files of somebody else before any cell runs")
  func foreignFiles() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    for name in ["index.html", "style.css", "01-a.html"] {
      let folder = book.folder + "/mine-" + name
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
      let answer = try book.run("render", "--json", "--output", folder)
      #expect(answer.status == 3 && answer.ran == [], "\(answer)")
      #expect(answer.errors.contains("/mine-\(name)/\(name)' was not written"), "\(answer.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
    }
    // A file that no page would replace is nobody's business.
    let folder = book.folder + "/other"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
    for change in ["record(\"x\", 1)", "record(\"x\", 2)", "record(\"x\", 3)"] {
      try book.write("01-a.md", Program.chapter(change))
      let answer = try book.run("render", "--json", "--output", folder)
      #expect(answer.status == 0 && answer.ran == ["a"], "\(answer)")
    }
  }

  @Test("runs a fresh cell again with --force")
  func force() throws {
    let book = try Program([
      "01-a.md": Program.chapter("record(\"x\", 1)"),
      "02-b.md": "# B\n\n```swift id=b\nrecord(\"y\", 2)\n```\n",
    ])
    #expect(try book.run("render").status == 0)
    #expect(try book.run("render", "--json", "--force", "b").ran == ["b"])
    #expect(try book.page("provenance.html").components(separatedBy: "in the render that wrote").count == 2)
    #expect(try book.page("provenance.html").components(separatedBy: "shown from its record").count == 2)
  }
}
