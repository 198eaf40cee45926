internal import Findings

/// A table as comma-separated values (RFC 4180, UTF-8), with further columns for the spread, interval and
/// sample count of measured numbers. The name of a column of a group begins with the group's.
///
/// Numbers have their full precision and the unit that the laboratory uses: rates are fractions, not percent.
struct CSV: Sendable {
  struct Field: Sendable {
    var name: String
    /// A type of Frictionless' Table Schema.
    var type: String
    var description: String?
  }

  private(set) var fields: [Field] = []
  private var columns: [[String]] = []

  init(_ table: Table) {
    if table.rows.contains(where: { $0.group != nil }) {
      add("Group", "string", nil, table.rows.map { $0.group ?? "" })
    }
    for (index, column) in table.columns.enumerated() { add(column, table.rows.map { $0.values[index] }) }
  }

  private mutating func add(_ column: Table.Column, _ values: [Table.Value]) {
    let isText = values.contains { if case .text = $0 { true } else { false } }
    let own = column.title.isEmpty ? "Column \(fields.count + 1)" : column.title
    let title = column.group.map { "\($0), \(own)" } ?? own
    let unit = Self.description(column.unit)
    let texts = values.map { value in
      switch value {
      case .text(let text): text
      case .number(let number): Self.number(number)
      case .measurement(let measured): Self.number(measured.value)
      case .missing: ""
      }
    }
    add(title, isText ? "string" : "number", unit, texts)
    let measured = values.map { value -> Measured? in
      if case .measurement(let measured) = value { measured } else { nil }
    }
    func part(_ name: String, _ type: String, _ unit: String?, _ text: (Measured) -> String?) {
      let texts = measured.map { $0.flatMap(text) }
      if texts.contains(where: { $0 != nil }) {
        add("\(title), \(name)", type, unit, texts.map { $0 ?? "" })
      }
    }
    part("standard deviation", "number", unit) { $0.spread.map(Self.number) }
    part("count", "integer", nil) { $0.sampleCount > 1 ? "\($0.sampleCount)" : nil }
    part("interval from", "number", unit) { $0.interval.map { Self.number($0.lower) } }
    part("interval to", "number", unit) { $0.interval.map { Self.number($0.upper) } }
    part("interval level", "number", Self.description(.fraction)) {
      $0.interval.map { Self.number($0.level) }
    }
    part("values", "array", unit) { measured in
      measured.values.map { values in
        let numbers = values.map { $0.isFinite ? Self.number($0) : "\"\(Self.number($0))\"" }
        return "[" + numbers.joined(separator: ",") + "]"
      }
    }
  }

  private mutating func add(_ name: String, _ type: String, _ description: String?, _ texts: [String]) {
    var unique = name
    var number = 1
    while fields.contains(where: { $0.name == unique }) {
      number += 1
      unique = "\(name) \(number)"
    }
    fields.append(Field(name: unique, type: type, description: description))
    columns.append(texts)
  }

  /// The file's bytes: a line of names, then a line for each row, each ended by CR LF.
  var bytes: [UInt8] {
    var bytes = Self.line(fields.map(\.name))
    for row in (columns.first ?? []).indices { bytes += Self.line(columns.map { $0[row] }) }
    return bytes
  }

  private static func line(_ fields: [String]) -> [UInt8] {
    Array((fields.map(quoted).joined(separator: ",") + "\r\n").utf8)
  }

  private static func quoted(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy { $0 >= 32 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") }
    return isPlain ? field : "\"" + field.replacing("\"", with: "\"\"") + "\""
  }

  /// A number in its shortest exact form, as Table Schema writes those that are not finite.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-INF" : "INF" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : value.description
  }

  private static func description(_ unit: Measured.Unit) -> String? {
    switch unit {
    case .none: nil
    case .fraction: "a fraction from 0 to 1"
    case .count: "a number of things"
    case .seconds: "seconds"
    case .bytes: "bytes"
    case .symbol(let symbol): symbol
    }
  }
}
