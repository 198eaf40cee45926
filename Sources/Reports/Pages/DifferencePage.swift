internal import Markup

/// A page of the differences between two reports, without other files.
package struct DifferencePage: Sendable {
  /// Which reports were compared, and how much is the same.
  package var summary: String
  package var rows: [Row]

  /// A finding that is not the same in both reports; numbers are written as they are compared.
  package struct Row: Hashable, Sendable {
    package var name: String
    package var before: String
    package var after: String
    package var difference: String
    package var remark: String

    package init(
      name: String,
      before: String = "",
      after: String = "",
      difference: String = "",
      remark: String
    ) {
      self.name = name
      self.before = before
      self.after = after
      self.difference = difference
      self.remark = remark
    }
  }

  package init(summary: String, rows: [Row]) {
    self.summary = summary
    self.rows = rows
  }

  /// The page's bytes.
  package var bytes: [UInt8] { node.document }

  private var node: Node {
    StandalonePage.document(
      title: "What differs",
      content: [tag("p", [:], .text(summary)), rows.isEmpty ? .empty : table]
    )
  }

  private var table: Node {
    let heads = ["Finding", "Before", "After", "Difference", "Remark"]
    return Self.table(rows, heads: heads, name: "Findings that differ")
  }

  /// A table of differences.
  static func table(_ rows: [Row], heads: [String], name: String) -> Node {
    let heads = heads.map { tag("th", ["scope": "col"], .text($0)) }
    let lines = rows.map { row in
      tag(
        "tr",
        [:],
        tag("th", ["scope": "row"], .text(row.name)),
        [row.before, row.after, row.difference].map { tag("td", ["class": "number"], .text($0)) }.fragment,
        tag("td", [:], .text(row.remark))
      )
    }
    return tag(
      "div",
      ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": .some(name)],
      tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], lines))
    )
  }
}

extension [Node] {
  fileprivate var fragment: Node { .fragment(self) }
}
