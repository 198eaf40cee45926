import Charts
import Findings
import Markup
import TestSupport
import Testing

@Suite("A chart's picture")
struct ChartDrawingTests {
  private func chart(_ marks: Chart.Mark..., x: Chart.Axis = .init("x"), y: Chart.Axis = .init("y")) -> Chart
  {
    Chart(x: x, y: y, marks: marks, summary: "A test.")
  }

  @Test("of every mark equals its snapshot", arguments: Gallery.all)
  func snapshots(entry: Gallery) throws {
    let html = ChartDrawing(entry.chart).node.html.replacing("><", with: ">\n<")
    try expectSnapshot(html + "\n", named: entry.name + ".svg.html")
  }

  @Test("has neither NaN nor infinity in it, whatever the values", arguments: Gallery.hostileValues)
  func hostileValues(value: Double) {
    for mark in Gallery.marks(with: value) {
      let drawing = ChartDrawing(chart(mark))
      let html = drawing.node.html
      #expect(!html.contains("nan") && !html.contains("inf\""), "\(mark)")
      if !value.isFinite { #expect(!drawing.remarks.isEmpty, "\(mark)") }
    }
  }

  @Test("says where error bars are moved beside each other, and only there")
  func movedErrorBars() {
    func remarks(_ second: Double) -> [String] {
      let (one, other) = ([Chart.Span(3, 6, 8)], [Chart.Span(second, 5, 9)])
      return ChartDrawing(chart(.errorBars(series: "a", spans: one), .errorBars(series: "b", spans: other)))
        .remarks
    }
    #expect(
      remarks(3) == [
        "Points at one place of the horizontal axis are drawn beside each other, so that no error bar covers another."
      ]
    )
    #expect(remarks(4) == [])
  }

  @Test("labels each tick with the tick's own value")
  func tickLabels() {
    // A step of 2.5 labelled with whole numbers would say 3 and −8 here.
    let y = Chart.Axis("y", domain: -8...3)
    let html = ChartDrawing(chart(.dots(series: "a", points: [.init(0, -8), .init(1, 3)]), y: y)).node.html
    #expect(html.contains(">−5<") && html.contains(">0<"))
    #expect(!html.contains(">−8<") && !html.contains(">3<"))
  }

  @Test("shows text as text, in every place that text can have")
  func hostileText() {
    let bad = "<script>alert(1)</script>\"'&"
    let hostile = Chart(
      x: .init(bad, scale: .categorical([bad, bad])),
      y: .init(bad, unit: .symbol(bad)),
      marks: [
        .text(.init(0, 0), bad), .tiles([.init(0, 0, 1)], label: bad),
        .bars(series: bad, points: [.init(1, 1)]),
      ],
      panels: [.init(bad, marks: [.line(series: bad + "2", points: [.init(0, 1), .init(1, 1)])])],
      summary: bad
    )
    #expect(!ChartDrawing(hostile).node.html.contains("<script"))
  }

  @Test("cuts a name of 200 characters and keeps it in the tooltip")
  func longName() {
    let name = String(repeating: "long ", count: 40)
    let html = ChartDrawing(
      chart(.bars(series: "", points: [.init(0, 1)]), x: .init("x", scale: .categorical([name])))
    ).node.html
    #expect(html.contains("<title>\(name)</title>"))
    #expect(html.contains("…"))
  }

  @Test(
    "says so where there is nothing to show",
    arguments: [
      Chart.Mark.line(series: "", points: []), .histogram(series: "", edges: [], counts: []),
      .tiles([], label: ""),
    ]
  )
  func empty(mark: Chart.Mark) { #expect(ChartDrawing(chart(mark)).node.html.contains("No values to show")) }

  @Test("of 100,000 points is small, and says what was done with them")
  func manyPoints() {
    let points = (0..<100_000).map { Chart.Point(Double($0), Double(($0 * 7919) % 1000)) }
    for mark in [Chart.Mark.line(series: "a", points: points), .dots(series: "a", points: points)] {
      let drawing = ChartDrawing(chart(mark))
      #expect(drawing.node.html.utf8.count < 120_000)
      #expect(drawing.remarks.contains { $0.contains("100,000 points") })
    }
  }

  @Test("draws lines of one series that follow each other as one path, with gaps")
  func field() {
    let arrows = (0..<5).map { index in
      Chart.Mark.line(series: "a", points: [.init(Double(index), 0), .init(Double(index) + 0.5, 1)])
    }
    let html = ChartDrawing(Chart(x: .init("x"), y: .init("y"), marks: arrows, summary: "A field.")).node.html
    let lines = html.matches(of: #/class="line" d="([^"]*)"/#).map { $0.1.count { $0 == "M" } }
    #expect(lines == [5])
  }

  @Test("has its data beneath the name of their panel and series")
  func data() {
    let marks = ["a", ""].map { Chart.Mark.line(series: $0, points: [.init(1, 2)]) }
    let panels = ["a", "b"].map { Chart.Panel($0, marks: marks) }
    let table = Chart(x: .init("x"), y: .init("y"), panels: panels, summary: "").data.table
    #expect(table.columns.map(\.title) == ["x", "y"])
    #expect(table.rows.map(\.group) == ["a", "a", "b: a", "b"])
    #expect(
      Chart(x: .init("x"), y: .init("y"), marks: [marks[1]], summary: "").data.table.rows.map(\.group) == [
        nil
      ]
    )
  }

  @Test("keeps the peak of a thinned line")
  func peak() {
    var points = (0..<10_000).map { Chart.Point(Double($0), 0) }
    points[5_003].y = 8
    let html = ChartDrawing(chart(.line(series: "", points: points), y: .init("", domain: 0...8))).node.html
    #expect(html.contains(" 34L"))  // the top of the plot
  }
}
