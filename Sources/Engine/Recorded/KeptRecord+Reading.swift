package import Chapters
internal import Findings
package import Foundation
internal import Planning

// Records come with a book, so they are read like any other untrusted input: whatever a file holds, the answer is a
// record or an error that names the place. A file is a record only if writing the record gives its content again.

extension KeptRecord {
  /// Limits of a record: far above what a page can show.
  enum Limit {
    static let bytes = 16 << 20
    static let textBytes = 32 << 10
    static let findings = 1_000
    static let inputs = 10_000
  }

  private static let form = "JSON as 'marginalia keep' writes it"

  /// Reads a record.
  ///
  /// - Parameter cell: the id of the cell that the file is named after.
  /// - Throws: a `JSONFault`.
  package init(validating data: Data, cell: String) throws {
    guard data.count <= Limit.bytes else {
      throw JSONFault(found: "\(data.count) bytes", expected: "at most \(Limit.bytes)")
    }
    let tree: JSONTree
    do { tree = try FindingsCoding.decode(JSONTree.self, from: data) } catch {
      throw JSONFault(found: JSONFault.syntax(error), expected: Self.form)
    }
    guard case .object = tree else {
      throw JSONFault(found: tree.description, expected: "an object")
    }
    try tree.forEachText(Self.checkText)
    try tree.forEachNumber(Self.checkWhole)
    do { self = try FindingsCoding.decode(KeptRecord.self, from: data) } catch let error as DecodingError {
      throw JSONFault(error, in: tree, expected: Self.form)
    }
    try RecordCheck(self, cell: cell).run()
    let again = try FindingsCoding.decode(JSONTree.self, from: FindingsCoding.encode(self))
    if let (path, found) = tree.firstDifference(from: again) {
      throw JSONFault(path: path, found: found, expected: "no such field or value: a record has none here")
    }
  }

  /// Texts are plain: without tags of HTML, control characters, and marks that reorder what is read.
  private static func checkText(_ text: String, _ path: String) throws {
    guard text.utf8.count <= Limit.textBytes else {
      throw JSONFault(
        path: path,
        found: "a text of \(text.utf8.count) bytes",
        expected: "at most \(Limit.textBytes)"
      )
    }
    let isControl = { (scalar: Unicode.Scalar) in
      (scalar.value < 32 && scalar != "\n" && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
        || (0x202a...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
    if let scalar = text.unicodeScalars.first(where: isControl) {
      throw JSONFault(
        path: path,
        found: "the control character U+\(String(scalar.value, radix: 16, uppercase: true))",
        expected: "plain text"
      )
    }
    // The search for the pattern is slow, and hardly a text has the character that every tag begins with.
    guard text.utf8.contains(UInt8(ascii: "<")) else { return }
    if let tag = text.firstMatch(of: /<(?:[\/]?[a-zA-Z][a-zA-Z0-9-]*(?:[\s\/][^<]*)?>|!--|!DOCTYPE|\?xml)/) {
      throw JSONFault(
        path: path,
        found: "the tag '\(tag.output.prefix(40))'",
        expected: "plain text without HTML"
      )
    }
  }

  /// Fields of whole numbers, whose place the decoder does not name where one has another number.
  private static let wholeFields: Set<String> = ["schema", "seed", "lineInCell", "sampleCount", "digits"]

  private static func checkWhole(_ number: Double, _ name: String, _ path: String) throws {
    guard wholeFields.contains(name) else { return }
    let limit = name == "seed" ? 0x1p64 : 0x1p63
    guard number >= 0, number < limit, number == number.rounded() else {
      throw JSONFault(path: path, found: "the number \(number)", expected: "a whole number from 0")
    }
  }
}

/// The records of a book's cells that lie in its folder.
package struct KeptRecords: Sendable {
  /// The records by the ids of their cells.
  package private(set) var records: [String: KeptRecord] = [:]
  /// What is wrong with the files, in the order of their names.
  package private(set) var problems: [Problem] = []

  package init() {}

  /// Reads the records of a book.
  ///
  /// - Parameter cells: the ids of the book's cells.
  package init(bookFolder: String, cells: Set<String>) {
    let folder = bookFolder + "/" + KeptRecord.folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where name.hasSuffix(".json") {
      let cell = String(name.dropLast(5))
      let place = SourceLocation(file: "\(KeptRecord.folder)/\(name)", line: 1)
      guard cells.contains(cell) else {
        let hint = Spelling.nearest(to: cell, in: cells.sorted()).map { "; did you mean '\($0).json'?" } ?? ""
        problems.append(
          Problem(
            .warning,
            at: place,
            "no cell of this book has the id '\(cell)', so nothing shows this file" + hint
          )
        )
        continue
      }
      do { records[cell] = try Self.read(folder + "/" + name, cell: cell) } catch {
        problems.append(
          Problem(
            .error,
            at: place,
            "this record is not used: \(error); write it again with 'marginalia keep \(cell)'"
          )
        )
      }
    }
  }

  private static func read(_ path: String, cell: String) throws -> KeptRecord {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw JSONFault(found: "no regular file", expected: "a file of JSON")
    }
    guard status.st_size <= KeptRecord.Limit.bytes else {
      throw JSONFault(
        found: "\(status.st_size) bytes",
        expected: "at most \(KeptRecord.Limit.bytes)"
      )
    }
    guard let data = try AtomicFile.read(path) else {
      throw JSONFault(found: "no file", expected: "a file of JSON")
    }
    return try KeptRecord(validating: data, cell: cell)
  }
}
