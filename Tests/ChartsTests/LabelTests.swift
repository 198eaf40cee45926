import Charts
import Findings
import Markup
import Testing

@Suite("Labels of a chart")
struct LabelTests {
  private let names = ["Softmax", "Centre", "Range"]

  private func lines(ending ends: [Double]) -> Chart {
    let marks = zip(names, ends).map { name, end in
      Chart.Mark.line(series: name, points: [.init(0, 5), .init(10, end)])
    }
    return Chart(x: .init("Step"), y: .init("Loss", domain: 0...10), marks: marks, summary: "Lines.")
  }

  @Test("stand at the ends of lines, each at the height of its own, and no legend repeats them")
  func ends() {
    let html = ChartDrawing(lines(ending: [1, 5, 9])).node.html
    #expect(!html.contains("class=\"legend\""))
    let heights = html.matches(of: #/<g class="end [^"]*">.*?y="([\d.]+)"[^>]*>([^<]*)</#).map {
      (String($0.2), Double($0.1) ?? 0)
    }
    #expect(heights.sorted { $0.1 < $1.1 }.map(\.0) == ["Range", "Centre", "Softmax"])
  }

  @Test("stay in the legend where the lines end too near each other, or not together")
  func legend() {
    #expect(ChartDrawing(lines(ending: [5, 5.01, 5.02])).node.html.contains("class=\"legend\""))
    var chart = lines(ending: [1, 5, 9])
    chart.marks.append(.line(series: "short", points: [.init(0, 2), .init(6, 2)]))
    #expect(ChartDrawing(chart).node.html.contains("class=\"legend\""))
  }

  @Test(
    "are spread so that none covers another, within the plot, and as near to their places as can be",
    arguments: [
      ([50.0, 100, 150], [50.0, 100, 150]), ([100, 100], [92, 108]), ([100, 104, 108], [88, 104, 120]),
      ([0, 2], [0, 16]), ([298, 300], [284, 300]), ([], []),
    ]
  )
  func spread(wishes: [Double], places: [Double]) {
    #expect(EndLabels.spread(wishes, between: 0, and: 300) == places)
  }

