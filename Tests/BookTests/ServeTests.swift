internal import Foundation
internal import TestSupport
internal import Testing

@Suite("A served book", .serialized)
struct ServeTests {
  private static let busy =
    "# A\n\nBefore.\n\n```swift id=a\nimport Glibc\nprint(\"running\")\nsleep(3600)\n```\n"

  @Test("ends with the server: its render and its cells stop, and the store is free")
  func interrupted() throws {
    let book = try Program([
      "01-a.md": "# A\n\n```swift id=a\nimport Glibc\nprint(\"running\")\nsleep(3600)\n```\n"
    ])
    let (process, _, _) = try book.start(["serve", "--port", "0"])
    let lock = book.folder + "/.marginalia/lock"
    try book.wait {
      (try? FileManager.default.contentsOfDirectory(atPath: book.folder + "/.marginalia/scratch"))?.isEmpty
        == false
    }
    #expect(FileManager.default.fileExists(atPath: lock))
    process.interrupt()
    // A server that does not end fails the test instead of holding it up.
    try book.wait { !process.isRunning }
    // The system ends the render with the server; the lock falls with it.
    try book.wait { (try? book.run("clean").status) == 0 }
  }

  @Test("shows a change of the text while a cell runs, and stops a run whose code has changed")
  func busy() throws {
    let book = try Program(["01-a.md": Self.busy])
    let (process, _, _) = try book.start(["serve", "--port", "0"])
    defer { process.terminate() }
    try book.wait { Self.isRunning(book) }
    try book.edit("01-a.md", "Before.", "After.")
    // The cell would hold up a render for an hour.
    try book.wait { (try? book.page("01-a.html").contains("After.")) == true }
    #expect(process.isRunning && Self.isRunning(book))
    try book.edit("01-a.md", "sleep(3600)", "record(\"x\", 7)")
    try book.wait { (try? book.page("findings.json").contains("\"value\":7")) == true }
  }

  @Test(
    "may be read-only: it can be listed, checked and shown elsewhere, and an error names what to do",
    .enabled(if: Program.canBeOrdinary, "needs a user who may not write the book")
  )
  func readOnly() throws {
    let book = try Program(["01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1)\n```\n"])
    let elsewhere = try Program([:])
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: elsewhere.folder)
    let folders = ["", "/Chapters", "/.marginalia"].map { book.folder + $0 }
    for folder in folders {
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
    }
    defer {
      for folder in folders {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
      }
    }
    elsewhere.isOrdinary = true
    let named = ["--book", book.folder]
    for command in ["list", "check"] {
      let answer = try elsewhere.run([command] + named)
      #expect(answer.status == 0, "\(command): \(answer.errors)")
    }
    for command in ["render", "serve"] {
      let answer = try elsewhere.run([command] + named)
      #expect(answer.status == 3, "\(command): \(answer.errors)")
      #expect(answer.errors.contains("name other folders with --store and --output"), "\(answer.errors)")
    }
    let output = elsewhere.folder + "/pages"
    let (process, _, _) = try elsewhere.start(
      ["serve", "--port", "0", "--no-execute", "--output", output] + named
    )
    defer { process.terminate() }
    try elsewhere.wait { FileManager.default.fileExists(atPath: output + "/01-a.html") }
  }

  @Test("shows the errors of a changed text while a cell runs")
  func complaints() throws {
    let book = try Program(["01-a.md": Self.busy])
    let (process, output, _) = try book.start(["serve", "--port", "0"])
    defer { process.terminate() }
    try book.wait { Self.isRunning(book) }
    let address = try String(contentsOf: output, encoding: .utf8)
    let port = try #require(
      UInt16(address.split(separator: ":").last?.trimmingCharacters(in: .newlines) ?? "")
    )
    try book.edit("01-a.md", "Before.", "See [it](finding:none.here).")
    try book.wait { (try? Self.state(port))?.contains("none.here") == true }
    #expect(process.isRunning && Self.isRunning(book))
    #expect(try Self.state(port).contains("rendering"))
  }

  @Test("is not rendered again because of what a render writes, though the store lies in the book's folder")
  func storeInBook() throws {
    let book = try Program(["01-a.md": "# A\n\nSee [it](finding:none.here).\n"])
    let (process, _, errors) = try book.start(["serve", "--port", "0", "--store", "Chapters/store"])
    defer { process.terminate() }
    func complaints() -> Int {
      ((try? String(contentsOf: errors, encoding: .utf8)) ?? "").components(separatedBy: "none.here").count
        - 1
    }
    try book.wait { complaints() > 0 }
    // Renders that follow each other without end take far less; on a machine that needs longer the test shows less.
    sleep(1)
    let first = complaints()
    sleep(3)
    #expect(complaints() == first)
  }

  /// Asks the server for the state that its pages show.
  private static func state(_ port: UInt16) throws -> String {
    try exchange("GET /_state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port: port)
  }

  /// Whether a program of one of the book's chapters runs.
  private static func isRunning(_ book: Program) -> Bool {
    let store = URL(fileURLWithPath: book.folder).resolvingSymlinksInPath().path + "/.marginalia/"
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
      return program?.hasPrefix(store) == true
    }
  }
}
