internal import Chapters
internal import Digests
package import Findings
internal import Foundation
internal import Planning

/// `findings.json`: every finding of the book, without times, so that two runs can be compared byte by byte.
///
/// Its format is described by `findings.schema.json` beside it.
package struct FindingsFile: Codable, Hashable, Sendable {
  package static let path = "findings.json"
  /// The file of the report that holds the JSON Schema of the format.
  static let schemaPath = "findings.schema.json"
  /// The version of the format; it is increased when the meaning of a field changes.
  package static let version = 2

  package var schema = Self.version
  package var book: String
  /// The values of the book's parameters, as texts; absent where it has none.
  package var parameters: [String: String]?
  package var cells: [String: Entry]

  /// A file of another version of the format, which may mean something else.
  package struct OtherVersion: Error, CustomStringConvertible {
    var version: Int

    package var description: String {
      "the file has version \(version) of the format, and this program reads version \(FindingsFile.version): render "
        + "the book again"
    }
  }

  /// What one cell found.
  package struct Entry: Codable, Hashable, Sendable {
    package var chapter: String
    /// The line of the cell's fence in its chapter.
    package var line: Int
    package var outcome: Outcome.Kind
    /// Why it failed or was not run; absent where it succeeded.
    package var reason: String?
    package var profile: String?
    package var seed: UInt64?
    /// The recorded run that the findings are shown from, where the cell was not run here.
    package var recorded: Recorded?
    package var findings: [Finding]
  }

  /// Under which conditions a recorded run was made.
  package struct Recorded: Codable, Hashable, Sendable {
    package var date: String
    package var profile: String
    package var seed: UInt64
  }
}

/// `provenance.json`: under which conditions each cell ran.
package struct ProvenanceFile: Codable, Hashable, Sendable {
  package static let path = "provenance.json"

  package var schema = 1
  package var book: String
  /// SHA-256 of each Swift file that is compiled into every chapter, by its name.
  package var sources: [String: String]?
  package var cells: [String: Entry]

  /// How one cell ran.
  package struct Entry: Codable, Hashable, Sendable {
    package var chapter: String
    package var line: Int
    package var key: String
    /// The cell's Swift; absent in files of earlier versions.
    package var code: String?
    package var inputs: [CellRecord.Input]
    package var provenance: Provenance
  }
}

extension FindingsFile {
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    schema = try values.decode(Int.self, forKey: .schema)
    guard schema == Self.version else {
      throw OtherVersion(version: schema)
    }
    book = try values.decode(String.self, forKey: .book)
    parameters = try values.decodeIfPresent([String: String].self, forKey: .parameters)
    cells = try values.decode([String: Entry].self, forKey: .cells)
  }

  /// The file's text: JSON with one finding a line, so that two versions can be compared by line.
  ///
  /// - Parameter list: makes the list of a cell's findings.
  package func encoded(list: (_ cell: String, [Finding]) throws -> [UInt8]) throws -> [UInt8] {
    var text = Array("{\"$schema\":\"\(Self.schemaPath)\",\"book\":".utf8)
    text.append(contentsOf: try FindingsCoding.encode(book))
    text.append(contentsOf: ",\"cells\":{\n".utf8)
    for (index, cell) in cells.sorted(by: { $0.key < $1.key }).enumerated() {
      var entry = cell.value
      entry.findings = []
      // Within a JSON string a quotation mark is escaped, so what is found here can only be the empty list.
      let head = try FindingsCoding.encode(entry)
      let place = head.firstRange(of: Array("\"findings\":[]".utf8)) ?? head.endIndex..<head.endIndex
      text.append(contentsOf: (index == 0 ? "" : ",\n").utf8)
      text.append(contentsOf: try FindingsCoding.encode(cell.key))
      text.append(contentsOf: ":".utf8)
      text.append(contentsOf: head[..<place.lowerBound])
      text.append(contentsOf: "\"findings\":".utf8)
      text.append(contentsOf: try list(cell.key, cell.value.findings))
      text.append(contentsOf: head[place.upperBound...])
    }
    text.append(contentsOf: "}".utf8)
    if let parameters {
      text.append(contentsOf: ",\"parameters\":".utf8)
      text.append(contentsOf: try FindingsCoding.encode(parameters))
    }
    text.append(contentsOf: ",\"schema\":\(schema)}\n".utf8)
    return text
  }

  /// A list of findings, each on a line of its own.
  static func list(_ findings: [Finding]) throws -> [UInt8] {
    if findings.isEmpty { return Array("[]".utf8) }
    let lines = try findings.map { String(decoding: try FindingsCoding.encode($0), as: UTF8.self) }
    return Array(("[\n" + lines.joined(separator: ",\n") + "\n]").utf8)
  }
}

extension Report {
  package var findingsFile: FindingsFile {
    var file = FindingsFile(book: book.title, cells: [:])
    if !book.parameters.isEmpty {
      file.parameters = Dictionary(book.parameters.map { ($0.name, value(of: $0).text) }) { first, _ in first
      }
    }
    for (chapter, cell) in cells {
      let record = records[cell.id]
      let run = recorded[cell.id]?.provenance
      file.cells[cell.id] = .init(
        chapter: chapter.file,
        line: cell.location.line,
        outcome: outcome(of: cell).kind,
        reason: outcome(of: cell).reason,
        profile: run == nil ? record?.provenance.profile : nil,
        seed: run == nil ? record?.provenance.seed : nil,
        recorded: run.map { .init(date: $0.date, profile: $0.profile, seed: $0.seed) },
        findings: record?.findings ?? []
      )
    }
    return file
  }

  package var provenanceFile: ProvenanceFile {
    var file = ProvenanceFile(book: book.title, cells: [:])
    file.sources = sources.isEmpty ? nil : sources.mapValues { Digest(of: $0).hex }
    for (chapter, cell) in cells {
      guard let record = records[cell.id] else { continue }
      file.cells[cell.id] = .init(
        chapter: chapter.file,
        line: cell.location.line,
        key: record.key,
        code: cell.code,
        inputs: record.inputs,
        provenance: record.provenance
      )
    }
    return file
  }

  /// The value of a parameter in this report.
  func value(of parameter: Book.Parameter) -> ParameterValue {
    changedParameters[parameter.name] ?? parameter.standard
  }

  /// The outcome of a cell; one without a record was not run.
  func outcome(of cell: Cell) -> Outcome { records[cell.id]?.outcome ?? .notRun(.noRecord) }

  /// Every cell with its chapter, in reading order.
  var cells: [(Chapter, Cell)] { chapters.flatMap { chapter in chapter.cells.map { (chapter, $0) } } }
}
