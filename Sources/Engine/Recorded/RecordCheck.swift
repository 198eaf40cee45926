internal import Digests
internal import Findings
internal import Foundation
internal import Planning

/// The checks of a record's values that its types do not make: ranges, digests, names and lengths that must agree.
struct RecordCheck {
  private let record: KeptRecord
  private let cell: String

  init(_ record: KeptRecord, cell: String) {
    self.record = record
    self.cell = cell
  }

  /// - Throws: a `JSONFault` for the first value that is wrong.
  func run() throws {
    try require(record.schema == KeptRecord.version, "schema", "\(record.schema)", "\(KeptRecord.version)")
    try require(record.cell == cell, "cell", "'\(record.cell)'", "'\(cell)', after which the file is named")
    try checkKey()
    try checkInputs()
    try checkProvenance()
    for (index, laboratory) in (record.alsoOf ?? []).enumerated() {
      let path = "alsoOf[\(index)]"
      let digest = laboratory.digest
      try require(
        Digest(hex: digest) != nil,
        path + ".digest",
        "'\(digest.prefix(80))'",
        "64 hexadecimal digits"
      )
      let count = laboratory.findings
      try require(
        (1...1_000_000).contains(count),
        path + ".findings",
        "\(count)",
        "a count from 1 to 1,000,000"
      )
    }
    try require(
      record.findings.count <= KeptRecord.Limit.findings,
      "findings",
      "\(record.findings.count) findings",
      "at most \(KeptRecord.Limit.findings)"
    )
    var names: Set<String> = []
    for (index, name) in record.omitted.enumerated() {
      try checkName(name, "omitted[\(index)]", &names)
    }
    for (index, finding) in record.findings.enumerated() {
      let path = "findings[\(index)]"
      try checkName(finding.name, path + ".name", &names)
      try check(finding, path)
    }
  }

  private func require(
    _ condition: Bool,
    _ path: String,
    _ found: @autoclosure () -> String,
    _ expected: @autoclosure () -> String
  ) throws {
    if !condition { throw JSONFault(path: path, found: found(), expected: expected()) }
  }

  private func checkName(_ name: String, _ path: String, _ names: inout Set<String>) throws {
    let form = "lower-case letters, digits and single hyphens, a letter first"
    try require(Finding.isName(name), path, "'\(name)'", form)
    try require(names.insert(name).inserted, path, "'\(name)' again", "a name of its own")
  }

  private func checkKey() throws {
    let known = Set(KeyPart.allCases.map(\.rawValue))
    for name in record.key.parts.keys.sorted() {
      try require(
        known.contains(name) || name.hasPrefix(CellKey.needPrefix),
        "key.parts",
        "the part '\(name)'",
        "one of \(known.sorted().joined(separator: ", ")), or \(CellKey.needPrefix)NAME"
      )
    }
    let digest = CellKey(components: record.key.parts).digest
    try require(
      record.key.digest == digest,
      "key.digest",
      record.key.digest,
      "\(digest), the digest of the parts"
    )
    for (part, value) in [(KeyPart.profile, record.provenance.profile), (.seed, "\(record.provenance.seed)")]
    {
      let found = record.key.parts[part.rawValue] ?? ""
      let path = "key.parts.\(part.rawValue)"
      try require(found == value, path, "'\(found)'", "'\(value)', as provenance has it")
    }
  }

  private func checkInputs() throws {
    let count = record.inputs.count
    try require(
      count <= KeptRecord.Limit.inputs,
      "inputs",
      "\(count) inputs",
      "at most \(KeptRecord.Limit.inputs)"
    )
    for (index, input) in record.inputs.enumerated() {
      let path = "inputs[\(index)]"
      try require(
        !input.name.isEmpty && !input.name.hasPrefix("/") && !input.name.split(separator: "/").contains(".."),
        path + ".name",
        "'\(input.name)'",
        "a name, or a path within the book"
      )
      guard let digest = input.digest else { continue }
      try require(
        Digest(hex: digest) != nil || (input.kind == .finding && digest == "not run"),
        path + ".digest",
        "'\(digest.prefix(80))'",
        "64 hexadecimal digits"
      )
    }
  }

  private func checkProvenance() throws {
    let provenance = record.provenance
    try require(
      (try? Date(provenance.date, strategy: .iso8601)) != nil,
      "provenance.date",
      "'\(provenance.date)'",
      "a time in UTC such as 2026-01-31T12:00:00Z"
    )
    try require(
      (0...3e9).contains(provenance.seconds),
      "provenance.seconds",
      "\(provenance.seconds)",
      "a number from 0 to 3e9"
    )
  }

