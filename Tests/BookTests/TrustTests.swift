internal import Foundation
internal import TestSupport
internal import Testing

@Suite("A stranger's book")
struct TrustTests {
  @Test(
    "starts no program that its repository names, whatever is done with it",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git")),
    arguments: [
      ["check"], ["list"], ["explain", "a"], ["render", "--no-execute"], ["render", "--dry-run"], ["diff"],
      ["render"],
    ]
  )
  func repository(arguments: [String]) throws {
    let book = try Self.hostile()
    try book.run(arguments)
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/attacked"))
  }

  @Test(
    "starts no program that its repository names while it is served",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git")),
    arguments: [["--no-execute"], []]
  )
  func served(options: [String]) throws {
    let book = try Self.hostile()
    let (process, _, _) = try book.start(["serve", "--port", "0"] + options)
    defer { process.terminate() }
    try book.wait { FileManager.default.fileExists(atPath: book.folder + "/output/01-a.html") }
    // An edit is looked at and rendered as well.
    try book.edit("01-a.md", "# A", "# B")
    try book.wait { (try? book.page("01-a.html").contains("B</h1>")) == true }
    #expect(!FileManager.default.fileExists(atPath: book.folder + "/attacked"))
  }

  @Test(
    "reads nothing out of its folder by a link: check and render name the attribute and the target",
    arguments: [
      ("k.txt", "k.txt", "../secret.txt"), ("k.txt", "k.txt", "../absent.txt"), ("set", "set", ".."),
      ("set", "set/inner/k.txt", "../../../secret.txt"), ("set/inner", "set", "../outside"),
    ]
  )
  func links(reads: String, link: String, target: String) throws {
    let code =
      "import Foundation\nprint(String(decoding: try Notebook.current.data(contentsOf: \"k.txt\"), as: UTF8.self))"
    let book = try Program([
      "01-a.md": "# A\n\n```swift id=a reads=\(reads)\n\(code)\nrecord(\"x\", 1)\n```\n"
    ])
    let files = FileManager.default
    try Data("the secret".utf8).write(to: URL(fileURLWithPath: book.folder + "/secret.txt"))
    try files.createDirectory(atPath: book.folder + "/outside/inner", withIntermediateDirectories: true)
    let place = (book.path(link) as NSString).deletingLastPathComponent
    try files.createDirectory(atPath: place, withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: book.path(link), withDestinationPath: target)
    for command in ["check", "render"] {
      let answer = try book.run(command)
      #expect(answer.status == 1, "\(answer)")
      #expect(
        answer.errors.contains("01-a.md:3:15: reads=\(reads): the symbolic link '")
          && answer.errors.contains("leads out of the book"),
        "\(answer.errors)"
      )
    }
    #expect(try !book.page("01-a.html").contains("the secret"))
  }

  @Test("may have links that stay within its folder")
  func innerLinks() throws {
    let code =
      "import Foundation\nprint(String(decoding: try Notebook.current.data(contentsOf: \"k.txt\"), as: UTF8.self))"
    let book = try Program([
      "01-a.md": "# A\n\n```swift id=a reads=k.txt\n\(code)\nrecord(\"x\", 1)\n```\n", "own.txt": "the text",
    ])
    try FileManager.default.createSymbolicLink(atPath: book.path("k.txt"), withDestinationPath: "own.txt")
    #expect(try book.run("check").status == 0)
    let answer = try book.run("render")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(try book.page("01-a.html").contains("the text"))
  }

  /// A book in a repository whose configuration names a script wherever git would start one.
  private static func hostile() throws -> Program {
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1)\n```\n"])
    let script = book.folder + "/attack.sh"
    try writeScript("touch '\(book.folder)/attacked'", to: script)
    for words in [
      ["init", "-q"], ["add", "Chapters"],
      ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "a"],
      ["config", "core.fsmonitor", script], ["config", "core.hooksPath", book.folder],
      ["config", "core.pager", script], ["config", "diff.external", script],
    ] {
      try run("/usr/bin/git", ["-C", book.folder] + words)
    }
    // The script runs where git is asked with this configuration: the attack is a real one.
    try run("/usr/bin/git", ["-C", book.folder, "status"])
    #expect(FileManager.default.fileExists(atPath: book.folder + "/attacked"))
    try FileManager.default.removeItem(atPath: book.folder + "/attacked")
    return book
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }
}

@Suite("A book of the cases")
struct CaseTests {
  @Test("with a misspelt finding is told so by check and render, at every render")
  func misspelt() throws {
    let book = try Program([
      "01-a.md": "# A\n\nIt is [x](finding:sample.maen).\n\n```swift id=sample\nrecord(\"mean\", 1)\n```\n"
    ])
    let message = "01-a.md:3:11: the cell 'sample' has no finding 'maen'; did you mean 'mean'?"
    for arguments in [["render"], ["render"], ["check"]] {
      let answer = try book.run(arguments)
      #expect(answer.status == 1)
      #expect(answer.errors.contains(message), "\(arguments): \(answer.errors)")
    }
  }

  @Test("warns of pictures, links, formulas and code alike in check and at every render")
  func warnings() throws {
    let book = try Program([
      "01-a.md": """
      # A

      ![one](gone.png) ![two](https://example.org/a.png) ![three](../out.png) [data](gone.csv) [@key]

      ```swift id=a
      let unused = { () -> Int in let x = 1; return 2 }()
      record("x", 1)
      ```
      """
    ])
    let expected = [
      "01-a.md:3:8: ", "the picture 'gone.png' is not shown",
      "the picture 'https://example.org/a.png' is not shown",
      "the picture '../out.png' is not shown", "'gone.csv' leads nowhere", "'[@key]' is shown as text",
      "01-a.md:6: ", "the cell 'a': ",
    ]
    for arguments in [["check"], ["render"], ["render"], ["check"]] {
      let answer = try book.run(arguments)
      #expect(answer.status == 0)
      let said = answer.output + answer.errors
      for text in expected where text != "01-a.md:6: " {
        #expect(said.contains(text), "\(arguments) lacks '\(text)': \(said)")
      }
    }
  }

  @Test("gets no warning about code that its author did not write")
  func ownCode() throws {
    // What stands behind the cell is never reached, and the compiler says so.
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nimport Glibc\nexit(3)\n```\n"])
    let answer = try book.run("render")
    #expect(answer.status == 1)
    #expect(answer.errors.contains("ended the program with status 3"))
    #expect(!answer.errors.contains("warning"), "\(answer.errors)")
  }

  @Test("runs in a folder whose name has a percent sign, a space and a comma")
  func percent() throws {
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1)\n```\n"])
    let odd = book.folder + "/100% sure, yes"
    try FileManager.default.createDirectory(atPath: odd, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: book.folder + "/Chapters", toPath: odd + "/Chapters")
    let answer = try book.run("render", "--book", odd + "/Chapters")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("1 run"))
  }

  @Test("beside another keeps its own pages and records, and no other file is overwritten")
  func sideBySide() throws {
    let books = try Program([:])
    for name in ["alpha", "beta"] {
      let folder = books.folder + "/" + name
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try "title: \(name)\n".write(toFile: folder + "/book.yml", atomically: true, encoding: .utf8)
      try "# \(name)".write(toFile: folder + "/01-\(name).md", atomically: true, encoding: .utf8)
      #expect(try books.run("render", "--book", name).status == 0)
    }
    for name in ["alpha", "beta"] {
      #expect(FileManager.default.fileExists(atPath: books.folder + "/\(name)/output/01-\(name).html"))
    }
    let answer = try books.run("render", "--book", "alpha", "--output", "beta/output")
    #expect(answer.status == 3)
    #expect(answer.errors.contains("was not written by a render of this book"))
  }

  @Test("has a version, and a new one a .gitignore that leaves the store out")
  func new() throws {
    let book = try Program([:])
    let version = try book.run("--version")
    #expect(version.status == 0)
    #expect(version.output.split(separator: ".").count == 3)
    #expect(try book.run("new", "fresh").status == 0)
    let ignored = try String(contentsOfFile: book.folder + "/fresh/.gitignore", encoding: .utf8)
    #expect(ignored.contains(".marginalia/"))
  }
}
