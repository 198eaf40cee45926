internal import Findings

extension TableMarkup {
  /// The table cut into some of its columns each, with the names of the rows repeated, for a print on paper, where nothing
  /// scrolls; empty where a page has room for all of them.
  var parts: [TableMarkup] {
    let room = Self.printRoom - 2 * table.columns.count
    guard table.columns.count > 2, width(\.narrowest) > room else { return [] }
    let names = isNamed ? [0] : []
    var parts: [[Int]] = []
    var left = 0
    for index in table.columns.indices where !names.contains(index) {
      let width = columnWidth(index).narrowest + 2
      if parts.isEmpty || left < width {
        parts.append(names)
        left = Self.printRoom - names.reduce(0) { $0 + columnWidth($1).narrowest + 2 }
      }
      parts[parts.count - 1].append(index)
      left -= width
    }
    return parts.count < 2 ? [] : parts.map(part)
  }

  private func part(_ columns: [Int]) -> TableMarkup {
    let rows = table.rows.map { row in Table.Row(columns.map { row.values[$0] }, group: row.group) }
    return TableMarkup(table: Table(columns: columns.map { table.columns[$0] }, rows: rows), name: name)
  }

  /// Characters that a line of a printed page has room for.
  private static let printRoom = 108
}
