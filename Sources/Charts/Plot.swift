internal import Findings
internal import Markup

/// What a mark needs in order to be drawn: scales and the look of its series.
struct Plot {
  let x: PlotScale
  let y: PlotScale
  let series: SeriesList
  /// The range of the heat map's values over all panels.
  let tileRange: ClosedRange<Double>?
  /// Dots are told one by one while the chart has few of them.
  let hasTooltips: Bool

  /// The place of a point; `nil` where one of its values has none.
  func place(_ point: Chart.Point) -> (x: Double, y: Double)? {
    guard let left = x.position(point.x), let top = y.position(point.y) else { return nil }
    return (left, top)
  }

  /// What is read when the pointer rests on a point.
  func tooltip(_ name: String, _ point: Chart.Point) -> Node {
    let place = value(point.x, on: x) + ", " + value(point.y, on: y)
    return tag("title", [:], .text(name.isEmpty ? place : name + ": " + place))
  }

  func value(_ value: Double, on scale: PlotScale) -> String {
    if case .categorical(let names) = scale.axis.scale {
      let index = value.isFinite ? Int(min(max(value.rounded(), -1), 1e6)) : -1
      return names.indices.contains(index) ? names[index] : NumberText.plain(value, unit: .none)
    }
    return NumberText.text(value, unit: scale.axis.unit)
  }
}

extension Chart.Mark {
  /// The mark's picture, clipped to nothing: what lies outside is cut by the frame.
  func drawn(in plot: Plot) -> [Node] {
    switch self {
    case .line(let series, let points): drawLine(series, points, in: plot)
    case .dots(let series, let points, let symbol): drawDots(series, points, symbol, in: plot)
    case .rule(let series, let from, let to): drawRule(series, from, to, in: plot)
    // All texts of a picture are placed together, by `TextMarks`.
    case .text: []
    case .band(let series, let spans): drawBand(series, spans, in: plot)
    case .area(let series, let points): drawArea(series, points, in: plot)
    case .bars(let series, let points): drawBars(series, points, in: plot)
    case .errorBars(let series, let spans): drawErrorBars(series, spans, in: plot)
    case .histogram(let series, let edges, let counts): drawHistogram(series, edges, counts, in: plot)
    case .tiles(let tiles, _): drawTiles(tiles, in: plot)
    }
  }

  /// The series that the mark belongs to; `nil` where it has none.
  package var seriesName: String? {
    switch self {
    case .line(let name, _), .dots(let name, _, _), .rule(let name, _, _), .band(let name, _),
      .area(let name, _), .bars(let name, _), .errorBars(let name, _), .histogram(let name, _, _):
      name
    case .text, .tiles: nil
    }
  }
}
