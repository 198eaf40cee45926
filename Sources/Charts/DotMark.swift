internal import Findings
internal import Markup

extension Chart.Mark {
  /// Dots: each with its values where they are few, one path where they are many, a grid of counts where they would hide each other.
  func drawDots(_ series: String, _ points: [Chart.Point], _ symbol: Chart.Symbol, in plot: Plot) -> [Node] {
    let placed = points.compactMap { point in plot.place(point).map { (point, Place(x: $0.x, y: $0.y)) } }
    guard !placed.isEmpty else { return [] }
    let colour = plot.series.colour(series)
    let isHollow = plot.series.isHollow(series)
    if plot.hasTooltips {
      return [
        tag(
          "g",
          ["class": .some(colour)],
          placed.map { symbol.node(x: $1.x, y: $1.y, isHollow: isHollow, tooltip: plot.tooltip(series, $0)) }
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
      // Steps of a factor, since a heap in the middle would drown all else.
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

  /// A straight line between two places.
  func drawRule(_ series: String, _ from: Chart.Point, _ to: Chart.Point, in plot: Plot) -> [Node] {
    guard let first = plot.place(from), let second = plot.place(to) else { return [] }
    var path = Path()
    path.move(first.x, first.y)
    path.line(second.x, second.y)
    let look = "line rule \(plot.series.colour(series))"
    // Over bars of its own colour a rule alone would not be seen.
    return [
      tag("path", ["class": "halo", "d": path.data]),
      tag("path", ["class": .some(look), "d": path.data, "stroke-dasharray": plot.series.dashes(series)]),
    ]
  }

  /// A thin line from the lower to the upper value, with a cap at each end.
  func drawErrorBars(_ series: String, _ spans: [Chart.Span], in plot: Plot) -> [Node] {
    var path = Path()
    for span in spans {
      guard let x = plot.x.position(span.x), let low = plot.y.position(span.lower),
        let high = plot.y.position(span.upper)
      else { continue }
      let centre = x + plot.barOffset(series)
      path.move(centre - 4, low)
      path.append("h8")
      path.move(centre, low)
      path.line(centre, high)
      path.move(centre - 4, high)
      path.append("h8")
    }
    return path.data.isEmpty
      ? [] : [tag("path", ["class": "error \(plot.series.colour(series))", "d": path.data])]
  }
}

/// The first characters of a text, with an ellipsis where some are left out.
func shortened(_ text: String, to limit: Int) -> String {
  text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
