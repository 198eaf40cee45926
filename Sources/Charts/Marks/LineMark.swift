internal import Findings
internal import Markup

/// A line through its points in their order; a value without a place breaks it.
struct LineMark: ChartMark {
  let name: String
  var points: [Chart.Point]

  var series: String? { name }
  var rows: [DataRow] { points.map { DataRow(series: name, x: $0.x, y: $0.y) } }

  func extend(_ extents: inout Extents) { extents.add(points) }

  func key(in series: SeriesList) -> [Node] { [series.lineKey(name)] }

  func draw(in plot: Plot) -> [Node] {
    var path = Path()
    var nodes: [Node] = []
    for piece in plot.pieces(of: points) {
      if let only = piece.first, piece.count == 1 {
        // A path of one point has no length and would be invisible.
        nodes.append(Chart.Symbol.circle.node(x: only.x, y: only.y, tooltip: nil))
        continue
      }
      for place in Thinning.line(piece) { path.line(place.x, place.y) }
      path.lift()
    }
    if !path.data.isEmpty {
      nodes.insert(
        tag("path", ["class": "line", "d": path.data, "stroke-dasharray": plot.series.dashes(name)]),
        at: 0
      )
    }
    return nodes.isEmpty ? [] : [tag("g", ["class": .some(plot.series.colour(name))], nodes)]
  }

  var remark: String? { Thinning.remark(name, points) }

  /// Lines of one series that follow each other as one, with gaps: a field of arrows is one path and not hundreds.
  static func joined(_ marks: [any ChartMark]) -> [any ChartMark] {
    var joined: [any ChartMark] = []
    for mark in marks {
      if let line = mark as? LineMark, var run = joined.last as? LineMark, run.name == line.name {
        joined.removeLast()
        run.points.append(.init(.nan, .nan))
        run.points += line.points
        joined.append(run)
      } else {
        joined.append(mark)
      }
    }
    return joined
  }
}

extension Plot {
  /// The places of points in runs: a value without a place ends a run.
  func pieces(of points: [Chart.Point]) -> [[Place]] {
    var pieces: [[Place]] = []
    var isBroken = true
    for point in points {
      guard let place = place(point) else {
        isBroken = true
        continue
      }
      if isBroken { pieces.append([]) }
      pieces[pieces.count - 1].append(Place(x: place.x, y: place.y))
      isBroken = false
    }
    return pieces
  }

  /// Shapes in the light colour of a series; one without width, of which no pixel would be filled, is a line.
  func filled(_ outlines: [[Place]], _ name: String) -> [Node] {
    var (shapes, lines) = (Path(), Path())
    for outline in outlines {
      guard let x = outline.first?.x, outline.allSatisfy({ $0.x == x }) else {
        for place in outline { shapes.line(place.x, place.y) }
        shapes.close()
        continue
      }
      let heights = outline.map(\.y)
      lines.move(x, heights.min() ?? 0)
      lines.line(x, heights.max() ?? 0)
      lines.lift()
    }
    return [("band", shapes), ("line", lines)].filter { !$0.1.data.isEmpty }.map { kind, path in
      tag("path", ["class": "\(kind) \(series.colour(name))", "d": path.data])
    }
  }
}

extension SeriesList {
  /// The key of a line, with its dashes.
  func lineKey(_ name: String) -> Node {
    tag("path", ["class": "line", "d": "M1 7H27", "stroke-dasharray": dashes(name)])
  }

  /// The key of a shaded region.
  var bandKey: Node { tag("path", ["class": "band", "d": "M1 2H27V12H1Z"]) }
}
