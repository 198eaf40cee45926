internal import Findings
internal import Markup

/// Thin lines from the lower to the upper value, with a cap at each end.
struct ErrorBarMark: ChartMark {
  let name: String
  let spans: [Chart.Span]

  var series: String? { name }
  var rows: [DataRow] { spans.map { DataRow(series: name, x: $0.x, lower: $0.lower, upper: $0.upper) } }

  func extend(_ extents: inout Extents) {
    extents.add(spans)
    extents.isPadded = true
  }

  func draw(in plot: Plot) -> [Node] {
    var path = Path()
    for span in spans {
      guard let x = plot.x.position(span.x), let low = plot.y.position(span.lower),
        let high = plot.y.position(span.upper)
      else { continue }
      let centre = x + plot.barOffset(name)
      path.move(centre - 4, low)
      path.append("h8")
      path.move(centre, low)
      path.line(centre, high)
      path.move(centre - 4, high)
      path.append("h8")
    }
    return path.data.isEmpty
      ? [] : [tag("path", ["class": "error \(plot.series.colour(name))", "d": path.data])]
  }
}
