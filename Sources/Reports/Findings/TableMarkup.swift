internal import Charts
internal import Findings
internal import Markup

/// The markup of a table: column heads with their units, rows in groups, and the best value of a column marked.
struct TableMarkup {
  let table: Table
  /// Said by a screen reader when the table gets the focus.
  let name: String
  /// The data of a chart, hundreds of bare numbers: written as briefly as a table can be.
  var isData = false
  /// Rows above this number scroll within their own frame.
  static let tallLimit = 40

  var node: Node {
    let isTall = table.rows.count > Self.tallLimit
    let parts = isData ? [] : parts
    return [
      scrollFrame(
        name.isEmpty ? "Table" : name,
        look: (isTall ? " tall" : "") + breadth + (parts.isEmpty ? "" : " whole"),
        tableNode,
        isTall
          ? tag(
            "p",
            ["class": "remark"],
            .text("\(NumberText.fixed(Double(table.rows.count), digits: 0)) rows")
          ) : .empty
      ),
      parts.isEmpty ? .empty : tag("div", ["class": "in-parts"], parts.map(\.tableNode)),
    ]
  }

  var tableNode: Node {
    tag(
      "table",
      ["class": isData ? "values" : isNamed ? (isBrief ? "named brief" : "named") : nil],
      tag("thead", [:], groupHeads, heads),
      .fragment(bodies)
    )
  }

  /// A table of few short columns keeps them near each other; one that the column of the text cannot hold takes the margin.
  private var breadth: String { isWide ? " wide" : width(\.natural) < room / 2 ? " narrow" : "" }

  /// Whether each row begins with its name, which stays in sight where the rest scrolls.
  var isNamed: Bool {
    !table.rows.isEmpty
      && table.rows.allSatisfy { row in
        if case .text(let text) = row.values.first { !text.isEmpty } else { false }
      }
  }

  /// Whether the rows have such short names that they need no room kept for them.
  private var isBrief: Bool {
    table.rows.allSatisfy { row in
      if case .text(let text) = row.values.first { text.count <= 12 } else { true }
    }
  }

  /// Whether the column of the text is too narrow for the table.
  var isWide: Bool { width(\.narrowest) > room }

  /// Characters that a column of 39 rem has room for, less the space between the table's columns.
  private var room: Int { 82 - 2 * table.columns.count }

  func width(_ kind: KeyPath<(narrowest: Int, natural: Int), Int>) -> Int {
    table.columns.indices.reduce(0) { $0 + columnWidth($1)[keyPath: kind] }
  }

  func columnWidth(_ index: Int) -> (narrowest: Int, natural: Int) {
    let head = table.columns[index].title
    let cells = table.rows.prefix(100).map { min(cell($0.values[index], column: index).plainText.count, 28) }
    let widest = cells.max() ?? 0
    let word = head.split(separator: " ").map(\.count).max() ?? 0
    return (narrowest: max(word, widest), natural: max(head.count, widest))
  }

  private var groupHeads: Node {
    guard table.columns.contains(where: { $0.group != nil }) else { return .empty }
    var cells: [Node] = []
    var index = 0
    while index < table.columns.count {
      let group = table.columns[index].group
      var end = index + 1
      while end < table.columns.count, table.columns[end].group == group { end += 1 }
      let span = end - index > 1 ? "\(end - index)" : nil
      cells.append(
        group.map { tag("th", ["scope": "colgroup", "class": "group", "colspan": span], .text($0)) }
          ?? tag("td", ["colspan": span])
      )
      index = end
    }
    return tag("tr", [:], cells)
  }

  private var heads: Node {
    tag(
      "tr",
      [:],
      table.columns.enumerated().map { index, column in
        let unit = NumberText.suffix(column.unit).replacing("\u{A0}", with: "")
        let arrow =
          switch column.direction {
          case .higherIsBetter: "\u{A0}↑"
          case .lowerIsBetter: "\u{A0}↓"
          case .neutral: ""
          }
        let title = column.title + (unit.isEmpty ? "" : "\u{A0}(\(unit))")
        return tag(
          "th",
          ["scope": "col", "class": isNumeric(index) ? "number" : nil],
          .text(title),
          arrow.isEmpty
            ? .empty
            : tag(
              "span",
              ["title": column.direction == .higherIsBetter ? "higher is better" : "lower is better"],
              .text(arrow)
            )
        )
      }
    )
  }

