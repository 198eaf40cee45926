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

extension Plot {
  /// The plot for a mark: moved sideways by a few pixels where error bars of its series would cover those of another.
  ///
  /// The values in tooltips and in the data of the chart stay as they are.
  func beside(others mark: any ChartMark) -> Plot {
    let names = series.besideEachOther
    guard let name = mark.series, let index = names.firstIndex(of: name) else { return self }
    // As wide as the cap of an error bar, and a gap.
    return Plot(
      x: x.moved(by: 9 * (Double(index) - Double(names.count - 1) / 2)),
      y: y,
      series: series,
      tileRange: tileRange,
      hasTooltips: hasTooltips
    )
  }
}
