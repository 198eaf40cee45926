import Charts
import Findings
import Markup
import Testing

/// A kind of mark that only this file knows: a circle around a place.
private struct RingMark: ChartMark {
  let name: String
  let centre: Chart.Point

  var series: String? { name }
  var rows: [DataRow] { [DataRow(series: name, x: centre.x, y: centre.y)] }
  var remark: String? { "A ring marks \(name)." }

  func extend(_ extents: inout Extents) { extents.add([centre]) }

  func key(in series: SeriesList) -> [Node] { [tag("circle", ["cx": "14", "cy": "7", "r": "5"])] }

  func draw(in plot: Plot) -> [Node] {
    guard let place = plot.place(centre) else { return [] }
    return [
      tag("circle", ["class": plot.series.colour(name), "cx": "\(place.x)", "cy": "\(place.y)", "r": "9"])
    ]
  }
}

@Suite("A new kind of mark")
struct ToyMarkTests {
  @Test("is one type: its values decide the axes, and it has its key, its picture and its remark")
  func ring() {
    let chart = Chart(
      x: .init("x"),
      y: .init("y"),
      marks: [.line(series: "line", points: [.init(0, 0), .init(1, 1)])],
      summary: "A line."
    )
    let drawing = ChartDrawing(chart, adding: [RingMark(name: "ring", centre: .init(5, 40))])
    let html = drawing.node.html
    #expect(html.contains("<circle class=\"s2\"") && html.contains("<circle cx=\"14\" cy=\"7\" r=\"5\"/>"))
    #expect(html.contains("<bdi>ring</bdi>") && html.contains(">40</text>"))
    #expect(drawing.remarks == ["A ring marks ring."])
    #expect(!ChartDrawing(chart).node.html.contains("circle class"))
  }

  @Test("of the program has its values in the table, whichever it is")
  func rows() {
    for mark in Gallery.marks(with: 1) {
      let chart = Chart(x: .init("x"), y: .init("y"), marks: [mark], summary: "One.")
      #expect(!chart.data.table.rows.isEmpty, "\(mark)")
    }
  }
}