  /// One body a group of rows, so that its heading belongs to it.
  private var bodies: [Node] {
    var bodies: [Node] = []
    var rows: [Node] = []
    var group: String?
    for row in table.rows {
      if row.group != group {
        if !rows.isEmpty { bodies.append(tag("tbody", [:], rows)) }
        group = row.group
        rows =
          group.map { name in
            [
              tag(
                "tr",
                [:],
                tag(
                  "th",
                  ["scope": "rowgroup", "class": "group", "colspan": "\(max(1, table.columns.count))"],
                  .text(name)
                )
              )
            ]
          } ?? []
      }
      rows.append(tag("tr", [:], row.values.enumerated().map { cell($1, column: $0) }))
    }
    bodies.append(tag("tbody", [:], rows))
    return bodies
  }

  private func cell(_ value: Table.Value, column index: Int) -> Node {
    let content: Node
    switch value {
    case .text(let text): content = tag("bdi", [:], .text(text))
    case .number: content = .text(numeral(value, index) ?? "")
    case .measurement(let measured): content = measurement(measured, index)
    case .missing: content = "–"
    }
    // Values that read the same as the best are marked as well.
    let isBest =
      formats[index].best.flatMap { numeral($0, index) }.map { $0 == numeral(value, index) } ?? false
    let marked = isBest ? tag("strong", [:], content) : content
    if index == 0, case .text(let text) = value, !text.isEmpty { return tag("th", ["scope": "row"], marked) }
    let look = isData ? (isNumeric(index) ? nil : "text") : isNumeric(index) ? "number" : nil
    return tag("td", ["class": look], marked)
  }

  /// The figures of a value in its column, without spread and unit.
  private func numeral(_ value: Table.Value, _ index: Int) -> String? {
    switch value {
    case .number(let number) where formats[index].isScientific && number != 0 && number.isFinite:
      NumberText.scientific(number)
    case .number(let number):
      NumberText.plain(number, unit: table.columns[index].unit, digits: digits(index))
    case .measurement(let measured):
      NumberText.plain(measured.value, unit: measured.unit, digits: digits(of: measured, index))
    case .text, .missing: nil
    }
  }

  private func measurement(_ measured: Measured, _ index: Int) -> Node {
    let scale = measured.unit == .fraction ? 100.0 : 1
    let digits = digits(of: measured, index)
    let text = numeral(.measurement(measured), index) ?? ""
    // The head names the unit; a value of another unit names its own.
    let unit = measured.unit == table.columns[index].unit ? "" : NumberText.suffix(measured.unit)
    let spread = measured.spread.flatMap { $0.isFinite ? $0 : nil }.map { spread in
      tag(
        "span",
        ["class": "spread"],
        .text(" ±\u{A0}" + NumberText.fixed(spread * scale, digits: digits ?? 2))
      )
    }
    return tag("span", ["title": MeasuredText.details(measured)], .text(text), spread ?? .empty, .text(unit))
  }

  private func isNumeric(_ index: Int) -> Bool {
    table.rows.allSatisfy { row in if case .text = row.values[index] { false } else { true } }
      && !table.rows.isEmpty
  }

  /// Digits of a column: what it asks for, or what its widest spread supports, or enough for its numbers.
  private func digits(_ index: Int) -> Int? { formats[index].digits }

  /// Those of the column, or in a column of several units those that the value's own spread supports.
  private func digits(of measured: Measured, _ index: Int) -> Int? {
    digits(index)
      ?? measured.spread.flatMap {
        NumberText.digits(forSpread: abs($0) * (measured.unit == .fraction ? 100 : 1))
      }
  }

  private let formats: [ColumnFormat]

  init(table: Table, name: String, isData: Bool = false) {
    self.table = table
    self.name = name
    self.isData = isData
    formats = table.columns.indices.map { ColumnFormat(of: $0, in: table) }
  }
}

/// A frame that scrolls content wider than the page; it can be focused, so that the keyboard scrolls it.
func scrollFrame(_ name: String, look: String = "", _ content: Node...) -> Node {
  tag(
    "div",
    ["class": "scroll" + look, "tabindex": "0", "role": "group", "aria-label": .some(name)],
    content
  )
}
