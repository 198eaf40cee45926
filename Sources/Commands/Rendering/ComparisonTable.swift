internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Reports

/// A comparison in words: one row for each finding that differs.
struct ComparisonTable {
  let comparison: Comparison

  var rows: [DifferencePage.Row] {
    comparison.differences.map { difference in
      switch difference.kind {
      case .onlyBefore: .init(name: difference.name, remark: "no longer there")
      case .onlyAfter: .init(name: difference.name, remark: "new")
      case .text(let place, let before, let after):
        .init(name: difference.name, before: before, after: after, remark: "\(place) differs")
      case .numbers(let count, let pair): Self.row(difference.name, count, pair, difference.verdict)
      }
    }
  }

  /// The rows of some findings, in the order of their names in the list.
  func rows(in names: [String]) -> [DifferencePage.Row] {
    let known = Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }
    return names.compactMap { known[$0] }
  }

  /// How many findings differ, and how they are judged.
  var summary: String {
    "\(counted(comparison.identical, "finding")) the same to the last bit, \(comparison.differences.count) different: "
      + "\(comparison.count(.within)) within their tolerance, \(comparison.count(.beyond)) beyond it; "
      + "\(comparison.count(.unjudged)) are texts or numbers of trained models without a standard error, which are listed "
      + "and not judged"
  }

  /// The rows as lines of text.
  var lines: [String] { Self.lines(rows) }

  /// The lines of some findings, in the order of their names in the list.
  func lines(in names: [String]) -> [String] { Self.lines(rows(in: names)) }

  private static func lines(_ rows: [DifferencePage.Row]) -> [String] {
    rows.map { row in
      let values = row.before.isEmpty && row.after.isEmpty ? "" : "\(row.before) -> \(row.after), "
      let difference = row.difference.isEmpty ? "" : "difference \(row.difference)"
      let parts = [difference, row.remark].filter { !$0.isEmpty }
      return "\(row.name): \(values)\(parts.joined(separator: ", "))"
    }
  }

  private static func row(
    _ name: String,
    _ count: Int,
    _ pair: Comparison.Pair,
    _ verdict: Comparison.Verdict
  ) -> DifferencePage.Row {
    let distance = pair.after - pair.before
    var remarks: [String] = []
    if let spread = pair.spread, spread > 0 {
      remarks.append(String(format: "%.2g standard deviations", abs(distance) / spread))
    }
    if count > 1 { remarks.append("\(count) numbers differ, this one most (\(pair.place))") }
    switch verdict {
    case .within: remarks.append("within its tolerance")
    case .beyond: remarks.append("beyond its tolerance")
    case .unjudged: remarks.append("of a trained model, without a standard error to judge it by")
    }
    return .init(
      name: name,
      before: "\(pair.before)",
      after: "\(pair.after)",
      difference: String(format: "%+.3g", distance),
      remark: remarks.joined(separator: ", ")
    )
  }

  /// Reads the findings of a report: its folder, or the file itself.
  static func read(_ path: String) throws -> FindingsFile {
    var path = BookOptions.absolute(path)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      path += "/" + FindingsFile.path
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BookProblems(problems: ["'\(path)' cannot be read: render the book first, or name another report"]
      )
    }
    return try decoded(FindingsFile.self, data, path)
  }
}

extension ComparisonTable {
  /// The files that are read of a report, given as its folder or its `findings.json`.
  static func files(_ report: String) -> [String] {
    let folder = PathText.folder(of: report)
    let inside = [FindingsFile.path, ProvenanceFile.path].map { "\(report)/\($0)" }
    return [report] + inside + ["\(folder)/\(ProvenanceFile.path)"]
  }

  /// Reads a file of a report; one that is damaged is named with the place of the fault.
  static func decoded<File: Decodable>(_ type: File.Type, _ data: Data, _ path: String) throws -> File {
    do { return try FindingsCoding.decode(type, from: data) } catch let error as FindingsFile.OtherVersion {
      throw BookProblems(problems: ["'\(path)': \(error)"])
    } catch {
      let name = type == FindingsFile.self ? FindingsFile.path : ProvenanceFile.path
      let fault = JSONFault(error, in: data, expected: "JSON as a render writes it")
      throw BookProblems(problems: [
        "'\(path)' is no \(name) of a report: \(fault); render the book again, or name another report"
      ])
    }
  }

  /// Reads the `provenance.json` of a report; `nil` where there is none.
  static func provenance(_ path: String) throws -> ProvenanceFile? {
    try FileManager.default.contents(atPath: path).map { try decoded(ProvenanceFile.self, $0, path) }
  }
}

extension FindingsFile {
  var findings: [String: [Finding]] { cells.mapValues(\.findings) }

  /// The profile that the cells of the report ran with; nil where no cell names one.
  var profile: String? { cells.values.lazy.compactMap { $0.profile }.filter { !$0.isEmpty }.min() }
}
