package import Findings
internal import Markup

/// The context in which a mark is drawn: scales and the style of its series.
package struct Plot {
  package let x: PlotScale
  package let y: PlotScale
  package let series: SeriesList
  /// The range of the heat map's values over all panels.
  let tileRange: ClosedRange<Double>?
  /// Whether each dot has a tooltip: only in charts of few dots.
  let hasTooltips: Bool

  /// The place of a point; `nil` where one of its values has none.
  package func place(_ point: Chart.Point) -> (x: Double, y: Double)? {
    guard let left = x.position(point.x), let top = y.position(point.y) else { return nil }
    return (left, top)
  }

  /// The tooltip of a point.
  func tooltip(_ name: String, _ point: Chart.Point) -> Node {
    let place = value(point.x, on: x) + ", " + value(point.y, on: y)
    return tag("title", [:], .text(name.isEmpty ? place : name + ": " + place))
  }

  func value(_ value: Double, on scale: PlotScale) -> String {
    if case .categorical(let names) = scale.axis.scale {
      let index = value.isFinite ? Int(min(max(value.rounded(), -1), 1e6)) : -1
      return names.indices.contains(index) ? names[index] : NumberText.plain(value, unit: .none)
    }
    if case .date = scale.axis.scale { return DateTicks.text(value) }
    return NumberText.text(value, unit: scale.axis.unit)
  }
}
