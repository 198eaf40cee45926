internal import Findings
internal import Markup

/// A straight line between two places.
struct RuleMark: ChartMark {
  let name: String
  let from: Chart.Point
  let to: Chart.Point

  var series: String? { name }
  var rows: [DataRow] { [from, to].map { DataRow(series: name, x: $0.x, y: $0.y) } }

  func extend(_ extents: inout Extents) { extents.add([from, to]) }

  func key(in series: SeriesList) -> [Node] { [series.lineKey(name)] }

  func draw(in plot: Plot) -> [Node] {
    guard let first = plot.place(from), let second = plot.place(to) else { return [] }
    var path = Path()
    path.move(first.x, first.y)
    path.line(second.x, second.y)
    let look = "line rule \(plot.series.colour(name))"
    // Without a halo a rule is invisible over bars of its own colour.
    return [
      tag("path", ["class": "halo", "d": path.data]),
      tag("path", ["class": .some(look), "d": path.data, "stroke-dasharray": plot.series.dashes(name)]),
    ]
  }
}
