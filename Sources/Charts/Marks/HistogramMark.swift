internal import Findings
internal import Markup

/// Bars between neighbouring edges.
struct HistogramMark: ChartMark {
  let name: String
  let edges: [Double]
  let counts: [Double]

  var series: String? { name }

  private var bins: [(low: Double, high: Double, count: Double)] {
    zip(zip(edges, edges.dropFirst()), counts).map { ($0.0, $0.1, $1) }
  }

  var rows: [DataRow] { bins.map { DataRow(series: name, x: $0.low, xEnd: $0.high, y: $0.count) } }

  func extend(_ extents: inout Extents) {
    edges.forEach { extents.x.add($0) }
    counts.forEach { extents.y.add($0) }
    extents.y.addZero()
  }

  func key(in series: SeriesList) -> [Node] {
    let look = series.histogramLook
    return [series.barKey(look, dashes: series.histogramsOverlap ? series.dashes(name) : nil)]
  }

  func draw(in plot: Plot) -> [Node] {
    let look = plot.series.histogramLook
    let dashes = plot.series.histogramsOverlap ? plot.series.dashes(name) : nil
    let bars = bins.compactMap { bin -> Node? in
      guard let left = plot.x.position(bin.low), let right = plot.x.position(bin.high),
        let top = plot.y.position(bin.count)
      else { return nil }
      var path = Path()
      path.move(left, plot.y.base)
      path.line(left, top)
      path.line(right, top)
      path.line(right, plot.y.base)
      path.close()
      let range = plot.value(bin.low, on: plot.x) + " to " + plot.value(bin.high, on: plot.x)
      let text = (name.isEmpty ? "" : name + ": ") + range + ": " + plot.value(bin.count, on: plot.y)
      return tag(
        "path",
        ["class": .some(look), "d": path.data, "stroke-dasharray": dashes],
        tag("title", [:], .text(text))
      )
    }
    return bars.isEmpty ? [] : [tag("g", ["class": "histogram \(plot.series.colour(name))"], bars)]
  }
}
