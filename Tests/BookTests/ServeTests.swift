internal import Foundation
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
