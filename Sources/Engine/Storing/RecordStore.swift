internal import Digests
package import Findings
internal import Foundation

/// A record in the store. Its file has three lines of JSON: the record without findings, its output with the outlines of
/// its findings, and all findings. Only the first stays in memory; the second is enough to draw other cells' pages. The
/// gain is stated at `Memo`.
package struct StoredRecord: Sendable {
  /// The record without findings and output.
  package var summary: CellRecord
  /// The parts of the key by name, for the reasons why it is stale.
  package var components: [String: String]
  /// SHA-256 of the findings' JSON, which cells that need this one compare.
  package var findingsDigest: String
  /// Later records have higher numbers.
  package var sequence: Int
  /// SHA-256 of the stored file.
  package var digest: String
  fileprivate var path: String

  /// The whole record.
  package func record() throws -> CellRecord { try record(line: 2) }

  /// The record with its output and the outlines of its findings: see `Finding.outline`.
  package func outline() throws -> CellRecord { try record(line: 1) }

  private func record(line: Int) throws -> CellRecord {
    let lines = try AtomicFile.read(path).map { Self.lines(of: $0, digest: digest) } ?? nil
    guard let lines else { throw EngineError.file(path: path, doing: "reading the record again", error: EIO) }
    let content: Content
    do { content = try FindingsCoding.decode(Content.self, from: lines[line]) } catch {
      let fault = JSONFault(error, in: lines[line], expected: "a record of this version")
      throw EngineError.damaged(path: path, problem: fault.description)
    }
    var record = summary
    record.findings = content.findings
    record.output = content.output
    return record
  }

  /// The lines of a stored file; `nil` where it does not match its digest.
  fileprivate static func lines(of data: Data, digest: String) -> [Data]? {
    guard Digest(of: data).hex == digest else { return nil }
    guard let first = data.firstIndex(of: 10), let second = data[(first + 1)...].firstIndex(of: 10) else {
      return nil
    }
    return [data[..<first], data[(first + 1)..<second], data[(second + 1)...]]
  }

  fileprivate struct Head: Codable {
    var summary: CellRecord
    var components: [String: String]
    var findingsDigest: String
  }

  fileprivate struct Content: Codable {
    var findings: [Finding]
    var output: String
  }
}

extension Store {
  /// Returns the records of a cell, newest first; damaged ones are renamed and left out.
  package func records(ofCell cell: String) -> [StoredRecord] {
    entries(ofCell: cell).sorted { $0.sequence > $1.sequence }.compactMap { entry in
      read(entry)
    }
  }

  /// Returns the digest of findings that cells which need them compare.
  package static func digest(of findings: [Finding]) throws -> String {
    try Digest(of: FindingsCoding.encode(findings)).hex
  }

  /// Stores a record beside all earlier ones of its cell, and returns the digest of the file.
  @discardableResult
  package func keep(_ record: CellRecord, components: [String: String]) throws -> String {
    var summary = record
    summary.findings = []
    summary.output = ""
    let head = StoredRecord.Head(
      summary: summary,
      components: components,
      findingsDigest: try Self.digest(of: record.findings)
    )
    var data = try FindingsCoding.encode(head)
    for findings in [record.findings.map(\.outline), record.findings] {
      data.append(10)
      data.append(try FindingsCoding.encode(StoredRecord.Content(findings: findings, output: record.output)))
    }
    let sequence = (entries(ofCell: record.cell).map(\.sequence).max() ?? 0) + 1
    let digest = Digest(of: data).hex
    let path = "\(path(ofCell: record.cell))/\(sequence)-\(digest).json"
    try AtomicFile.makeFolder(self.path(ofCell: record.cell))
    try AtomicFile.write(data, to: path)
    return digest
  }

  private struct Entry {
    var path: String
    var sequence: Int
    var digest: String
  }

  private func path(ofCell cell: String) -> String { "\(folder)/records/\(cell)" }

  private func entries(ofCell cell: String) -> [Entry] {
    let folder = path(ofCell: cell)
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { name in
      guard name.hasSuffix(".json") else { return nil }
      let parts = name.dropLast(5).split(separator: "-")
      guard parts.count == 2, let sequence = Int(parts[0]) else { return nil }
      return Entry(path: "\(folder)/\(name)", sequence: sequence, digest: String(parts[1]))
    }
  }

  private func read(_ entry: Entry) -> StoredRecord? {
    guard let data = (try? AtomicFile.read(entry.path)) ?? nil else { return nil }
    guard let lines = StoredRecord.lines(of: data, digest: entry.digest),
      let head = try? FindingsCoding.decode(StoredRecord.Head.self, from: lines[0])
    else {
      if isWritable { rename(entry.path, entry.path + ".damaged") }
      return nil
    }
    return StoredRecord(
      summary: head.summary,
      components: head.components,
      findingsDigest: head.findingsDigest,
      sequence: entry.sequence,
      digest: entry.digest,
      path: entry.path
    )
  }
}
