internal import ArgumentParser
internal import Commands
internal import Foundation
internal import Testing

@Suite("A file that is named as an output")
struct OutputFileTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "/outputs-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder + "/Chapters/records",
      withIntermediateDirectories: true
    )
    try write("Chapters/book.yml", "title: T\nsources: [S.swift]\nbibliography: r.bib\n")
    try write("Chapters/01-a.md", "# A\n\n```swift id=a reads=set,t.csv\nprint(1)\n```\n")
    for name in ["S.swift", "r.bib", "t.csv", "records/a.json", "badge.svg"] {
      try write("Chapters/" + name, "text")
    }
    try FileManager.default.createDirectory(
      atPath: folder + "/Chapters/set",
      withIntermediateDirectories: true
    )
    try write("Chapters/set/1.txt", "text")
    for name in ["in.npy", "other.txt"] { try write(name, "input") }
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }

  private func refusal(_ outputs: [String], inputs: [String] = []) -> String {
    do { try OutputFile.check(outputs.map(path), inputs: inputs.map(path)) } catch {
      return Marginalia.message(for: error)
    }
    return ""
  }

  @Test("is not one that is read, by whatever name")
  func inputs() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try link("link.npy", to: "in.npy")
    try FileManager.default.linkItem(atPath: path("in.npy"), toPath: path("second.npy"))
    for name in ["in.npy", "./in.npy", "Chapters/../in.npy", "link.npy", "second.npy"] {
      #expect(refusal([name], inputs: ["in.npy"]).contains("a file that this command reads"), "\(name)")
    }
    #expect(refusal(["new.json", "other.txt"], inputs: ["in.npy"]) == "")
  }

  @Test("is not another output, whether it exists or not")
  func outputs() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try link("link.json", to: "new.json")
    for other in ["new.json", "./new.json", "link.json"] {
      #expect(refusal(["new.json", other]).contains("are one file"), "\(other)")
    }
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    #expect(refusal(["pipe", "pipe"]) == "")
  }

  @Test(
    "is no file that a book is made of",
    arguments: ["book.yml", "01-a.md", "S.swift", "r.bib", "t.csv", "set/1.txt", "records/a.json"]
  )
  func sources(name: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(refusal(["Chapters/" + name]).contains("is a file of the book"))
    #expect(refusal(["Chapters/badge.svg", "Chapters/new.svg"]) == "")
  }

  @Test("is written through a link, and a pipe gets the bytes and stays a pipe")
  func written() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try link("link", to: "other.txt")
    try link("dangling", to: "Chapters/made.txt")
    for (name, target) in [("link", "other.txt"), ("dangling", "Chapters/made.txt"), ("plain", "plain")] {
      try OutputFile.write(Data("new".utf8), to: path(name))
      #expect(try read(target) == "new")
      let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path(name))) != nil
      #expect(isLink == (name != "plain"))
    }
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    // Opened for both, so that neither end waits.
    let pipe = open(path("pipe"), O_RDWR | O_NONBLOCK)
    defer { close(pipe) }
    try OutputFile.write(Data("through".utf8), to: path("pipe"))
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = Glibc.read(pipe, &bytes, 16)
    #expect(count == 7 && String(decoding: bytes.prefix(7), as: UTF8.self) == "through")
    var status = stat()
    #expect(lstat(path("pipe"), &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    #expect(throws: (any Error).self) { try OutputFile.write(Data(), to: path("Chapters")) }
  }

  @Test("is refused by the commands before they write", arguments: [false, true])
  func commands(isChapter: Bool) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = isChapter ? "Chapters/01-a.md" : "Chapters/book.yml"
    let before = try read(file)
    let book = ["--book", path("Chapters")]
    for arguments in [
      ["export", "--to", "cff", "--output", path(file)] + book,
      ["archive", "--key", path("in.npy"), "--output", path(file)] + book,
      ["archive", "--key", path("in.npy"), "--output", path("in.npy")] + book,
      ["verify", "--badge", path(file)] + book,
      ["diff", path("one"), path("two"), "--html", path(file)] + book,
      ["evaluate", "pairs", "--pairs", path("p"), "--features", path("f"), "--json", path(file)],
      [
        "evaluate", "pairs", "--pairs", path("p"), "--features", path("f"), "--json", path("a"), "--chart",
        path("a"),
      ],
      ["train", path("in.npy"), "--element", "0", "--record", path("in.npy")],
    ] {
      var said = ""
      do {
        var command = try Marginalia.parseAsRoot(arguments)
        try command.run()
      } catch { said = Marginalia.message(for: error) }
      #expect(said.contains("Name another") || said.contains("are one file"), "\(arguments): \(said)")
    }
    #expect(try read(file) == before && read("in.npy") == "input")
  }
}
