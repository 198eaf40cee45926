internal import Foundation
internal import Testing

@Suite("A folder or a file that the program cannot work with")
struct PlaceTests {
  @Test("makes the compiler's cache again where a file of it is damaged")
  func damagedCache() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    // A cache of its own: others share one.
    let modules = book.folder + "/.marginalia/modules"
    try FileManager.default.removeItem(atPath: modules)
    #expect(try book.run("render").status == 0)
    let damaged = try FileManager.default.subpathsOfDirectory(atPath: modules)
      .filter { $0.contains("SwiftShims") && $0.hasSuffix(".pcm") }
    #expect(!damaged.isEmpty)
    for name in damaged { try Data().write(to: URL(fileURLWithPath: modules + "/" + name)) }
    let answer = try book.run("render", "--force")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(try book.run("clean").status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: modules) == [])
  }

  @Test(
    "refuses as a store the folder of the book, that of its report, and one with other files, and removes none"
  )
  func foreignStores() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    for name in ["Chapters/records", "my/records", "output/notes"] {
      let folder = book.folder + "/" + name
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("mine".utf8).write(to: URL(fileURLWithPath: folder + "/mine.txt"))
    }
    for command in [["clean"], ["clean", "--all"], ["render"], ["check"], ["list"]] {
      for store in ["Chapters", "output", "my"] {
        let answer = try book.run(command + ["--store", store])
        #expect(answer.status == (store == "my" ? 3 : 2), "\(command) \(store): \(answer)")
        let expected = store == "my" ? "is not a store of marginalia" : "cannot be its store"
        #expect(answer.errors.contains(expected), "\(answer.errors)")
      }
    }
    let named = try book.run("render", "--store", "new", "--output", "new")
    #expect(named.status == 2 && named.errors.contains("the folder of its report"), "\(named)")
    for name in ["Chapters/records", "my/records", "output/notes"] {
      #expect(try FileManager.default.contentsOfDirectory(atPath: book.folder + "/" + name) == ["mine.txt"])
    }
  }

  @Test("refuses the folder of a book as that of a report, whose old files a render removes")
  func bookAsReport() throws {
    let book = try Program(["01-a.md": "# A\n\n![A line](line.svg)\n", "line.svg": "<svg/>"])
    try FileManager.default.createSymbolicLink(
      atPath: book.folder + "/link",
      withDestinationPath: "Chapters"
    )
    for folder in ["Chapters", "link"] {
      for command in [["render"], ["render", "--dry-run"], ["serve", "--port", "0"]] {
        let (process, _, errors) = try book.start(command + ["--output", folder])
        // A server that goes on fails the test instead of holding it up.
        defer { if process.isRunning { process.terminate() } }
        try book.wait { !process.isRunning }
        let said = try String(contentsOf: errors, encoding: .utf8)
        #expect(process.terminationStatus == 2, "\(command): \(said)")
        #expect(said.contains("/Chapters' is the folder of a book"), "\(said)")
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: book.folder + "/Chapters")
    #expect(names.sorted() == ["01-a.md", "book.yml", "line.svg"])
  }

  @Test(
    "refuses an output whose folder does not exist before anything runs",
    arguments: [
      ["verify", "--badge"], ["diff", "output", "output", "--html"],
      ["archive", "--key", "private.pem", "--output"],
    ]
  )
  func missingFolder(command: [String]) throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    #expect(try book.run("render").status == 0)
    let answer = try book.run(command + ["none/x"])
    #expect(answer.status == 2 && answer.output == "", "\(answer)")
    #expect(answer.errors.contains("'none/x' cannot be written: there is no folder"), "\(answer.errors)")
  }

  @Test(
    "ends with an error where standard output cannot be written",
    arguments: [["--help"], ["list"], ["render", "--json"]]
  )
  func fullOutput(arguments: [String]) throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    let answer = try book.shell("exec \"$PROGRAM\" \(arguments.joined(separator: " ")) > /dev/full")
    #expect(answer.status == 3, "\(answer)")
    #expect(answer.errors.contains("standard output could not be written"), "\(answer.errors)")
  }

  @Test("names the book of the working folder where another one is not found")
  func bookHere() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    let inside = try book.shell("cd Chapters; \"$PROGRAM\" list")
    #expect(inside.status == 1 && inside.errors.contains("--book (--book . for the one here)"), "\(inside)")
    let outside = try book.shell("cd .marginalia; \"$PROGRAM\" list")
    #expect(outside.status == 1 && outside.errors.contains("with --book, or make"), "\(outside)")
  }

  @Test("may have a name of one letter: a report, a file that is written, and a folder of pictures")
  func oneLetter() throws {
    let book = try Program(["01-a.md": "# A\n\n![A line](f/line.svg)\n"])
    try FileManager.default.createDirectory(atPath: book.path("f"), withIntermediateDirectories: false)
    try book.write("f/line.svg", "<svg/>")
    for report in ["a", "b"] {
      let answer = try book.run("render", "--output", report)
      #expect(answer.status == 0, "\(answer)")
    }
    let difference = try book.run("diff", "a", "b", "--html", "d")
    #expect(difference.status == 0 && difference.output.contains("A: a\nB: b\n"), "\(difference)")
    #expect(FileManager.default.fileExists(atPath: book.folder + "/d"))
    try book.write("01-a.md", "# A\n\n```swift id=a\nrecord(\"x\", 1)\n```\n")
    let without = try book.run("render", "--output", "a")
    #expect(without.status == 0, "\(without)")
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/a/f"))
  }

  @Test("says that a path is not UTF-8")
  func otherEncoding() throws {
    let book = try Program(["01-a.md": Program.chapter("record(\"x\", 1)")])
    let folder = "f=$(printf 'b\\377ok'); mkdir \"$f\"; cp -r Chapters \"$f\";"
    for command in ["cd \"$f\"; \"$PROGRAM\" check", "\"$PROGRAM\" check --book \"$f\""] {
      let answer = try book.shell("\(folder) \(command)")
      #expect(answer.status == 1 && answer.errors.contains("is not UTF-8"), "\(answer)")
      try book.shell("rm -r b*ok")
    }
  }
}