  @Test("that are text marks cover no other while there is room beside, above or beneath")
  func textMarks() {
    let marks = (0..<4).map { Chart.Mark.text(.init(2 + Double($0) / 100, 5), "label \($0)") }
    let html = ChartDrawing(
      Chart(x: .init("x", domain: 0...10), y: .init("y", domain: 0...10), marks: marks, summary: "Texts.")
    ).node.html
    let places = html.matches(of: #/class="note" x="([\d.]+)" y="([\d.]+)"/#).map { "\($0.1) \($0.2)" }
    #expect(Set(places).count == 4, "\(places)")
  }

  @Test(
    "of a logarithmic axis are three or more, and all in one notation",
    arguments: [
      (1e-6...1, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1"]),
      (1...1000, ["1", "10", "100", "1000"]), (1...60, ["1", "2", "5", "10", "20", "50"]),
      (1.3...4.1, ["2", "3", "4"]), (5...9, ["5", "6", "7", "8", "9"]),
      (3...30, ["5", "10", "20"]),
    ] as [(ClosedRange<Double>, [String])]
  )
  func logTicks(domain: ClosedRange<Double>, labels: [String]) {
    let chart = Chart(x: .init("", scale: .log, domain: domain), y: .init(""), summary: "An axis.")
    let html = ChartDrawing(chart).node.html
    #expect(
      html.matches(of: #/text-anchor="middle">([^<]*)</#).map { String($0.1) }.dropLast() == labels[...]
    )
  }

  @Test(
    "of a logarithmic axis begin and end beside the data",
    arguments: [
      ([5, 100], ["5", "10", "20", "50", "100"]), ([0.85, 6], ["0.5", "1", "2", "5", "10"]),
      ([3, 4000], ["10", "100", "1000"]),
      (
        [2e-5, 1e-3],
        ["2_×_10⁻⁵", "5_×_10⁻⁵", "10⁻⁴", "2_×_10⁻⁴", "5_×_10⁻⁴", "10⁻³"].map {
          $0.replacing("_", with: "\u{A0}")
        }
      ),
    ] as [([Double], [String])]
  )
  func logEnds(values: [Double], labels: [String]) {
    let points = values.map { Chart.Point($0, 1) }
    let chart = Chart(
      x: .init("", scale: .log),
      y: .init(""),
      marks: [.line(series: "", points: points)],
      summary: "An axis."
    )
    let html = ChartDrawing(chart).node.html
    let shown = html.matches(of: #/text-anchor="middle">([^<]*)</#).map { String($0.1) }
    #expect(shown == labels)
  }

  @Test("of panels stand above them, and not in a legend as well")
  func panelNames() {
    func html(_ titles: [String]) -> String {
      let panels = zip(titles, ["a", "b"]).map { title, series in
        Chart.Panel(title, marks: [.histogram(series: series, edges: [0, 1, 2], counts: [3, 4])])
      }
      return ChartDrawing(Chart(x: .init("x"), y: .init("y"), panels: panels, summary: "Panels.")).node.html
    }
    #expect(!html(["a", "b"]).contains("legend"))
    #expect(html(["one", "two"]).contains("<ul class=\"legend\">"))
    // Nothing lies beneath these bars that would have to show through.
    #expect(!html(["one", "two"]).contains("overlaid"))
  }

  @Test("of more series than there are colours differ by dashes and by outlines")
  func manySeries() {
    let points = [Chart.Point(0, 0), .init(1, 1)]
    for mark in [Chart.Mark.dots(series: "", points: points), .line(series: "", points: points)] {
      let marks = (0..<16).map { index -> Chart.Mark in
        if case .dots = mark {
          .dots(series: "s\(index)", points: points)
        } else {
          .line(series: "s\(index)", points: points)
        }
      }
      let html = ChartDrawing(Chart(x: .init("x"), y: .init("y"), marks: marks, summary: "")).node.html
      let keys = html.matches(of: #/<li>(.*?)<bdi>/#).map { String($0.1) }
      #expect(keys.count == 16 && Set(keys).count == 16)
    }
  }

  @Test("of a long x axis take two lines, and are shortened only beyond these")
  func longTitles() {
    func html(_ label: String) -> String {
      ChartDrawing(
        Chart(
          x: .init(label),
          y: .init("y"),
          marks: [.line(series: "a", points: [.init(0, 0), .init(1, 1)])],
          summary: "A line."
        )
      )
      .node.html
    }
    let long = "classes by their distance in the control, from the nearest tenth to the farthest tenth"
    #expect(html(long).contains(">classes by their distance in the control, from the<"))
    #expect(html(long).contains(">nearest tenth to the farthest tenth<"))
    #expect(!html(long).contains("…"))
    #expect(html("distance").contains(">distance<"))
    #expect(html(long + " " + long).contains("<title>\(long) \(long)</title>"))
  }

  @Test("of a panel stand whole where the y axis's title leaves room, else each has its part")
  func panelTitles() {
    func html(_ panel: String, y: String) -> String {
      let mark = Chart.Mark.line(series: "a", points: [.init(0, 0), .init(1, 1)])
      return ChartDrawing(
        Chart(x: .init("x"), y: .init(y), panels: [.init(panel, marks: [mark])], summary: "A line.")
      ).node.html
    }
    let long = "folds three to five of LFW"
    #expect(html(long, y: "y").contains(">\(long)<"))
    let crowded = html(long, y: "change of the error in percent of the control's")
    #expect(crowded.contains("<title>\(long)</title>"))
    #expect(crowded.contains("<title>change of the error in percent of the control"))
  }

  @Test("of categories stand whole where they have room beside each other")
  func categories() {
    let names = ["names of certain words", "b"]
    let chart = Chart(
      x: .init("x", scale: .categorical(names)),
      y: .init("y"),
      marks: [.dots(series: "a", points: [.init(0, 1), .init(1, 2)])],
      summary: "Dots."
    )
    #expect(!ChartDrawing(chart).node.html.contains("…"))
  }
}
