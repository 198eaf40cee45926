internal import Findings
internal import Markup

extension Chart.Mark {
  /// Bars from 0: upright over the x axis, or across where the y axis holds the categories.
  func drawBars(_ series: String, _ points: [Chart.Point], in plot: Plot) -> [Node] {
    let isAcross = plot.y.isCategorical && !plot.x.isCategorical
    let thickness = plot.barThickness(points)
    let look = plot.series.barLook(series)
    let bars = points.compactMap { point -> Node? in
      guard let place = plot.place(point) else { return nil }
      let along = isAcross ? place.x : place.y
      let centre = (isAcross ? place.y : place.x) + plot.barOffset(series)
      let base = isAcross ? plot.x.base : plot.y.base
      var path = Path()
      for (end, side) in [(base, -0.5), (along, -0.5), (along, 0.5), (base, 0.5)] {
        let edge = centre + side * thickness
        if isAcross { path.line(end, edge) } else { path.line(edge, end) }
      }
      path.close()
      return tag("path", ["class": .some(look), "d": path.data], plot.tooltip(series, point))
    }
    return bars.isEmpty ? [] : [tag("g", ["class": .some(plot.series.colour(series))], bars)]
  }

  /// Bars between neighbouring edges.
  func drawHistogram(_ series: String, _ edges: [Double], _ counts: [Double], in plot: Plot) -> [Node] {
    let look = plot.series.histogramLook(series)
    let dashes = look == "bar overlaid" ? plot.series.dashes(series) : nil
    let bars = zip(zip(edges, edges.dropFirst()), counts).compactMap { bin, count -> Node? in
      guard let left = plot.x.position(bin.0), let right = plot.x.position(bin.1),
        let top = plot.y.position(count)
      else { return nil }
      var path = Path()
      path.move(left, plot.y.base)
      path.line(left, top)
      path.line(right, top)
      path.line(right, plot.y.base)
      path.close()
      let range = plot.value(bin.0, on: plot.x) + " to " + plot.value(bin.1, on: plot.x)
      let text = (series.isEmpty ? "" : series + ": ") + range + ": " + plot.value(count, on: plot.y)
      return tag(
        "path",
        ["class": .some(look), "d": path.data, "stroke-dasharray": dashes],
        tag("title", [:], .text(text))
      )
    }
    return bars.isEmpty ? [] : [tag("g", ["class": "histogram \(plot.series.colour(series))"], bars)]
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

  /// How thick one bar is.
  func barThickness(_ points: [Chart.Point]) -> Double {
    let room = barRoom(points) / Double(max(1, series.bars.count))
    return min(room * (series.bars.count > 1 ? 0.94 : 1), 56)
  }

  /// How far a series' bars stand from the middle of their place, so that several stand side by side.
  func barOffset(_ series: String) -> Double {
    guard let index = self.series.bars.firstIndex(of: series), self.series.bars.count > 1,
      x.isCategorical || y.isCategorical
    else { return 0 }
    let pitch = min(barRoom() / Double(self.series.bars.count), 60)
    return (Double(index) - Double(self.series.bars.count - 1) / 2) * pitch
  }
}
