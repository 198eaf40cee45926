internal import Findings
internal import Markup

/// Dots: each with its values where they are few, one path where they are many, and a grid of counts where they would hide
/// each other.
struct DotMark: ChartMark {
  let name: String
  let points: [Chart.Point]
  let symbol: Chart.Symbol

  var series: String? { name }
  var rows: [DataRow] { points.map { DataRow(series: name, x: $0.x, y: $0.y) } }

  func extend(_ extents: inout Extents) {
    extents.add(points)
    extents.isPadded = true
  }

  func key(in series: SeriesList) -> [Node] {
    [symbol.node(x: 14, y: 7, isHollow: series.isHollow(name), tooltip: nil)]
  }

  var remark: String? {
    guard points.count > Thinning.dotLimit else { return nil }
    return
      "\(pointCount(points)) of \(quoted(name)) are gathered in small fields, stronger where more of them lie."
  }

  func draw(in plot: Plot) -> [Node] {
    let placed = points.compactMap { point in plot.place(point).map { (point, Place(x: $0.x, y: $0.y)) } }
    guard !placed.isEmpty else { return [] }
    let colour = plot.series.colour(name)
    let isHollow = plot.series.isHollow(name)
    if plot.hasTooltips {
      return [
        tag(
          "g",
          ["class": .some(colour)],
          placed.map { symbol.node(x: $1.x, y: $1.y, isHollow: isHollow, tooltip: plot.tooltip(name, $0)) }
        )
      ]
    }
    if placed.count > Thinning.dotLimit { return [drawGrid(placed.map(\.1), colour)] }
    var path = Path()
    for (_, place) in placed {
      path.move(place.x, place.y)
      path.append(symbol.outline)
    }
    return [
      symbol.halo(path),
      tag("path", ["class": "\(symbol.look(isHollow: isHollow)) many \(colour)", "d": path.data]),
    ]
  }

  /// One square a field, in four strengths by the number of dots in it.
  private func drawGrid(_ places: [Place], _ colour: String) -> Node {
    let fields = Thinning.grid(places)
    let most = fields.map(\.count).max() ?? 1
    var paths = [Path](repeating: Path(), count: 4)
    for field in fields {
      // Geometric steps: on a linear scale a dense centre would hide the rest.
      var level = 3
      var limit = most
      while level > 0 && field.count * 3 <= limit {
        level -= 1
        limit /= 3
      }
      paths[level].move(field.place.x - Thinning.field / 2, field.place.y - Thinning.field / 2)
      paths[level].append("h5v5h-5z")
    }
    return tag(
      "g",
      ["class": .some(colour)],
      paths.enumerated().filter { !$1.data.isEmpty }.map {
        tag("path", ["class": "density d\($0 + 1)", "d": $1.data])
      }
    )
  }
}

/// The first characters of a text, with an ellipsis where some are left out.
func shortened(_ text: String, to limit: Int) -> String {
  text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
