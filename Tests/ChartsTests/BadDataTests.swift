import Charts
import Findings
import Markup
import Testing

@Suite("A chart of bad data")
struct BadDataTests {
  private func html(_ marks: [Chart.Mark], x: Chart.Axis = .init("x"), y: Chart.Axis = .init("y")) -> String {
    ChartDrawing(Chart(x: x, y: y, marks: marks, summary: "A test.")).node.html
  }

  @Test("draws a single point of every mark", arguments: Chart.Mark.ofOnePoint)
  func onePoint(mark: Chart.Mark) {
    let html = html([mark])
    #expect(!html.contains("No values to show"), "\(mark)")
    #expect(!html.contains("nan"), "\(mark)")
  }

  @Test(
    "draws a region of one point as a line, since nothing is filled where there is no width",
    arguments: [
      Chart.Mark.band(series: "s", spans: [.init(3, 6, 8)]), .area(series: "s", points: [.init(3, 7)]),
      .band(series: "s", spans: [.init(0, 6, 8), .init(1, 5, 8), .init(2, .nan, .nan), .init(3, 6, 8)]),
    ]
  )
  func regionWithoutWidth(mark: Chart.Mark) throws {
    let line = #/class="line s1" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/#
    let found = try #require(html([mark]).firstMatch(of: line))
    #expect(found.1 == found.3 && found.2 != found.4, "\(found.0)")
  }

  @Test("draws what there is beside an empty series, and names the empty one too")
  func emptySeries() {
    let html = html([
      .line(series: "full", points: [.init(0, 1), .init(1, 2)]), .line(series: "empty", points: []),
    ])
    #expect(html.contains("class=\"line\"") && html.contains("full") && html.contains("empty"))
    #expect(!html.contains("No values to show"))
  }

  @Test("leaves out NaN and infinity, breaks the line there, and says how many values were left out")
  func notFinite() {
    let points: [Chart.Point] = [
      .init(0, 1), .init(1, 2), .init(2, .nan), .init(3, .infinity), .init(4, 3), .init(5, 1),
    ]
    let drawing = ChartDrawing(
      Chart(x: .init("x"), y: .init("y"), marks: [.line(series: "", points: points)], summary: "A test.")
    )
    #expect(drawing.remarks == ["2 values are not finite, and cannot be drawn."])
    let line = drawing.node.html.firstMatch(of: #/class="line" d="([^"]*)"/#)?.1 ?? ""
    #expect(line.count { $0 == "M" } == 2, "\(line)")
  }

  @Test(
    "cuts a category of 200 characters on either axis, and keeps the whole in the tooltip",
    arguments: [true, false]
  )
  func longCategory(isAcross: Bool) {
    let name = String(repeating: "ab ", count: 66) + "zz"
    let names = Chart.Axis("names", scale: .categorical([name]))
    let bar = Chart.Mark.bars(series: "", points: [isAcross ? .init(3, 0) : .init(0, 3)])
    let html = isAcross ? html([bar], y: names) : html([bar], x: names)
    #expect(html.contains("<title>\(name)</title>"))
    let labels = html.matches(of: #/<text[^>]*>([^<]*)/#).map { $0.1.count }
    #expect(labels.allSatisfy { $0 <= 22 }, "\(labels)")
  }

  @Test("isolates names written from right to left, so that they do not turn their surroundings")
  func rightToLeft() {
    let name = "مارجن (א)"
    let html = html(
      [.bars(series: name, points: [.init(0, 1)]), .bars(series: "left", points: [.init(0, 2)])],
      x: .init("x", scale: .categorical([name]))
    )
    #expect(html.contains("<bdi>\(name)</bdi>"))
    #expect(html.contains(">\(name)</text>"))
    #expect(ChartStyle.css.contains("unicode-bidi:plaintext"))
  }

  @Test(
    "shows markup in a label as text",
    arguments: ["<script>alert(1)</script>", "\"><img src=x>", "]]>&amp;"]
  )
  func markup(label: String) {
    let points = [Chart.Point(0, 1), .init(1, 2)]
    let html = html(
      [.line(series: label, points: points), .line(series: "b", points: points), .text(.init(0, 1), label)],
      y: .init(label)
    )
    #expect(!html.contains("<script") && !html.contains("<img"))
    #expect(html.contains(Node.text(label).html))
  }
}

extension Chart.Mark {
  static let ofOnePoint: [Chart.Mark] = {
    let point = [Chart.Point(3, 7)]
    let span = [Chart.Span(3, 6, 8)]
    return [
      .line(series: "s", points: point), .dots(series: "s", points: point), .text(.init(3, 7), "here"),
      .area(series: "s", points: point), .bars(series: "s", points: point), .band(series: "s", spans: span),
      .errorBars(series: "s", spans: span), .histogram(series: "s", values: [7]),
      .tiles([.init(3, 7, 1)], label: "t"),
    ]
  }()
}
