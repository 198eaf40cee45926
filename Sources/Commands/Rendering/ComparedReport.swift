internal import Engine
internal import Findings
internal import Foundation
internal import Reports

/// One of the reports that are compared.
struct ComparedReport {
  /// A letter, by which the comparison names it.
  let letter: String
  /// As the user named it.
  let path: String
  let findings: FindingsFile
  /// `nil` where the report has none.
  let provenance: ProvenanceFile?

  /// Reads a report: its folder, or its `findings.json`. `provenance.json` is read from beside it.
  init(letter: String, path: String) throws {
    self.letter = letter
    self.path = path
    findings = try ComparisonTable.read(path)
    var isFolder: ObjCBool = false
    let absolute = BookOptions.absolute(path)
    _ = FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder)
    let folder = isFolder.boolValue ? absolute : PathText.folder(of: absolute)
    // The store's history has both files under one number.
    let remembered = (absolute as NSString).deletingPathExtension + ".provenance"
    provenance =
      try ComparisonTable.provenance("\(folder)/\(ProvenanceFile.path)")
      ?? ComparisonTable.provenance(remembered)
  }

  /// The claims by `cell.name`.
  var claims: [String: Claim] { Self.claims(in: findings.findings) }

  /// The claims among the findings of cells, by `cell.name`.
  static func claims(in cells: [String: [Finding]]) -> [String: Claim] {
    var found: [String: Claim] = [:]
    for (cell, findings) in cells {
      for finding in findings {
        if case .claim(let claim) = finding.content { found["\(cell).\(finding.name)"] = claim }
      }
    }
    return found
  }

  /// Under which conditions the report was made, in the order in which they are shown.
  var settings: [(name: String, value: String)] {
    func all(_ values: [String]) -> String {
      Set(values.filter { !$0.isEmpty }).sorted().joined(separator: ", ")
    }
    let cells = findings.cells.values
    let origins = provenance.map { Array($0.cells.values) } ?? []
    var rows = [
      ("book", findings.book),
      ("profile", all(cells.compactMap(\.profile))),
      ("seed", all(cells.compactMap { $0.seed.map(String.init) })),
    ]
    rows += (findings.parameters ?? [:]).sorted { $0.key < $1.key }.map { ("parameter \($0.key)", $0.value) }
    rows += [
      ("machine", all(origins.map(\.provenance.machine))),
      ("toolchain", all(origins.map(\.provenance.toolchain))),
      ("commit", all(origins.map(\.provenance.commit))),
    ]
    let sources = provenance?.sources ?? [:]
    rows += sources.sorted { $0.key < $1.key }.map { ("source \($0.key)", String($0.value.prefix(12))) }
    return rows
  }

  /// The cells that ran.
  var ran: Set<String> { Set(findings.cells.filter { $0.value.outcome == .succeeded }.keys) }

  /// The laboratories that computed the cells, by the first digits of their digests: one, unless cells ran at different times.
  var laboratories: Set<String> {
    Set(
      ran.compactMap {
        provenance?.cells[$0].flatMap { ProvenanceSource.laboratory(in: $0.provenance.toolchain) }
      }
    )
  }

  /// The profiles of the cells that ran.
  var profiles: Set<String> { Set(ran.compactMap { findings.cells[$0]?.profile }) }

  /// The code of each cell, where the report has it.
  var code: [String: String] { provenance?.cells.compactMapValues(\.code) ?? [:] }
}
