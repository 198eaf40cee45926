internal import Charts
internal import Findings

/// How the numbers of a column of a table are written, and which of them is the best.
struct ColumnFormat {
  /// Digits after the decimal point: what the column asks for, or what its widest spread supports, or enough for its
  /// numbers; `nil` where each number has its own.
  let digits: Int?
  /// Whether all numbers are written with a power of ten: they are small, and some need one.
  let isScientific: Bool
  /// The best value; `nil` where the second best lies within the spread of either.
  let best: Table.Value?

  init(of index: Int, in table: Table) {
    digits = Self.digits(of: index, in: table)
    best = Self.best(of: index, in: table)
    guard digits == nil, ![.fraction, .count, .bytes].contains(table.columns[index].unit) else {
      isScientific = false
      return
    }
    let sizes = table.rows.compactMap { $0.values[index].number }.filter { $0 != 0 && $0.isFinite }.map(abs)
    isScientific = (sizes.min() ?? 1) < 1e-4 && (sizes.max() ?? 1) < 1e-2
  }

  private static func digits(of index: Int, in table: Table) -> Int? {
    let column = table.columns[index]
    if let digits = column.digits { return digits }
    let units = table.rows.compactMap { row in
      if case .measurement(let measured) = row.values[index] { measured.unit } else { nil }
    }
    guard Set(units).count <= 1 else { return nil }
    let scale = column.unit == .fraction ? 100.0 : 1
    let spreads = table.rows.compactMap { row -> Double? in
      if case .measurement(let measured) = row.values[index] {
        measured.spread.map { abs($0) * scale }
      } else {
        nil
      }
    }
    let finite = spreads.filter { $0.isFinite && $0 > 0 }
    if let widest = finite.max() {
      let digits = NumberText.digits(forSpread: widest)
      // A spread that would read as 0 belongs to a number of another size, which needs digits of its own.
      let isLost = finite.contains { spread in
        digits.map { Double(NumberText.fixed(spread, digits: $0)) == 0 } ?? false
      }
      return isLost ? nil : digits
    }
    let numbers = table.rows.compactMap { $0.values[index].number }.filter(\.isFinite).map { $0 * scale }
    guard let largest = numbers.map(abs).max(), largest > 0, largest < 1e7 else { return nil }
    let smallest = numbers.map(abs).filter { $0 > 0 }.min() ?? largest
    if column.unit == .fraction { return smallest < 0.1 ? nil : 2 }
    if numbers.allSatisfy({ $0 == $0.rounded() }) { return 0 }
    // Four figures of the largest number, as long as the smallest still shows two.
    guard largest >= 0.01 else { return nil }
    let digits = largest >= 1000 ? 1 : largest >= 100 ? 2 : largest >= 1 ? 3 : 4
    return (NumberText.digits(forSpread: smallest) ?? 0) > digits ? nil : digits
  }

  private static func best(of index: Int, in table: Table) -> Table.Value? {
    let values = table.rows.compactMap { row -> (value: Table.Value, number: Double)? in
      let value = row.values[index]
      return value.number.flatMap { $0.isFinite ? (value, $0) : nil }
    }
    guard values.count > 1, table.columns[index].direction != .neutral else { return nil }
    let sign = table.columns[index].direction == .higherIsBetter ? -1.0 : 1
    let ranked = values.sorted { sign * $0.number < sign * $1.number }
    let spread = ranked.prefix(2).compactMap { pair in
      if case .measurement(let measured) = pair.value { measured.spread.map(abs) } else { nil }
    }.max()
    if let spread, abs(ranked[1].number - ranked[0].number) <= spread { return nil }
    return ranked[0].value
  }
}

extension Table.Value {
  /// The number of a value that is one.
  var number: Double? {
    switch self {
    case .number(let number): number
    case .measurement(let measured): measured.value
    case .text, .missing: nil
    }
  }
}
