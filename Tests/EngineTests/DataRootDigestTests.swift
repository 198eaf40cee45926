internal import Engine
internal import Foundation
internal import Testing

@Suite("The digest of a data root")
struct DataRootDigestTests {
  private let folder: String
  private var root: DataRootDigest { DataRootDigest(folder: folder + "/set", list: folder + "/list") }

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
    #expect(DataRootDigest(folder: folder + "/set", list: nil).digest() == first)
    try write("c", to: "b.txt")
    let second = try #require(root.digest())
    #expect(second != first)
    try FileManager.default.moveItem(atPath: folder + "/set/b.txt", toPath: folder + "/set/d.txt")
    #expect(root.digest() != second)
    #expect(DataRootDigest(folder: folder + "/none", list: nil).digest() == nil)
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
    #expect(root.digest() != DataRootDigest(folder: folder + "/set", list: nil).digest())
  }
}
