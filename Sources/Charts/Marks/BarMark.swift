internal import Findings
internal import Markup

/// Bars from 0: upright over the x axis, or across where the y axis holds the categories.
struct BarMark: ChartMark {
  let name: String
  let points: [Chart.Point]

  var series: String? { name }
  var rows: [DataRow] { points.map { DataRow(series: name, x: $0.x, y: $0.y) } }

  func extend(_ extents: inout Extents) {
    extents.add(points)
    extents.isPadded = true
    if extents.yIsCategorical { extents.x.addZero() } else { extents.y.addZero() }
  }

  func key(in series: SeriesList) -> [Node] { [series.barKey(series.barLook(name))] }

  func draw(in plot: Plot) -> [Node] {
    let isAcross = plot.y.isCategorical && !plot.x.isCategorical
    let thickness = plot.barThickness(points)
    let look = plot.series.barLook(name)
    let bars = points.compactMap { point -> Node? in
      guard let place = plot.place(point) else { return nil }
      let along = isAcross ? place.x : place.y
      let centre = (isAcross ? place.y : place.x) + plot.barOffset(name)
      let base = isAcross ? plot.x.base : plot.y.base
      var path = Path()
      for (end, side) in [(base, -0.5), (along, -0.5), (along, 0.5), (base, 0.5)] {
        let edge = centre + side * thickness
        if isAcross { path.line(end, edge) } else { path.line(edge, end) }
      }
      path.close()
      return tag("path", ["class": .some(look), "d": path.data], plot.tooltip(name, point))
    }
    return bars.isEmpty ? [] : [tag("g", ["class": .some(plot.series.colour(name))], bars)]
  }
}

extension SeriesList {
  /// The key of bars.
  func barKey(_ look: String, dashes: String? = nil) -> Node {
    tag("path", ["class": look, "d": "M7 1H21V13H7Z", "stroke-dasharray": dashes])
  }
}

extension Plot {
  /// The space that the bars of one place share.
  private func barRoom(_ points: [Chart.Point]? = nil) -> Double {
    if x.isCategorical { return x.bandwidth * 0.8 }
    if y.isCategorical { return y.bandwidth * 0.8 }
    let places = (points ?? []).compactMap { x.position($0.x) }.sorted()
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
    return max(1, min(gaps.min() ?? 40, 40) * 0.8)
  }

  /// The thickness of one bar.
  func barThickness(_ points: [Chart.Point]) -> Double {
    let room = barRoom(points) / Double(max(1, series.bars.count))
    return min(room * (series.bars.count > 1 ? 0.94 : 1), 56)
  }

  /// The offset of a series' bars from the centre of their category, so that several series stand side by side.
  func barOffset(_ series: String) -> Double {
    guard let index = self.series.bars.firstIndex(of: series), self.series.bars.count > 1,
      x.isCategorical || y.isCategorical
    else { return 0 }
    let pitch = min(barRoom() / Double(self.series.bars.count), 60)
    return (Double(index) - Double(self.series.bars.count - 1) / 2) * pitch
  }
}
