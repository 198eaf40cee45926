internal import Findings
internal import Markup

/// A table with its number above it, and as a file of comma-separated values.
struct TableFindingMarkup: FindingMarkup {
  let place: FindingPlace
  let table: Table

  var node: Node {
    tag(
      "div",
      ["class": "finding"],
      tag(
        "figure",
        ["class": "table", "id": .some(place.id)],
        place.captionNode(downloads),
        TableMarkup(table: table, name: place.label).node
      )
    )
  }

  var numbering: Numbering? { .table }
  var summary: Node? { place.summary }
  var title: Node? { place.title }
  var isWide: Bool { TableMarkup(table: table, name: "").isWide }

  var downloads: [Download] {
    let table = table
    return [Download(place, .csv) { CSV(table) }]
  }
}
