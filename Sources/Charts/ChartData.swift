package import Findings

extension Chart {
  /// The most rows that a page shows of a chart's data.
  package static let dataRowLimit = 1_000

  /// The chart's data as a table with one row a value, under the name of its panel and series, and how many values were
  /// left out.
  package var data: (table: Table, leftOut: Int) { data(limit: Self.dataRowLimit) }

  /// The chart's data with at most so many rows.
  package func data(limit: Int) -> (table: Table, leftOut: Int) {
    let lists = MarkLists(self)
    let rows =
      marks.flatMap { mark in mark.drawing.rows.map { ($0, group($0, panel: "")) } }
      + zip(panels, lists.panels).flatMap { panel, marks in
        marks.flatMap(\.rows).map { ($0, group($0, panel: panel.title)) }
      }
    let columns = dataColumns.filter { column in rows.contains { column.isUsed($0.0) } }
    let table = Table(
      columns: columns.map(\.column),
      rows: rows.prefix(limit).map { row, group in Table.Row(columns.map { $0.value(row) }, group: group) }
    )
    return (table, max(0, rows.count - limit))
  }

  /// The name of a row's panel and series; a panel of one series often has its name.
  private func group(_ row: DataRow, panel: String) -> String? {
    let names = panel == row.series ? [row.series] : [panel, row.series]
    let text = names.filter { !$0.isEmpty }.joined(separator: ": ")
    return text.isEmpty ? nil : text
  }

  private struct DataColumn {
    var column: Table.Column
    var value: (DataRow) -> Table.Value
    func isUsed(_ row: DataRow) -> Bool { value(row) != .missing }
  }

  private var dataColumns: [DataColumn] {
    let tileLabels = MarkLists(self).all.compactMap { ($0 as? TileMark)?.label }
    return [
      DataColumn(column: column(x, or: "x")) { place($0.x, x) },
      DataColumn(column: column(x, or: "x", suffix: ", to")) { place($0.xEnd, x) },
      DataColumn(column: column(y, or: "y")) { place($0.y, y) },
      DataColumn(column: column(y, or: "y", suffix: ", lower")) { place($0.lower, y) },
      DataColumn(column: column(y, or: "y", suffix: ", upper")) { place($0.upper, y) },
      DataColumn(column: .init(tileLabels.first ?? "Value")) { $0.value.map { .number($0) } ?? .missing },
    ]
  }

  private func column(_ axis: Axis, or name: String, suffix: String = "") -> Table.Column {
    Table.Column((axis.label.isEmpty ? name : axis.label) + suffix, unit: axis.unit)
  }

  private func place(_ value: Double?, _ axis: Axis) -> Table.Value {
    guard let value else { return .missing }
    if case .categorical(let names) = axis.scale, let index = Int(exactly: value),
      names.indices.contains(index)
    {
      return .text(names[index])
    }
    if case .date = axis.scale { return .text(DateTicks.text(value)) }
    return .number(value)
  }
}
