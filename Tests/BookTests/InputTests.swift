internal import Foundation
internal import Testing

/// What a cell reads: data roots, files that it declares, and files that it does not.
@Suite("What a cell reads", .serialized)
struct InputTests {
  @Test(
    "runs a cell again if a file in its data root changes, appears or disappears, and not without the root"
  )
  func dataRoots() throws {
    let code = """
      import Foundation
      guard let folder = Notebook.current.dataRoot("set") else { notRun("no set") }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let sizes = try names.map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)).count }
      record("bytes", Double(sizes.reduce(0, +)))
      """
    let next = "record(\"twice\", 2 * (try Notebook.current.measurement(\"a.bytes\").value))"
    let either = "record(try Notebook.current.wasRun(\"a\") ? \"with-a\" : \"without-a\", 1)"
    let book = try Program([
      "book.yml": "title: T\ndata: [set]\n", "01-a.md": Program.chapter(code),
      "02-b.md": "# B\n\n```swift id=b needs=a\n\(next)\n```\n",
      "03-c.md": "# C\n\n```swift id=c needs=a\n\(either)\n```\n",
    ])
    let set = URL(fileURLWithPath: book.folder + "/set")
    try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
    func sum(_ arguments: String...) throws -> (ran: [String], page: String) {
      let answer = try book.run(["render", "--json"] + arguments)
      return (answer.ran, try book.page("findings.json"))
    }
    // A missing data set is not a failure: the cell is shown as not run, and nothing runs until the set is given.
    let without = try book.run("render")
    #expect(without.status == 0, "\(without.errors)")
    #expect(try book.page("findings.json").contains("no set"))
    #expect(try book.run("explain", "a").output.contains("a: up to date: no set"))
    #expect(try book.run("explain", "b").output.contains("b: up to date: it needs 'a', which was not run"))
    #expect(try book.page("findings.json").contains("without-a"), "a cell may read whether another was run")
    #expect(try sum().ran == [])
    try Data(count: 5).write(to: set.appendingPathComponent("one"))
    let first = try sum("--data", "set=set")
    #expect(
      first.ran.sorted() == ["a", "b", "c"] && first.page.contains("with-a")
        && first.page.contains("\"value\":10"),
      "\(first)"
    )
    #expect(try sum("--data", "set=set").ran == [])
    try Data(count: 7).write(to: set.appendingPathComponent("two"))
    let second = try sum("--data", "set=set")
    #expect(second.ran.sorted() == ["a", "b", "c"] && second.page.contains("\"value\":24"), "\(second)")
    try FileManager.default.removeItem(at: set.appendingPathComponent("one"))
    #expect(try sum("--data", "set=set").page.contains("\"value\":14"))
    #expect(try sum().page.contains("no set"))
    #expect(try sum("--data", "set=set").ran == [])
  }

  @Test(
    "runs a cell again if a link leads elsewhere, in its data root or in what it reads, also if that is a link itself"
  )
  func links() throws {
    let read = """
      import Foundation
      let root = Notebook.current.dataRoot("set") ?? ""
      for path in [root + "/now/a", "folder/now/a", "link/a"] {
        print((try? String(contentsOfFile: path, encoding: .utf8)) ?? "none", terminator: " ")
      }
      """
    let book = try Program([
      "book.yml": "title: T\ndata: [set]\n", "01-a.md": Program.chapter(read, " reads=folder,link"),
    ])
    func link(_ path: String, to destination: String) throws {
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: destination)
    }
    for name in ["set", "Chapters/folder", "Chapters/real"] {
      for version in ["one", "two"] {
        let folder = "\(book.folder)/\(name)/\(version)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(version.utf8).write(to: URL(fileURLWithPath: folder + "/a"))
      }
    }
    let links = [
      book.folder + "/set/now": "", book.path("folder/now"): "", book.path("link"): "real/",
    ]
    for (path, start) in links { try link(path, to: start + "one") }
    func said() throws -> (ran: [String], page: String) {
      (try book.run("render", "--json", "--data", "set=set").ran, try book.page("01-a.html"))
    }
    let first = try said()
    #expect(first.ran == ["a"] && first.page.contains("one one one"), "\(first.page)")
    #expect(try said().ran == [])
    for (path, start) in links {
      try link(path, to: start + "two")
      #expect(try said().ran == ["a"], "\(path)")
    }
    #expect(try said().page.contains("two two two"))
    try Data("three".utf8).write(to: URL(fileURLWithPath: book.path("real/two/a")))
    #expect(try said().page.contains("two two three"))
  }

  @Test("does not store findings of a cell whose input changed while it ran")
  func changedMeanwhile() throws {
    // The cell itself waits for the change, so that no clock decides which comes first.
    let code = """
      import Glibc
      let data = try Notebook.current.data(contentsOf: "in.txt")
      var status = stat()
      while stat("in.txt", &status) == 0, status.st_size == 5 { usleep(10_000) }
      record("n", Double(data.count))
      """
    let book = try Program(["in.txt": "12345", "01-a.md": Program.chapter(code, " reads=in.txt")])
    let (process, output, errors) = try book.start(["render", "--json"])
    try book.wait(for: "cell-began", in: output, of: process)
    try book.write("in.txt", "123456789")
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let said = try String(contentsOf: output, encoding: .utf8) + String(contentsOf: errors, encoding: .utf8)
    #expect(said.contains("'in.txt' changed while the cell ran"), "\(said)")
    #expect(try !book.page("findings.json").contains("\"value\":5"))
    #expect(try book.run("render", "--json").ran == ["a"])
    #expect(try book.page("findings.json").contains("\"value\":9"))
  }

  @Test("fails a cell that hides a refused file, and names what to declare")
  func hiddenRefusal() throws {
    let code =
      "import Foundation\nlet text = (try? String(contentsOfFile: \"secret.txt\", encoding: .utf8)) ?? \"\"\nrecord(\"n\", Double(text.count))"
    let book = try Program(["secret.txt": "psst", "01-a.md": Program.chapter(code)])
    let answer = try book.run("render")
    #expect(answer.status == 1)
    #expect(
      answer.errors.contains("was refused 'secret.txt'") && answer.errors.contains("reads=secret.txt"),
      "\(answer.errors)"
    )
    try book.edit("01-a.md", "id=a", "id=a reads=secret.txt")
    #expect(try book.run("render").status == 0)
    #expect(try book.page("findings.json").contains("\"value\":4"))
  }

  @Test("fails a cell that hides a refused file behind many refusals of the system's files")
  func manyRefusals() throws {
    let code = """
      import Foundation
      for _ in 0..<40 { _ = try? String(contentsOfFile: "/etc/hostname", encoding: .utf8) }
      let text = (try? String(contentsOfFile: "secret.txt", encoding: .utf8)) ?? ""
      record("n", Double(text.count))
      """
    let book = try Program(["secret.txt": "psst", "01-a.md": Program.chapter(code)])
    let answer = try book.run("render")
    #expect(answer.status == 1)
    #expect(answer.errors.contains("was refused 'secret.txt'"), "\(answer.errors)")
    // What the system refuses alone is no failure.
    try book.edit("01-a.md", "(contentsOfFile: \"secret.txt\"", "(contentsOfFile: \"/etc/hostname\"")
    #expect(try book.run("render").status == 0)
  }
}
