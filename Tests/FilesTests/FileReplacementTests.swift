internal import Files
internal import Foundation
internal import Testing

@Suite("An atomic write")
final class FileReplacementTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
    .path

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }
  private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test("shows the old content until it is finished, then the new")
  func replacing() throws {
    let path = folder + "/a"
    try FileReplacement.write(Data("old".utf8), to: path)
    let file = try FileReplacement(of: path)
    try file.append(Data("ne".utf8))
    try file.append(Data("w".utf8))
    #expect(text(path) == "old")
    #expect(try names().count == 2)
    try file.finish()
    #expect(text(path) == "new")
    #expect(try names() == ["a"])
  }

  @Test("that is abandoned leaves no file")
  func abandoned() throws {
    do { try FileReplacement(of: folder + "/a").append(Data("half".utf8)) }
    #expect(try names() == [])
  }

  @Test("that is closed leaves its temporary file, named after process and a number")
  func closed() throws {
    let file = try FileReplacement(of: folder + "/a")
    try file.append(Data("x".utf8))
    let temporary = try file.close(durable: false)
    #expect(text(temporary) == "x")
    let parts = temporary.dropFirst((folder + "/a.").count).split(separator: ".")
    #expect(parts.count == 3 && parts[0] == "\(getpid())" && UInt32(parts[1]) != nil && parts[2] == "new")
  }

  @Test("into a missing folder, or over a folder, is an error that names the file")
  func failing() throws {
    let missing = folder + "/none/a"
    let error = #expect(throws: FileError.self) { try FileReplacement.write(Data(), to: missing) }
    #expect(error == FileError(missing, doing: "creating it", number: ENOENT))
    #expect(error?.description == "'\(missing)': creating it failed: there is no such file")
    try FileManager.default.createDirectory(atPath: folder + "/b", withIntermediateDirectories: true)
    #expect(throws: FileError(folder + "/b", doing: "writing it", number: EISDIR)) {
      try FileReplacement.write(Data(), to: folder + "/b")
    }
    #expect(try names() == ["b"])
  }

  @Test("at a full disk says so and leaves no file")
  func fullDisk() throws {
    // Writes to /dev/full fail as on a full disk; the temporary file is a link to it.
    let file = try FileReplacement(of: folder + "/a")
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(dup2(full, try descriptor(of: file.temporary)) >= 0)
    let error = #expect(throws: FileError.self) { try file.append(Data("x".utf8)) }
    #expect(error?.reason == "the disk is full")
  }

  /// Returns the descriptor by which this process has a file open.
  private func descriptor(of path: String) throws -> Int32 {
    let root = "/proc/self/fd"
    let own = try FileManager.default.contentsOfDirectory(atPath: root).first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: root + "/" + $0)) == path
    }
    return try #require(own.flatMap { Int32($0) })
  }
}
