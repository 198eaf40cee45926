internal import Digests
internal import Engine
internal import Foundation
internal import Testing

@Suite("The digest of a folder that cells read")
struct FolderDigestTests {
  private let folder: String
  private var root: FolderDigest { FolderDigest(folder: folder + "/set", list: folder + "/list") }

  init() throws {
    folder = NSTemporaryDirectory() + "/marginalia-root-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/set/one", withIntermediateDirectories: true)
    try write("a", to: "one/a.txt")
    try write("b", to: "b.txt")
  }

  private func write(_ text: String, to file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/set/" + file))
  }

  @Test("is that of names and contents, with or without its list")
  func contents() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try #require(root.digest())
    #expect(root.digest() == first)
    #expect(FolderDigest(folder: folder + "/set", list: nil).digest() == first)
    try write("c", to: "b.txt")
    let second = try #require(root.digest())
    #expect(second != first)
    try FileManager.default.moveItem(atPath: folder + "/set/b.txt", toPath: folder + "/set/d.txt")
    #expect(root.digest() != second)
    #expect(FolderDigest(folder: folder + "/none", list: nil).digest() == nil)
  }

  @Test("sees a change of the same length within the clock's resolution, whose times and inode stay the same")
  func racilyClean() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try #require(root.digest())
    // The list as it is where the file changes in the very tick in which it was digested.
    try write("x", to: "b.txt")
    var status = stat()
    stat(folder + "/set/b.txt", &status)
    let changed = try #require(root.digest())
    #expect(changed != first)
    let list = try String(contentsOfFile: folder + "/list", encoding: .utf8)
    let entry = try #require(list.split(separator: "\0").first { $0.hasSuffix(" b.txt") })
    let wrong = String(repeating: "0", count: 64) + entry.dropFirst(64)
    try list.replacing(entry, with: wrong).write(toFile: folder + "/list", atomically: false, encoding: .utf8)
    #expect(root.digest() == changed)
  }

  @Test("takes the content of a file that has been older than the resolution from its list")
  func listed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = root.digest()
    // As if the files had been digested an hour later than they were written.
    let list = try String(contentsOfFile: folder + "/list", encoding: .utf8)
    let aged = list.split(separator: "\0").map { line in
      var parts = line.split(separator: " ", maxSplits: 3).map(String.init)
      parts[0] = String(repeating: "0", count: 64)
      parts[1] = String((Int64(parts[1]) ?? 0) + 3_600_000_000_000)
      return parts.joined(separator: " ") + "\0"
    }
    try aged.joined().write(toFile: folder + "/list", atomically: false, encoding: .utf8)
    #expect(root.digest() != FolderDigest(folder: folder + "/set", list: nil).digest())
  }

  private func link(_ name: String, to destination: String) throws {
    try? FileManager.default.removeItem(atPath: folder + "/set/" + name)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/set/" + name,
      withDestinationPath: destination
    )
  }

  @Test(
    "is made of the names and digests of the files, so that records keep their data from version to version"
  )
  func form() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try link("c.txt", to: "one/a.txt")
    let (a, b) = (Digest(of: "a").hex, Digest(of: "b").hex)
    #expect(root.digest() == Digest(of: "5:b.txt64:\(b)5:c.txt64:\(a)9:one/a.txt64:\(a)").hex)
  }

  @Test("sees where a link to a folder leads, within the folder and out of it, and what lies there")
  func links() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var seen: Set<String?> = [root.digest()]
    func expectNew(_ what: Comment) { #expect(seen.insert(root.digest()).inserted, what) }
    for name in ["v1", "v2"] {
      try FileManager.default.createDirectory(
        atPath: folder + "/set/" + name,
        withIntermediateDirectories: false
      )
      try write(name, to: name + "/a")
    }
    expectNew("two folders more")
    try link("now", to: "v1")
    expectNew("a link to one of them")
    try link("now", to: "v2")
    expectNew("the link leads to the other")
    try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: false)
    try link("now", to: folder + "/out")
    expectNew("the link leads out")
    try Data("1".utf8).write(to: URL(fileURLWithPath: folder + "/out/a"))
    expectNew("a file there")
    try Data("2".utf8).write(to: URL(fileURLWithPath: folder + "/out/a"))
    expectNew("another content of the file")
    try link("now", to: "nowhere")
    expectNew("the link leads nowhere")
  }

  @Test(
    "ends where links lead around in a circle, and lists the files of a folder by each of its names",
    .timeLimit(.minutes(1))
  )
  func circle() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try link("one/up", to: "..")
    try link("one/self", to: ".")
    try link("two", to: "one")
    #expect(root.digest() != nil)
    let files = try #require(FolderContents(of: folder + "/set")).files
    #expect(files.contains("one/a.txt") && files.contains("two/a.txt") && files.contains("b.txt"))
    #expect(FolderContents(of: folder + "/set/b.txt") == nil)
  }

  @Test("waits for no pipe, and sees that there is one", .timeLimit(.minutes(1)))
  func pipe() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let without = root.digest()
    try #require(mkfifo(folder + "/set/pipe", 0o600) == 0)
    let with = root.digest()
    #expect(with != nil && with != without)
    unlink(folder + "/set/pipe")
    #expect(root.digest() == without)
  }

  @Test("sees an empty folder come, and one that is a link itself is read")
  func emptyFolder() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = root.digest()
    try FileManager.default.createDirectory(atPath: folder + "/set/none", withIntermediateDirectories: false)
    let second = root.digest()
    #expect(second != first)
    try FileManager.default.createSymbolicLink(atPath: folder + "/name", withDestinationPath: "set")
    #expect(FolderDigest(folder: folder + "/name", list: nil).digest() == second)
  }
}
