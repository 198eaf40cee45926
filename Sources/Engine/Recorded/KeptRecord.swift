package import Findings
internal import Foundation
internal import Planning

/// The record of a cell as a file of the book: see `RecordedRun`.
///
/// ```json
/// {
///   "alsoOf": [{"digest": "…", "findings": 346, "profile": "small"}],
///   "cell": "lfw",
///   "findings": [ ... ],
///   "inputs": [{"digest": "…", "kind": "file", "name": "data:lfw"}, ...],
///   "key": {"digest": "…", "parts": {"code": "…", "laboratory": "…", "profile": "large", ...}},
///   "omitted": ["faces"],
///   "provenance": {"date": "2026-11-28T22:10:04Z", "machine": "…", "profile": "large", "seconds": 11520, ...},
///   "schema": 1
/// }
/// ```
///
/// `alsoOf` is only there where `marginalia keep --unchanged-since` wrote it. The order is stable, so that a commit shows
/// what changed. The file holds none of the data: what the cell printed and its grids of images are left out.
package struct KeptRecord: Codable, Hashable, Sendable {
  /// The folder of the records, relative to the book.
  package static let folder = "records"
  /// Raised when the meaning of a field changes.
  static let version = 1

  package var schema = Self.version
  /// Later laboratories that made a report with the findings of before: see `marginalia keep --unchanged-since`.
  package var alsoOf: [Laboratory]?
  package var cell: String
  package var key: Key
  /// What the run read, in the order of kinds and names.
  package var inputs: [CellRecord.Input]
  package var provenance: Provenance
  /// The names of findings that were left out.
  package var omitted: [String]
  package var findings: [Finding]

  /// A later laboratory than the record's.
  package struct Laboratory: Codable, Hashable, Sendable {
    /// The digest of its sources.
    package var digest: String
    /// The profile of the two reports that were compared.
    package var profile: String
    /// The number of findings of the cells that ran in both, all of them the same.
    package var findings: Int

    package init(digest: String, profile: String, findings: Int) {
      self.digest = digest
      self.profile = profile
      self.findings = findings
    }
  }

  /// The digest of the sources of the laboratory that computed the record.
  package var laboratory: String { key.parts[KeyPart.laboratory.rawValue] ?? "" }

  /// The cell key with its parts.
  package struct Key: Codable, Hashable, Sendable {
    package var digest: String
    package var parts: [String: String]
  }

  /// Makes the file's content of a record.
  ///
  /// - Parameter components: the parts of the record's key.
  package init(_ record: CellRecord, components: [String: String]) {
    cell = record.cell
    key = Key(digest: record.key, parts: components)
    inputs = record.inputs.sorted {
      ($0.kind.rawValue, $0.name, $0.digest ?? "") < ($1.kind.rawValue, $1.name, $1.digest ?? "")
    }
    provenance = record.provenance
    omitted = record.findings.filter(\.isImages).map(\.name)
    findings = record.findings.filter { !$0.isImages }
  }

  /// The path of a cell's record, relative to the book.
  package static func path(ofCell cell: String) -> String { "\(folder)/\(cell).json" }

  /// The file's text; only what can be read again is written.
  ///
  /// - Throws: a `JSONFault` where a finding cannot be part of a record, for example a measurement that is NaN.
  package func encoded() throws -> [UInt8] {
    let bytes = JSONLayout(compact: Array(try FindingsCoding.encode(self))).text
    _ = try KeptRecord(validating: Data(bytes), cell: cell)
    return bytes
  }

  /// Compares the record with another run of its cell, without the findings that a record leaves out.
  package func comparison(with record: CellRecord) throws -> Comparison {
    let other = KeptRecord(record, components: [:])
    return try Comparison(before: [cell: findings], after: [cell: other.findings])
  }

  /// The digest of the findings, which changes with what a page shows.
  var findingsDigest: String { (try? Store.digest(of: findings)) ?? "" }

  /// The record as a cell shows it that has this outcome here.
  func shown(outcome: Outcome) -> CellRecord {
    CellRecord(
      cell: cell,
      key: key.digest,
      outcome: outcome,
      findings: findings,
      inputs: inputs,
      provenance: provenance
    )
  }
}

extension Finding {
  fileprivate var isImages: Bool {
    if case .images = content { true } else { false }
  }
}
