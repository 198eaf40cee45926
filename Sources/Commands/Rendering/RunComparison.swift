internal import Chapters
internal import Findings
internal import Planning
internal import Reports

/// Two or more reports side by side: changed verdicts, then findings that differ, then settings and code that differ.
///
/// Each report is compared with the first.
struct RunComparison {
  let reports: [ComparedReport]
  /// Of each report but the first, with the first.
  private let comparisons: [Comparison]

  /// The most reports that are compared: each has a letter.
  static let limit = 26

  /// Reads reports by their folders or files.
  ///
  /// - Precondition: 2 to `limit` paths.
  init(reports paths: [String]) throws {
    precondition((2...Self.limit).contains(paths.count), "2 to \(Self.limit) reports are compared")
    reports = try paths.enumerated().map { index, path in
      try ComparedReport(letter: String(UnicodeScalar(UInt8(65 + index))), path: path)
    }
    let findings = reports.map(\.findings.findings)
    comparisons = try findings.dropFirst().map { try Comparison(before: findings[0], after: $0) }
  }

  /// Whether any finding differs.
  var hasDifferences: Bool { comparisons.contains { !$0.differences.isEmpty } }

  /// The names of all findings that differ somewhere, those beyond their tolerance first.
  private var names: [String] {
    var verdicts: [String: Int] = [:]
    for difference in comparisons.flatMap(\.differences) {
      verdicts[difference.name] = max(verdicts[difference.name] ?? 0, difference.verdict.rawValue)
    }
    return verdicts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  var summary: String {
    let all = Set(
      reports.flatMap { report in
        report.findings.findings.flatMap { cell, findings in findings.map { "\(cell).\($0.name)" } }
      }
    )
    return "\(counted(all.count - names.count, "finding")) the same, \(names.count) different"
  }

  /// Whether the first report has a finding.
  private func has(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    return parts.count == 2
      && reports[0].findings.cells[parts[0]]?.findings.contains { $0.name == parts[1] } == true
  }

  /// The claims whose verdicts are not the same in all reports.
  var verdicts: [(name: String, statement: String, verdicts: [String])] {
    Self.changedVerdicts(reports.map(\.claims))
  }

  /// The claims, by `cell.name`, whose verdicts are not the same in all lists.
  static func changedVerdicts(_ claims: [[String: Claim]])
    -> [(name: String, statement: String, verdicts: [String])]
  {
    Set(claims.flatMap(\.keys)).sorted().compactMap { name in
      let texts = claims.map { $0[name]?.verdictText ?? "not there" }
      let statement = claims.lazy.compactMap { $0[name]?.statement }.first ?? ""
      return Set(texts).count > 1 ? (name, statement, texts) : nil
    }
  }

  /// The settings that are not the same in all reports, with the value of each.
  var settings: [(name: String, values: [String])] {
    let lists = reports.map(\.settings)
    var names: [String] = []
    for name in lists.flatMap({ $0.map(\.name) }) where !names.contains(name) { names.append(name) }
    return names.compactMap { name in
      let values = lists.map { list in list.first { $0.name == name }?.value ?? "" }
      return Set(values).count > 1 ? (name, values) : nil
    }
  }

  /// What each report has of a finding that differs: that of the first, then of each other, `=` for the same.
  private func values(of name: String) -> [String] {
    let kinds = comparisons.map { $0.kind(of: name) }
    let hasPlaces = Set(kinds.compactMap(\.?.place)).count > 1
    func text(_ value: String, _ place: String?) -> String {
      hasPlaces ? "\(value) (\(place ?? ""))" : value
    }
    // With several places, that of the first difference stands for the first report.
    var first = "there"
    for kind in kinds.reversed() {
      switch kind {
      case .onlyAfter: first = "not there"
      case .onlyBefore, nil: break
      case .text(let place, let before, _): first = text(before, place)
      case .numbers(_, let pair): first = text("\(pair.before)", pair.place)
      }
    }
    return [first]
      + kinds.map { kind in
        switch kind {
        case nil: has(name) ? "=" : "not there"
        case .onlyBefore: "not there"
        case .onlyAfter: "there"
        case .text(let place, _, let after): text(after, place)
        case .numbers(_, let pair): text("\(pair.after)", pair.place)
        }
      }
  }

  /// How many numbers of a finding differ, where it has several.
  private func remark(_ name: String) -> String {
    let counts = comparisons.map { comparison in
      if case .numbers(let count, _) = comparison.kind(of: name) { count } else { 0 }
    }
    var remarks: [String] = []
    if let most = counts.max(), most > 1 {
      remarks.append("\(most) numbers differ, the largest difference is shown")
    }
    let verdicts = comparisons.flatMap(\.differences).filter { $0.name == name }.map(\.verdict)
    if verdicts.allSatisfy({ $0 == .within }) { remarks.append("within its tolerance") }
    return remarks.joined(separator: ", ")
  }

  /// The differences as lines of text.
  var lines: [String] {
    let letters = reports.map(\.letter)
    func row(_ values: [String]) -> String {
      zip(letters, values).map { "\($0) \($1.isEmpty ? "-" : $1)" }.joined(separator: ", ")
    }
    var lines = reports.map { "\($0.letter): \($0.path)" }
    let verdicts = verdicts
    if !verdicts.isEmpty { lines.append("changed verdicts:") }
    lines += verdicts.map { "  \($0.name): \(row($0.verdicts)): \($0.statement)" }
    if reports.count == 2 {
      let rows = ComparisonTable(comparison: comparisons[0]).lines(in: names)
      lines += rows
    } else {
      lines += names.map { name in
        let remark = remark(name)
        return "\(name): \(row(values(of: name)))" + (remark.isEmpty ? "" : ", \(remark)")
      }
    }
    let settings = settings
    if !settings.isEmpty { lines.append("settings that differ:") }
    lines += settings.map { "  \($0.name): \(row($0.values))" }
    for difference in CodeDifference.all(reports) {
      lines.append(difference.title + ":")
      lines += difference.lines.map { "  \($0)" }
    }
    return lines
  }

  /// The differences as a page.
  var page: DifferencePage {
    let letters = reports.map(\.letter)
    let verdictRows = verdicts.map { [$0.name] + $0.verdicts + [$0.statement] }
    let findings =
      reports.count == 2
      ? DifferencePage.Table(
        title: "Findings that differ",
        heads: ["Finding", "Before", "After", "Difference", "Remark"],
        rows: ComparisonTable(comparison: comparisons[0]).rows(in: names).map {
          [$0.name, $0.before, $0.after, $0.difference, $0.remark]
        },
        hasNumbers: true
      )
      : DifferencePage.Table(
        title: "Findings that differ",
        heads: ["Finding"] + letters + ["Remark"],
        rows: names.map { [$0] + values(of: $0) + [remark($0)] },
        hasNumbers: true
      )
    return DifferencePage(
      summary: summary + ".",
      legend: reports.map { "\($0.letter): \($0.path)" },
      tables: [
        .init(title: "Changed verdicts", heads: ["Claim"] + letters + ["Statement"], rows: verdictRows),
        findings,
        .init(
          title: "Settings that differ",
          heads: ["Setting"] + letters,
          rows: settings.map { [$0.name] + $0.values }
        ),
      ],
      listings: CodeDifference.all(reports).map {
        .init(title: $0.title, text: $0.lines.joined(separator: "\n"))
      }
    )
  }
}

extension Comparison {
  /// How a finding differs; `nil` where it does not.
  fileprivate func kind(of name: String) -> Kind? { differences.first { $0.name == name }?.kind }
}

extension Comparison.Kind {
  /// The place of the number or text that differs most.
  fileprivate var place: String? {
    switch self {
    case .onlyBefore, .onlyAfter: nil
    case .text(let place, _, _): place
    case .numbers(_, let pair): pair.place
    }
  }
}
