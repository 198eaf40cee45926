internal import Findings
internal import Markup

/// The region between the lower and the upper values.
struct BandMark: ChartMark {
  let name: String
  let spans: [Chart.Span]

  var series: String? { name }
  var rows: [DataRow] { spans.map { DataRow(series: name, x: $0.x, lower: $0.lower, upper: $0.upper) } }

  func extend(_ extents: inout Extents) { extents.add(spans) }

  func key(in series: SeriesList) -> [Node] { [series.bandKey] }

  func draw(in plot: Plot) -> [Node] {
    let usable = { (span: Chart.Span) in
      plot.y.position(span.lower) != nil && plot.y.position(span.upper) != nil
    }
    let upper = plot.pieces(of: spans.map { usable($0) ? .init($0.x, $0.upper) : .init(.nan, 0) })
    let lower = plot.pieces(of: spans.map { usable($0) ? .init($0.x, $0.lower) : .init(.nan, 0) })
    return plot.filled(zip(upper, lower).map { Thinning.line($0) + Thinning.line($1).reversed() }, name)
  }
}
