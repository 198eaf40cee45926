internal import Markup

/// A page of the differences between reports, without other files.
package struct DifferencePage: Sendable {
  /// How much is the same.
  package var summary: String
  /// Which reports were compared, a line each.
  package var legend: [String]
  /// In reading order; those without rows are left out.
  package var tables: [Table]
  /// The code that differs.
  package var listings: [Listing]

  /// A table of texts; the first of each row is its head.
  package struct Table: Sendable {
    package var title: String
    package var heads: [String]
    package var rows: [[String]]
    /// Whether the columns behind the first and before the last hold numbers.
    package var hasNumbers: Bool

    package init(title: String, heads: [String], rows: [[String]], hasNumbers: Bool = false) {
      self.title = title
      self.heads = heads
      self.rows = rows
      self.hasNumbers = hasNumbers
    }
  }

  /// The lines of a piece of code that differ.
  package struct Listing: Sendable {
    package var title: String
    package var text: String

    package init(title: String, text: String) {
      self.title = title
      self.text = text
    }
  }

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

  package init(summary: String, legend: [String] = [], tables: [Table], listings: [Listing] = []) {
    self.summary = summary
    self.legend = legend
    self.tables = tables
    self.listings = listings
  }

  /// The page's bytes.
  package var bytes: [UInt8] { node.document }

  private var node: Node {
    StandalonePage.document(
      title: "What differs",
      content: [
        tag("p", [:], .text(summary)),
        legend.isEmpty ? .empty : tag("ul", [:], legend.map { tag("li", [:], .text($0)) }),
      ] + tables.filter { !$0.rows.isEmpty }.map(Self.section) + listings.map(Self.section)
    )
  }

  private static func section(_ table: Table) -> Node {
    let heads = table.heads.map { tag("th", ["scope": "col"], .text($0)) }
    let rows = table.rows.map { row in
      let cells = row.enumerated().map { index, text in
        if index == 0 { return tag("th", ["scope": "row"], .text(text)) }
        let isNumber = table.hasNumbers && index < row.count - 1
        return tag("td", ["class": isNumber ? "number" : nil], .text(text))
      }
      return tag("tr", [:], cells)
    }
    return [
      tag("h2", [:], .text(table.title)),
      scrollFrame(
        table.title,
        tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], rows))
      ),
    ]
  }

  private static func section(_ listing: Listing) -> Node {
    [
      tag("h2", [:], .text(listing.title)),
      ListingMarkup(info: "diff", text: listing.text, name: listing.title).node,
    ]
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
    return scrollFrame(
      name,
      tag("table", [:], tag("thead", [:], tag("tr", [:], heads)), tag("tbody", [:], lines))
    )
  }
}

extension [Node] {
  fileprivate var fragment: Node { .fragment(self) }
}
