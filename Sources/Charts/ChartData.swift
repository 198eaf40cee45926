package import Findings

extension Chart {
  /// The most rows that a page shows of a chart's data.
  package static let dataRowLimit = 1_000

  /// The chart's data as a table with one row a value, under the name of its panel and series, and how many values were
  /// left out.
  package var data: (table: Table, leftOut: Int) {
    let rows =
      marks.flatMap { $0.rows(panel: "") }
      + panels.flatMap { panel in
        panel.marks.flatMap { $0.rows(panel: panel.title) }
      }
    let columns = dataColumns.filter { column in rows.contains { column.isUsed($0) } }
    let table = Table(
      columns: columns.map(\.column),
      rows: rows.prefix(Self.dataRowLimit).map { row in
        Table.Row(columns.map { $0.value(row) }, group: row.group)
      }
    )
    return (table, max(0, rows.count - Self.dataRowLimit))
  }

  private struct DataColumn {
    var column: Table.Column
    var value: (DataRow) -> Table.Value
    func isUsed(_ row: DataRow) -> Bool { value(row) != .missing }
  }

  private var dataColumns: [DataColumn] {
    let tileLabels = (marks + panels.flatMap(\.marks)).compactMap { mark in
      if case .tiles(_, let label) = mark { label } else { nil }
    }
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
    return .number(value)
  }
}

/// One value of a chart, with what its mark knows of it.
private struct DataRow {
  var panel: String
  var series: String
  var x: Double?
  var xEnd: Double?
  var y: Double?
  var lower: Double?
  var upper: Double?
  var value: Double?

  var group: String? {
    // A panel of one series often bears its name.
    let names = panel == series ? [series] : [panel, series]
    let text = names.filter { !$0.isEmpty }.joined(separator: ": ")
    return text.isEmpty ? nil : text
  }
}

extension Chart.Mark {
  fileprivate func rows(panel: String) -> [DataRow] {
    switch self {
    case .line(let name, let points), .dots(let name, let points, _), .area(let name, let points),
      .bars(let name, let points):
      points.map { DataRow(panel: panel, series: name, x: $0.x, y: $0.y) }
    case .rule(let name, let from, let to):
      [from, to].map { DataRow(panel: panel, series: name, x: $0.x, y: $0.y) }
    case .text(let point, let text): [DataRow(panel: panel, series: text, x: point.x, y: point.y)]
    case .band(let name, let spans), .errorBars(let name, let spans):
      spans.map { DataRow(panel: panel, series: name, x: $0.x, lower: $0.lower, upper: $0.upper) }
    case .histogram(let name, let edges, let counts):
      zip(zip(edges, edges.dropFirst()), counts).map { bin, count in
        DataRow(panel: panel, series: name, x: bin.0, xEnd: bin.1, y: count)
      }
    case .tiles(let tiles, _):
      tiles.map { DataRow(panel: panel, series: "", x: $0.x, y: $0.y, value: $0.value) }
    }
  }
}
