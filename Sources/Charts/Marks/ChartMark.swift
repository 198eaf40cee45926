package import Findings
package import Markup

/// A kind of mark: all that axes, data table, legend and picture need to know of it.
///
/// A new kind is a file with a type that conforms, a case of `Chart.Mark` and its line in `Chart.Mark.drawing`.
package protocol ChartMark: Sendable {
  /// The series whose name and colour the mark has; `nil` without one.
  var series: String? { get }

  /// Adds the values that the axes must hold.
  func extend(_ extents: inout Extents)

  /// The mark's values, a row each, for the table of the chart's data.
  var rows: [DataRow] { get }

  /// The mark's part of its series' key in the legend, in a box of 28 by 14.
  func key(in series: SeriesList) -> [Node]

  /// The mark's picture; what lies outside the plot is cut off.
  func draw(in plot: Plot) -> [Node]

  /// A remark where the picture shows less than the data; `nil` where it shows all.
  var remark: String? { get }
}

extension ChartMark {
  package var remark: String? { nil }
  package func key(in series: SeriesList) -> [Node] { [] }
}

extension Chart.Mark {
  /// The mark as a `ChartMark`: the one list of all kinds.
  package var drawing: any ChartMark {
    switch self {
    case .line(let series, let points): LineMark(name: series, points: points)
    case .dots(let series, let points, let symbol): DotMark(name: series, points: points, symbol: symbol)
    case .rule(let series, let from, let to): RuleMark(name: series, from: from, to: to)
    case .text(let point, let text): TextMark(point: point, text: text)
    case .band(let series, let spans): BandMark(name: series, spans: spans)
    case .area(let series, let points): AreaMark(name: series, points: points)
    case .bars(let series, let points): BarMark(name: series, points: points)
    case .errorBars(let series, let spans): ErrorBarMark(name: series, spans: spans)
    case .histogram(let series, let edges, let counts):
      HistogramMark(name: series, edges: edges, counts: counts)
    case .tiles(let tiles, let label): TileMark(tiles: tiles, label: label)
    }
  }
}

/// The marks of a chart: those of all its pictures, and those of each panel.
package struct MarkLists: Sendable {
  let shared: [any ChartMark]
  let panels: [[any ChartMark]]

  /// - Parameter extra: marks drawn above all others, in each picture.
  package init(_ chart: Chart, adding extra: [any ChartMark] = []) {
    shared = chart.marks.map(\.drawing) + extra
    panels = chart.panels.map { $0.marks.map(\.drawing) }
  }

  var all: [any ChartMark] { shared + panels.flatMap { $0 } }

  /// The marks of each picture.
  var pictures: [[any ChartMark]] { panels.isEmpty ? [shared] : panels.map { shared + $0 } }
}

/// One value of a chart, as a row of the data table.
package struct DataRow: Sendable {
  var series: String
  var x: Double?
  var xEnd: Double?
  var y: Double?
  var lower: Double?
  var upper: Double?
  var value: Double?

  package init(
    series: String,
    x: Double? = nil,
    xEnd: Double? = nil,
    y: Double? = nil,
    lower: Double? = nil,
    upper: Double? = nil,
    value: Double? = nil
  ) {
    self.series = series
    self.x = x
    self.xEnd = xEnd
    self.y = y
    self.lower = lower
    self.upper = upper
    self.value = value
  }
}

/// How many points a remark speaks of.
func pointCount(_ points: [Chart.Point]) -> String {
  NumberText.fixed(Double(points.count), digits: 0) + " points"
}

/// The name of a series in a sentence.
func quoted(_ name: String) -> String { name.isEmpty ? "the series" : "“\(name)”" }
