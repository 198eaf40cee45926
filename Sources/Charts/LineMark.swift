internal import Findings
internal import Markup

extension Chart.Mark {
  /// A line through its points in their order; a value without a place breaks it.
  func drawLine(_ series: String, _ points: [Chart.Point], in plot: Plot) -> [Node] {
    let pieces = pieces(of: points, in: plot)
    var path = Path()
    var nodes: [Node] = []
    for piece in pieces {
      if let only = piece.first, piece.count == 1 {
        // A lone point has no length: as a line it would not be seen.
        nodes.append(Chart.Symbol.circle.node(x: only.x, y: only.y, tooltip: nil))
        continue
      }
      for place in Thinning.line(piece) { path.line(place.x, place.y) }
      path.lift()
    }
    if !path.data.isEmpty {
      nodes.insert(
        tag("path", ["class": "line", "d": path.data, "stroke-dasharray": plot.series.dashes(series)]),
        at: 0
      )
    }
    return nodes.isEmpty ? [] : [tag("g", ["class": .some(plot.series.colour(series))], nodes)]
  }

  /// The region between 0 and a line.
  func drawArea(_ series: String, _ points: [Chart.Point], in plot: Plot) -> [Node] {
    let base = plot.y.base
    let outlines = pieces(of: points, in: plot).map { piece -> [Place] in
      let line = Thinning.line(piece)
      guard let first = line.first, let last = line.last else { return [] }
      return line + [Place(x: last.x, y: base), Place(x: first.x, y: base)]
    }
    return filled(outlines, series, in: plot)
  }

  /// The region between the lower and the upper values.
  func drawBand(_ series: String, _ spans: [Chart.Span], in plot: Plot) -> [Node] {
    let upper = pieces(
      of: spans.map { span in usable(span) ? .init(span.x, span.upper) : .init(.nan, 0) },
      in: plot
    )
    let lower = pieces(
      of: spans.map { span in usable(span) ? .init(span.x, span.lower) : .init(.nan, 0) },
      in: plot
    )
    let outlines = zip(upper, lower).map { Thinning.line($0) + Thinning.line($1).reversed() }
    return filled(outlines, series, in: plot)

    func usable(_ span: Chart.Span) -> Bool {
      plot.y.position(span.lower) != nil && plot.y.position(span.upper) != nil
    }
  }

  private func filled(_ outlines: [[Place]], _ series: String, in plot: Plot) -> [Node] {
    var path = Path()
    for outline in outlines {
      for place in outline { path.line(place.x, place.y) }
      path.close()
    }
    guard !path.data.isEmpty else { return [] }
    return [tag("path", ["class": "band \(plot.series.colour(series))", "d": path.data])]
  }

  private func pieces(of points: [Chart.Point], in plot: Plot) -> [[Place]] {
    var pieces: [[Place]] = []
    var isBroken = true
    for point in points {
      guard let place = plot.place(point) else {
        isBroken = true
        continue
      }
      if isBroken { pieces.append([]) }
      pieces[pieces.count - 1].append(Place(x: place.x, y: place.y))
      isBroken = false
    }
    return pieces
  }
}
