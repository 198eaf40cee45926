import Archives
import Foundation
import Testing

@Suite("A ZIP archive")
struct ZipTests {
  private static func file(_ path: String, _ text: String) -> ArchivedFile {
    ArchivedFile(path: path, bytes: Array(text.utf8))
  }

  @Test("has the bytes that the format says")
  func format() throws {
    let bytes = try ZipWriter.archive([Self.file("a", "hi")])
    // What both headers share: version 20, names in UTF-8, stored, 1980-01-01 00:00, CRC-32 d8932aac, 2 bytes packed and
    // unpacked, a name of 1 byte, no extra field.
    let shared =
      "1400" + "0008" + "0000" + "0000" + "2100" + "ac2a93d8" + "02000000" + "02000000" + "0100" + "0000"
    let local = "504b0304" + shared + "61" + "6869"
    let directory = "504b0102" + "1403" + shared + "000000000000" + "0000a481" + "00000000" + "61"
    let end = "504b0506" + "00000000" + "0100" + "0100" + "2f000000" + "21000000" + "0000"
    #expect(bytes == Keys.bytes(local + directory + end))
  }

  @Test("depends on the files alone, and gives them back")
  func order() throws {
    let files = [
      Self.file("b/ä.txt", String(repeating: "x", count: 9999)), Self.file("a", ""), Self.file("b.c", "1"),
    ]
    let bytes = try ZipWriter.archive(files)
    #expect(try ZipWriter.archive(files.reversed()) == bytes)
    let archive = try ZipReader(bytes)
    #expect(archive.entries.map(\.name) == ["a", "b.c", "b/ä.txt"])
    for entry in archive.entries {
      let content = try archive.content(of: entry)
      #expect(content == files.first { $0.path == entry.name }?.bytes)
    }
    #expect(try ZipReader(ZipWriter.archive([])).entries.isEmpty)
  }

  @Test("of another program keeps its files but for a changed one, which is stored")
  func edit() throws {
    let files = [Self.file("a", "one"), Self.file("b/c", "two"), Self.file("d", "three")]
    let bytes = Data(try ZipWriter.archive(files))
    let changed = ZipEdit.changing(bytes) { name, content in
      name == "b/c" ? content + Array(" and more".utf8) : nil
    }
    let archive = try ZipReader([UInt8](changed))
    #expect(archive.entries.map(\.name) == ["a", "b/c", "d"])
    let texts = try archive.entries.map { String(decoding: try archive.content(of: $0), as: UTF8.self) }
    #expect(texts == ["one", "two and more", "three"])
    #expect(ZipEdit.changing(bytes) { _, _ in nil } == bytes)
    #expect(ZipEdit.changing(Data("no archive".utf8)) { _, content in content } == Data("no archive".utf8))
  }

  @Test(
    "of another program takes one date for all files, and the first or last of the format for one before or after",
    arguments: [
      // 2026-05-31 12:34:56: hours * 2048 + minutes * 32 + seconds / 2, then (year - 1980) * 512 + month * 32 + day.
      (1_780_230_896, "5c64bf5c"),
      // 1980-01-01 00:00:00.
      (315_532_800, "00002100"), (315_532_799, "00002100"), (0, "00002100"), (.min, "00002100"),
      // 2107-12-31 23:59:58.
      (4_354_819_199, "7dbf9fff"), (4_354_819_200, "7dbf9fff"), (.max, "7dbf9fff"),
    ]
  )
  func dates(date: Int, stamp: String) throws {
    let files = [Self.file("a", "one"), Self.file("b/c", "")]
    let plain = Data(try ZipWriter.archive(files))
    // At byte 10 of the local headers, which begin at 0 and behind 30 + 1 + 3 bytes, and at byte 12 of those in the directory,
    // which begin behind another 30 + 3 bytes and then behind 46 + 1.
    var expected = [UInt8](plain)
    for place in [0 + 10, 34 + 10, 67 + 12, 114 + 12] {
      expected.replaceSubrange(place..<place + 4, with: Keys.bytes(stamp))
    }
    #expect([UInt8](ZipEdit.dated(plain, to: date)) == expected)
    #expect(ZipEdit.dated(Data("no archive".utf8), to: date) == Data("no archive".utf8))
  }

