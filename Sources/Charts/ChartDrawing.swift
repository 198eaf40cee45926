package import Findings
package import Markup

/// A chart as a picture: `Chart` → extents → scales → marks → SVG.
///
/// A pure function of the chart: the same chart gives the same text. Colours are the custom properties of
/// `ChartStyle.css`; coordinates have two decimals.
package struct ChartDrawing {
  /// One SVG, or one for each panel, with the legend above.
  package let node: Node
  /// What a reader has to know of the picture: values left out, dots gathered.
  package let remarks: [String]

  package init(_ chart: Chart) {
    let series = SeriesList(chart)
    let extents = Extents(chart)
    let tiles = TileLegend(chart)
    let pictures =
      chart.panels.isEmpty
      ? [Self.picture(chart, nil, extents, series, tiles)]
      : chart.panels.map { Self.picture(chart, $0, extents, series, tiles) }
    let content: Node =
      chart.panels.isEmpty
      ? .fragment(pictures.map(\.node)) : tag("div", ["class": "panels"], pictures.map(\.node))
    let legend = pictures.contains(where: \.namesLines) ? Node.empty : series.legend
    node = tag("div", ["class": "chart"], legend, tiles.node, content)
    remarks = Self.remarks(chart, extents)
  }

  private struct Picture {
    var node: Node
    /// Whether the lines are named at their ends, so that no legend is needed.
    var namesLines = false
  }

  private static func picture(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ extents: Extents,
    _ series: SeriesList,
    _ tiles: TileLegend
  ) -> Picture {
    if let width = EndLabels.width(for: chart, series) {
      let (frame, plot) = layout(chart, panel, extents, series, tiles, right: width)
      if let labels = EndLabels(chart, in: plot) {
        return Picture(node: drawn(chart, panel, frame, plot, labels.node(plot)), namesLines: true)
      }
    }
    let (frame, plot) = layout(chart, panel, extents, series, tiles, right: 0)
    return Picture(node: drawn(chart, panel, frame, plot, .empty))
  }

  private static func layout(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ extents: Extents,
    _ series: SeriesList,
    _ tiles: TileLegend,
    right: Double
  ) -> (Frame, Plot) {
    let width = panel == nil ? 520.0 : 300
    let xDomain = extents.x.domain(for: chart.x, isPadded: extents.isPadded)
    let yDomain = extents.y.domain(for: chart.y, isPadded: !extents.hasTiles)
    // The tick labels decide the margin, and do not depend on it.
    let draft = PlotScale(axis: chart.y, domain: yDomain, start: 300, end: 0)
    let frame = Frame(chart, width: width, yLabels: draft.ticks.map(\.label), endLabels: right)
    // Numbers grow upwards; names are read downwards.
    let ends = draft.isCategorical ? (frame.top, frame.bottom) : (frame.bottom, frame.top)
    let plot = Plot(
      x: PlotScale(axis: chart.x, domain: xDomain, start: frame.left, end: frame.right),
      y: PlotScale(axis: chart.y, domain: yDomain, start: ends.0, end: ends.1),
      series: series,
      tileRange: tiles.range,
      hasTooltips: pointCount(chart) <= 200
    )
    return (frame, plot)
  }

  private static func drawn(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ frame: Frame,
    _ plot: Plot,
    _ endLabels: Node
  ) -> Node {
    let marks = joined(chart.marks + (panel?.marks ?? []))
    let drawn = marks.flatMap { $0.drawn(in: plot) } + TextMarks.nodes(marks, in: plot)
    let name =
      panel.map { $0.title.isEmpty ? chart.summary : "\($0.title). \(chart.summary)" } ?? chart.summary
    return tag(
      "svg",
      [
        "class": panel == nil ? "plot" : "plot panel",
        "viewBox": "0 0 \(coordinate(frame.width)) \(coordinate(frame.height))", "role": "img",
        "aria-label": name.isEmpty ? "Chart" : name,
      ],
      frame.axes(plot.x, plot.y),
      // An inner picture cuts what lies outside the plot, and needs no id to do so.
      clip(frame, drawn.isEmpty ? [emptyNote(frame)] : drawn),
      endLabels,
      panel.map {
        tag(
          "text",
          ["class": "panel-title", "x": coordinate(frame.right), "y": "15", "text-anchor": "end"],
          .text(shortened($0.title, to: 30))
        )
      } ?? .empty
    )
  }

  /// Lines of one series that follow each other as one, with gaps: a field of arrows is one path and not hundreds.
  private static func joined(_ marks: [Chart.Mark]) -> [Chart.Mark] {
    var joined: [Chart.Mark] = []
    for mark in marks {
      if case .line(let name, let points) = mark, case .line(name, var run)? = joined.last {
        joined.removeLast()
        run.append(.init(.nan, .nan))
        joined.append(.line(series: name, points: run + points))
      } else {
        joined.append(mark)
      }
    }
    return joined
  }

  private static func clip(_ frame: Frame, _ drawn: [Node]) -> Node {
    // Dots on the edge keep their halves: the cut lies a little outside.
    let margin = 6.0
    let (left, top) = (frame.left - margin, frame.top - margin)
    let (width, height) = (frame.right - frame.left + 2 * margin, frame.bottom - frame.top + 2 * margin)
    return tag(
      "svg",
      [
        "x": coordinate(left), "y": coordinate(top), "width": coordinate(width), "height": coordinate(height),
        "viewBox": "\(coordinate(left)) \(coordinate(top)) \(coordinate(width)) \(coordinate(height))",
      ],
      drawn
    )
  }

  private static func emptyNote(_ frame: Frame) -> Node {
    tag(
      "text",
      [
        "class": "note", "x": coordinate((frame.left + frame.right) / 2),
        "y": coordinate((frame.top + frame.bottom) / 2), "text-anchor": "middle",
      ],
      "No values to show"
    )
  }

  private static func pointCount(_ chart: Chart) -> Int {
    (chart.marks + chart.panels.flatMap(\.marks)).reduce(0) { sum, mark in
      if case .dots(_, let points, _) = mark { sum + points.count } else { sum }
    }
  }

  private static func remarks(_ chart: Chart, _ extents: Extents) -> [String] {
    var remarks: [String] = []
    let lost = extents.unusable
    if lost > 0 {
      let isLog = [chart.x.scale, chart.y.scale].contains(.log)
      let reason = isLog ? "not finite, or not above 0 on a logarithmic axis" : "not finite"
      remarks.append(
        "\(NumberText.fixed(Double(lost), digits: 0)) \(lost == 1 ? "value is" : "values are") \(reason), and cannot be drawn."
      )
    }
    for mark in chart.marks + chart.panels.flatMap(\.marks) {
      switch mark {
      case .line(let name, let points), .area(let name, let points):
        guard points.count > Thinning.lineLimit else { continue }
        remarks.append(
          "\(count(points)) of \(quoted(name)): each run of \(points.count / (Thinning.lineLimit / 4)) is drawn by its first, lowest, highest and last."
        )
      case .dots(let name, let points, _):
        guard points.count > Thinning.dotLimit else { continue }
        remarks.append(
          "\(count(points)) of \(quoted(name)) are gathered in small fields, stronger where more of them lie."
        )
      default: continue
      }
    }
    return remarks
  }

  private static func count(_ points: [Chart.Point]) -> String {
    NumberText.fixed(Double(points.count), digits: 0) + " points"
  }

  private static func quoted(_ name: String) -> String { name.isEmpty ? "the series" : "“\(name)”" }
}
