internal import Chapters
internal import Charts
internal import Findings
internal import Markup

/// A chart with its caption and its data, and as files of comma-separated values and SVG.
struct ChartMarkup: FindingMarkup {
  let place: FindingPlace
  let chart: Chart

  var node: Node {
    let drawing = ChartDrawing(chart)
    let remarks = drawing.remarks.map { tag("p", ["class": "remark"], .text($0)) }
    return place.figure(
      [
        PanelSwitch(name: place.id, titles: chart.panels.map(\.title), phrases: place.phrases).node,
        drawing.node,
      ],
      after: remarks + [data],
      downloads: downloads
    )
  }

  private var data: Node {
    let (table, leftOut) = chart.data
    if table.rows.isEmpty { return .empty }
    let count = { (number: Int) in NumberText.fixed(Double(number), digits: 0) }
    let rest =
      leftOut > 0
      ? tag(
        "p",
        ["class": "remark"],
        .text("The first \(count(table.rows.count)) values; \(count(leftOut)) more are in "),
        tag("a", ["href": .some(place.file(Download.Format.csv.rawValue))], "the file of all"),
        "."
      )
      : .empty
    return tag(
      "details",
      ["class": "data"],
      tag("summary", [:], .text(place.phrases[.data])),
      TableMarkup(table: table, name: place.phrases(.dataOf, place.label), isData: true).node,
      rest
    )
  }

  var numbering: Numbering? { .figure }
  var summary: Node? { place.summary }
  var title: Node? { place.title }

  var downloads: [Download] {
    let (chart, title) = (chart, place.title.plainText)
    return [
      Download(place, .csv) { CSV(chart.data(limit: .max).table) },
      Download(place, svg: { Array(ChartDrawing.file(chart, title: title).utf8) }),
    ]
  }
}
