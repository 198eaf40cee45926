internal import Charts
package import Findings
internal import Markup

/// A page that needs no other file: a title, paragraphs, tables and charts in the look of the book's pages.
package struct StandalonePage: Sendable {
  package var title: String
  package var content: [Part]

  /// A part of the page, in reading order.
  package enum Part: Sendable {
    case heading(String)
    case paragraph(String)
    /// A paragraph of less weight.
    case remark(String)
    case list([String])
    case table(Table, caption: String)
    case chart(Chart, caption: String)
  }

  package init(title: String, content: [Part]) {
    self.title = title
    self.content = content
  }

  /// The page's bytes.
  package var bytes: [UInt8] { Self.document(title: title, content: nodes).document }

  /// A document with the style of the book's pages; it asks for nothing over the network and runs no script.
  static func document(title: String, content: [Node]) -> Node {
    tag(
      "html",
      ["lang": "en"],
      tag(
        "head",
        [:],
        tag("meta", ["charset": "utf-8"]),
        tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        tag(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'",
          ]
        ),
        tag("title", [:], .text(title)),
        tag("style", [:], .text(StyleSheet.css))
      ),
      tag(
        "body",
        [:],
        tag("main", ["id": "_content"], tag("article", [:], [tag("h1", [:], .text(title))] + content))
      )
    )
  }

  private var nodes: [Node] {
    var counts = (tables: 0, figures: 0)
    return content.map { part in
      switch part {
      case .heading(let text): return tag("h2", [:], .text(text))
      case .paragraph(let text): return tag("p", [:], .text(text))
      case .remark(let text): return tag("p", ["class": "note"], .text(text))
      case .list(let items): return tag("ul", [:], items.map { tag("li", [:], .text($0)) })
      case .table(let table, let caption):
        counts.tables += 1
        let label = "Table \(counts.tables)"
        return Self.figure(
          ["class": "table"],
          [Self.caption(label, caption), TableMarkup(table: table, name: label).node],
          after: []
        )
      case .chart(let chart, let caption):
        counts.figures += 1
        let label = "Figure \(counts.figures)"
        let drawing = ChartDrawing(chart)
        let data = tag(
          "details",
          ["class": "data"],
          tag("summary", [:], "Data"),
          TableMarkup(table: chart.data.table, name: "Data of \(label)", isData: true).node
        )
        return Self.figure(
          [:],
          [drawing.node, Self.caption(label, caption)],
          after: drawing.remarks.map { tag("p", ["class": "remark"], .text($0)) } + [data]
        )
      }
    }
  }

  private static func figure(_ attributes: Attributes, _ content: [Node], after: [Node]) -> Node {
    tag("div", ["class": "finding"], [tag("figure", attributes, content)] + after)
  }

  private static func caption(_ label: String, _ text: String) -> Node {
    tag("figcaption", [:], tag("span", ["class": "label"], .text(label)), .text(" " + text))
  }
}