  @Test("that is packed is unpacked, where it is whole")
  func packed() throws {
    // As Python's zipfile writes 40 letters a, with the method 8.
    let packed = Data(
      Keys.bytes(
        "504b030414000000080000002100258a5bc9060000002800000001000000624b4c240e0000504b0102140314000000080000"
          + "002100258a5bc9060000002800000001000000000000000000000080010000000062504b050600000000010001002f000000"
          + "250000000000"
      )
    )
    var seen: [UInt8] = []
    _ = ZipEdit.changing(packed) { _, content in
      seen = content
      return nil
    }
    #expect(seen == Array(repeating: UInt8(ascii: "a"), count: 40))
    let changed = ZipEdit.changing(packed) { _, _ in Array("x".utf8) }
    var stored: [UInt8] = []
    _ = ZipEdit.changing(changed) { _, content in
      stored = content
      return nil
    }
    #expect(stored == Array("x".utf8))
  }

  static let badNames = [
    "/etc/passwd", "../a", "a/../../b", "a/..", "C:evil", "a\\b", "..\\a", "a//b", "a/", "", ".", "./a",
    "a/./b",
    "a\nb", "a\u{7F}",
  ]

  @Test("is not written with a name that leads out of its folder or that occurs twice", arguments: badNames)
  func names(name: String) {
    #expect(throws: ArchiveFault.self) { try ZipWriter.archive([Self.file(name, "x")]) }
    #expect(throws: ArchiveFault.self) { try ZipWriter.archive([Self.file("a", "x"), Self.file("a", "x")]) }
  }

  /// An archive in which a name of the same length was put in place of another, in both headers.
  private static func renamed(_ old: String, _ new: String) throws -> [UInt8] {
    precondition(old.utf8.count == new.utf8.count)
    var bytes = try ZipWriter.archive([file(old, "x")])
    while let range = bytes.firstRange(of: Array(old.utf8)) {
      bytes.replaceSubrange(range, with: Array(new.utf8))
    }
    return bytes
  }

  @Test("is not read with such a name either", arguments: badNames.filter { !$0.isEmpty })
  func readNames(name: String) throws {
    let old = String(repeating: "q", count: name.utf8.count)
    let bytes = try Self.renamed(old, name)
    let fault = #expect(throws: ArchiveFault.self) { try ZipReader(bytes) }
    #expect(fault?.description.contains("is not allowed: ") == true, "\(fault?.description ?? "")")
  }

  @Test("is not read with a name twice, bytes between entries, before the first or behind the end")
  func structure() throws {
    func fault(_ bytes: [UInt8]) -> String {
      do {
        _ = try ZipReader(bytes)
        return "accepted"
      } catch { return "\(error)" }
    }
    var twice = try ZipWriter.archive([Self.file("aa", "x"), Self.file("ab", "x")])
    while let range = twice.firstRange(of: Array("ab".utf8)) {
      twice.replaceSubrange(range, with: Array("aa".utf8))
    }
    #expect(fault(twice) == "the name 'aa' occurs twice")
    let good = try ZipWriter.archive([Self.file("a", "hi")])
    #expect(fault(good) == "accepted")
    #expect(fault([0] + good) != "accepted")
    #expect(fault(good + [0]) != "accepted")
    #expect(fault(Array(good[..<33]) + [0] + Array(good[33...])) != "accepted")
    #expect(fault([]) == "it is no whole ZIP archive: it does not end with the end of a directory")
    for count in 0..<good.count { #expect(fault(Array(good[..<count])) != "accepted") }
    // Local header and directory that disagree: the two names of one entry.
    var two = good
    two[30] = UInt8(ascii: "b")
    #expect(fault(two).contains("its own header differs"))
    // A symbolic link.
    var link = good
    link[33 + 40] = 0xFF
    link[33 + 41] = 0xA1
    #expect(fault(link).contains("a plain file, stored and not compressed"))
  }

  @Test(
    "is not read with a compressed entry, so that nothing unpacks to more than it is",
    arguments: [1, 8, 12, 93]
  )
  func bombs(method: UInt8) throws {
    // A file of 1 GiB in 1 MiB of deflated zeros would look like this.
    var bytes = try ZipWriter.archive([Self.file("bomb", "hi")])
    for place in [8, 36 + 10] { bytes[place] = method }
    for place in [22, 36 + 24] { bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x40]) }
    let fault = #expect(throws: ArchiveFault.self) { try ZipReader(bytes) }
    #expect(fault?.description.contains("stored and not compressed") == true, "\(fault?.description ?? "")")
    // A size that the bytes do not have.
    var lying = try ZipWriter.archive([Self.file("bomb", "hi")])
    for place in [18, 22, 36 + 20, 36 + 24] {
      lying.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x40])
    }
    #expect(throws: ArchiveFault.self) { try ZipReader(lying) }
  }
}
