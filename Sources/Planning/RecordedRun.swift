internal import Chapters
package import Findings

/// A recorded run: a cell's record that the book keeps as a file, to be shown where the cell cannot run.
package struct RecordedRun: Hashable, Sendable {
  package var cell: String
  /// The record's file, relative to the book, for example `records/lfw.json`.
  package var path: String
  package var provenance: Provenance
  /// The data roots that the run read, in the order of their names.
  package var data: [DataRoot]
  /// What changed since: the parts of the key that differ under the record's own profile and seed, and the book's files
  /// and variables that the run read. Data roots are in `data`.
  package var changes: [StaleReason]
  /// Findings that the record leaves out, because pictures may show the data.
  package var omitted: [String]
  /// Where the laboratory changed since, but no finding of a report did: that report.
  package var laterLaboratory: SameReport?
  /// The command that runs the cell under the record's conditions.
  package var command: String

  package init(
    cell: String,
    path: String,
    provenance: Provenance,
    data: [DataRoot] = [],
    changes: [StaleReason] = [],
    omitted: [String] = [],
    laterLaboratory: SameReport? = nil,
    command: String = ""
  ) {
    self.cell = cell
    self.path = path
    self.provenance = provenance
    self.data = data
    self.changes = changes
    self.omitted = omitted
    self.laterLaboratory = laterLaboratory
    self.command = command
  }

  /// A report that two laboratories made with the same findings.
  package struct SameReport: Hashable, Sendable {
    package var profile: String
    /// How many findings the cells have that ran in both.
    package var findings: Int

    package init(profile: String, findings: Int) {
      self.profile = profile
      self.findings = findings
    }
  }

  /// A data root that the run read.
  package struct DataRoot: Hashable, Sendable {
    /// The name in `book.yml`.
    package var name: String
    /// SHA-256 of what the run read: see `FolderDigest`.
    package var digest: String
    package var state: State

    package init(name: String, digest: String, state: State) {
      self.name = name
      self.digest = digest
      self.state = state
    }

    /// What is given here in its place.
    package enum State: Hashable, Sendable {
      case same, notGiven
      /// Other data, with their digest.
      case other(String)
    }
  }
}

extension RecordedRun {
  /// For example `recorded on 2026-11-28, profile large, seed 2, AMD EPYC …, 3.2 hours, data lfw of digest 0a1b2c3d4e5f`.
  package var headline: String {
    let conditions =
      ["recorded on \(day)", "profile \(provenance.profile)", "seed \(provenance.seed)", provenance.machine]
      + [Self.duration(provenance.seconds)]
    let data = data.map { "data \($0.name) of digest \($0.digest.prefix(12))" }
    return (conditions + data).filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The date of the run without its time.
  package var day: String { String(provenance.date.prefix(10)) }

  /// Whether the book, the laboratory and the data that are given here are those of the record.
  package var matches: Bool {
    changes.isEmpty && data.allSatisfy { if case .other = $0.state { false } else { true } }
  }

  /// What no longer matches, as clauses: `its code changed`, `the data given as lfw differ from the record's: …`.
  package var mismatches: [String] {
    changes.map(\.clause)
      + data.compactMap { root in
        guard case .other(let digest) = root.state else { return nil }
        return "the data given as \(root.name) differ from the record's: their digest is \(digest.prefix(12))"
      }
  }

  /// Whether the record still matches, as a sentence.
  package var matchSentence: String {
    guard matches else { return "The record no longer matches: " + mismatches.joined(separator: "; ") + "." }
    guard let report = laterLaboratory else {
      return "Code, laboratory and rules are still those of the record."
    }
    let findings = counted(report.findings, "finding")
    return
      "Code and rules are still those of the record. The laboratory changed since; the report of profile "
      + "\(report.profile), of \(findings), is the same with both to the last bit."
  }

  /// Returns in which conditions another run of the cell differs from the recorded one.
  package func differences(from record: CellRecord) -> [String] {
    var found: [String] = []
    let (here, there) = (record.provenance, provenance)
    if here.profile != there.profile { found.append("profile \(here.profile), not \(there.profile)") }
    if here.seed != there.seed { found.append("seed \(here.seed), not \(there.seed)") }
    let given = Self.dataRoots(record.inputs)
    let names = Set(given.map(\.name)).union(data.map(\.name)).sorted()
    for name in names {
      let now = given.first { $0.name == name }?.digest
      let then = data.first { $0.name == name }?.digest
      if now == nil { found.append("no data \(name)") }
      if then == nil { found.append("data \(name), which the record is without") }
      if let now, let then, now != then { found.append("other data \(name)") }
    }
    return found
  }

  /// The data roots among the inputs of a record, without the prefix of their names.
  package static func dataRoots(_ inputs: [CellRecord.Input]) -> [(name: String, digest: String)] {
    inputs.compactMap { input in
      guard input.kind == .file, input.name.hasPrefix(CellRecord.Input.dataPrefix),
        let digest = input.digest
      else { return nil }
      return (String(input.name.dropFirst(CellRecord.Input.dataPrefix.count)), digest)
    }
  }

  /// A duration in the unit that suits it.
  private static func duration(_ seconds: Double) -> String {
    if seconds < 90 { return NumberText.fixed(seconds, digits: seconds < 10 ? 1 : 0) + " seconds" }
    if seconds < 5400 { return NumberText.fixed(seconds / 60, digits: 0) + " minutes" }
    return NumberText.fixed(seconds / 3600, digits: 1) + " hours"
  }
}

extension CellRecord.Input {
  /// What precedes the name of a data root among the inputs of the kind `file`.
  package static let dataPrefix = "data:"
}
