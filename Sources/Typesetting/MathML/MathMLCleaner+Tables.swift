extension MathMLCleaner {
  /// A table with its alignments and rules as classes, which the style sheet knows.
  mutating func table(_ element: MarkupElement, variant: String?) -> MarkupElement {
    var result = MarkupElement(name: "mtable")
    var bars: [Int] = []
    var rows: [MarkupElement] = []
    let columns = element.elements.map(\.elements.count).max() ?? 1
    for row in element.elements {
      var cells: [MarkupElement] = []
      var hasRule = false
      var isEmpty = true
      for cell in row.elements {
        var content = self.row(cell.elements, variant: variant)
        var classes: [String] = []
        var attributes: [String: String] = [:]
        if let alignment = cell.attributes["columnalign"], alignment != "center" { classes.append(alignment) }
        while let first = content.first, let mark = mark(of: first) {
          if mark != .tag, isGroupMark(first) {
            content = grouped(content)
            break
          }
          content.removeFirst()
          switch mark {
          case .rowRule: hasRule = true
          case .columnRules(let columns): bars = columns
          case .equations(let name):
            result.attributes["class"] = name
            result.attributes["displaystyle"] = "true"
          case .wholeRow:
            attributes["columnspan"] = "\(columns)"
            classes = ["left"]
          case .columns(let count, let look):
            attributes["columnspan"] = "\(count)"
            classes = look.map { [$0] } ?? []
          case .tag: classes.append("row-tag")
          default: break
          }
        }
        isEmpty = isEmpty && content.isEmpty
        if content.count == 1, content[0].name == "mrow", content[0].attributes.isEmpty {
          content = content[0].elements
        }
        if !classes.isEmpty { attributes["class"] = classes.joined(separator: " ") }
        cells.append(
          MarkupElement(name: "mtd", attributes: attributes, children: content.map { .element($0) })
        )
      }
      // A rule below the last row stands in a row of its own.
      if isEmpty, hasRule, let last = rows.indices.last, cells.count <= 1 {
        Self.add("rule-after", to: &rows[last])
        continue
      }
      var row = MarkupElement(name: "mtr", children: cells.map { .element($0) })
      if hasRule { Self.add("rule", to: &row) }
      rows.append(row)
    }
    if !bars.isEmpty { rows = rows.map { Self.barred($0, before: bars) } }
    result.children = rows.map { .element($0) }
    return result
  }

  private static func barred(_ row: MarkupElement, before bars: [Int]) -> MarkupElement {
    var row = row
    var cells = row.elements
    for bar in bars {
      if cells.indices.contains(bar) {
        add("bar", to: &cells[bar])
      } else if bar == cells.count, !cells.isEmpty {
        add("bar-after", to: &cells[cells.count - 1])
      }
    }
    row.children = cells.map { .element($0) }
    return row
  }

  private static func add(_ name: String, to element: inout MarkupElement) {
    element.attributes["class"] = element.attributes["class"].map { $0 + " " + name } ?? name
  }
}