  private func check(_ finding: Finding, _ path: String) throws {
    try require(
      (1...1_000_000).contains(finding.lineInCell),
      path + ".lineInCell",
      "\(finding.lineInCell)",
      "a line from 1 to 1,000,000"
    )
    let tolerance = finding.tolerance
    for (name, value) in [
      ("absolute", tolerance.absolute), ("relative", tolerance.relative),
      ("standardErrors", tolerance.standardErrors ?? 0),
    ] {
      try require(
        value >= 0 && value.isFinite,
        "\(path).tolerance.\(name)",
        "\(value)",
        "a finite number from 0"
      )
    }
    let content = path + ".content"
    switch finding.content {
    case .measurement(let measured): try check(measured, content + ".measurement")
    case .claim(let claim):
      if let published = claim.published {
        try checkFinite(published.value, content + ".claim.published.value")
      }
      if let measured = claim.reproduced { try check(measured, content + ".claim.reproduced") }
      if let measured = claim.atEqualTraining?.reproduced {
        try check(measured, content + ".claim.atEqualTraining.reproduced")
      }
    case .table(let table): try check(table, content + ".table")
    case .chart(let chart): try check(chart, content + ".chart")
    case .images:
      throw JSONFault(path: content + ".kind", found: "images", expected: "no pictures in a record")
    case .note: break
    }
  }

  private func checkFinite(_ value: Double, _ path: String) throws {
    try require(value.isFinite, path, value.isNaN ? "NaN" : "\(value)", "a finite number")
  }

  private func check(_ measured: Measured, _ path: String) throws {
    try checkFinite(measured.value, path + ".value")
    if let spread = measured.spread {
      try require(spread >= 0 && spread.isFinite, path + ".spread", "\(spread)", "a finite number from 0")
    }
    let count = measured.sampleCount
    try require((0...1 << 53).contains(count), path + ".sampleCount", "\(count)", "a count")
    if let interval = measured.interval {
      try checkFinite(interval.lower, path + ".interval.lower")
      try checkFinite(interval.upper, path + ".interval.upper")
      let ends = "\(interval.lower) to \(interval.upper)"
      try require(interval.lower <= interval.upper, path + ".interval", ends, "the lower end first")
      let level = interval.level
      try require((0...1).contains(level), path + ".interval.level", "\(level)", "a number from 0 to 1")
    }
    for (index, value) in (measured.values ?? []).enumerated() {
      try checkFinite(value, "\(path).values[\(index)]")
    }
  }

  /// Numbers in a table may be NaN where they are written as `{"number": "NaN"}`: then that is what was recorded.
  private func check(_ table: Table, _ path: String) throws {
    for (index, column) in table.columns.enumerated() {
      let digits = column.digits ?? 0
      try require((0...15).contains(digits), "\(path).columns[\(index)].digits", "\(digits)", "0 to 15")
    }
    for (index, row) in table.rows.enumerated() {
      let place = "\(path).rows[\(index)].values"
      let (found, wanted) = (row.values.count, table.columns.count)
      try require(found == wanted, place, "\(found) values", "\(wanted), one for each column")
      for (column, value) in row.values.enumerated() {
        if case .measurement(let measured) = value { try check(measured, "\(place)[\(column)]") }
      }
    }
  }

  /// Coordinates may be NaN: a chart leaves such points out and says how many.
  private func check(_ chart: Chart, _ path: String) throws {
    let ratio = chart.aspectRatio
    try require((0.05...20).contains(ratio), path + ".aspectRatio", "\(ratio)", "a number from 0.05 to 20")
    try require(chart.panels.count <= 100, path + ".panels", "\(chart.panels.count) panels", "at most 100")
    let lists = [(path, chart.marks)] + chart.panels.enumerated().map { ("\(path).panels[\($0)]", $1.marks) }
    for (place, marks) in lists {
      for (index, mark) in marks.enumerated() {
        guard case .histogram(_, let edges, let counts) = mark else { continue }
        try require(
          edges.count == counts.count + 1 || (edges.isEmpty && counts.isEmpty),
          "\(place).marks[\(index)].edges",
          "\(edges.count) edges for \(counts.count) bars",
          "\(counts.count + 1)"
        )
      }
    }
  }
}
