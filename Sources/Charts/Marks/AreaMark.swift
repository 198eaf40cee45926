internal import Findings
internal import Markup

/// The region between 0 and a line.
struct AreaMark: ChartMark {
  let name: String
  let points: [Chart.Point]

  var series: String? { name }
  var rows: [DataRow] { points.map { DataRow(series: name, x: $0.x, y: $0.y) } }

  func extend(_ extents: inout Extents) {
    extents.add(points)
    extents.y.addZero()
  }

  func key(in series: SeriesList) -> [Node] { [series.bandKey] }

  func draw(in plot: Plot) -> [Node] {
    let base = plot.y.base
    let outlines = plot.pieces(of: points).map { piece -> [Place] in
      let line = Thinning.line(piece)
      guard let first = line.first, let last = line.last else { return [] }
      return line + [Place(x: last.x, y: base), Place(x: first.x, y: base)]
    }
    return plot.filled(outlines, name)
  }

  var remark: String? { Thinning.remark(name, points) }
}
