package import Findings
package import Markup

/// Draws a chart as SVG: `Chart` → extents → scales → marks → SVG.
///
/// A pure function of the chart: the same chart gives the same text. Colours are the custom properties of
/// `ChartStyle.css`; coordinates have two decimals.
package struct ChartDrawing {
  /// One SVG, or one for each panel, with the legend above.
  package let node: Node
  /// Remarks on the picture: values left out, dots gathered, error bars moved.
  package let remarks: [String]
  /// The pictures alone.
  let pictures: [Node.Element]
  /// The legend's keys with their texts.
  let keys: [(key: Node.Element, name: String)]

  /// - Parameter extra: marks of other kinds than `Chart.Mark` has, drawn above all others.
  package init(_ chart: Chart, adding extra: [any ChartMark] = []) {
    let lists = MarkLists(chart, adding: extra)
    let parts = Parts(
      series: SeriesList(chart, lists),
      extents: Extents(chart, lists.all),
      tiles: TileLegend(lists.all)
    )
    let panels: [Chart.Panel?] = chart.panels.isEmpty ? [nil] : chart.panels
    let pictures = zip(panels, lists.pictures).map { Self.picture(chart, $0, $1, parts) }
    let content: Node =
      chart.panels.isEmpty
      ? .fragment(pictures.map(\.node)) : tag("div", ["class": "panels"], pictures.map(\.node))
    let keys = pictures.contains(where: \.namesLines) ? [] : parts.series.keys
    node = tag("div", ["class": "chart"], SeriesList.legend(keys), parts.tiles.node, content)
    self.pictures = pictures.compactMap { if case .element(let picture) = $0.node { picture } else { nil } }
    self.keys = (keys + parts.tiles.keys).compactMap { key, name in
      if case .element(let key) = key { (key, name) } else { nil }
    }
    let moved = parts.series.besideEachOther.isEmpty ? [] : [Self.besideEachOther]
    remarks = Self.lost(chart, parts.extents) + moved + lists.all.compactMap(\.remark)
  }

  /// The parts that all pictures of a chart share.
  private struct Parts {
    var series: SeriesList
    var extents: Extents
    var tiles: TileLegend
  }

  private struct Picture {
    var node: Node
    /// Whether the lines are named at their ends, so that no legend is needed.
    var namesLines = false
  }

  private static func picture(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ marks: [any ChartMark],
    _ parts: Parts
  ) -> Picture {
    if let width = EndLabels.width(for: chart, parts.series) {
      let (frame, plot) = layout(chart, panel, marks, parts, right: width)
      if let labels = EndLabels(chart, in: plot) {
        return Picture(node: drawn(chart, panel, marks, frame, plot, labels.node(plot)), namesLines: true)
      }
    }
    let (frame, plot) = layout(chart, panel, marks, parts, right: 0)
    return Picture(node: drawn(chart, panel, marks, frame, plot, .empty))
  }

  private static func layout(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ marks: [any ChartMark],
    _ parts: Parts,
    right: Double
  ) -> (Frame, Plot) {
    let extents = parts.extents
    let width = panel == nil ? 520.0 : 300
    let xDomain = extents.x.domain(for: chart.x, isPadded: extents.isPadded)
    let yDomain = extents.y.domain(for: chart.y, isPadded: !extents.hasTiles)
    // The margin depends on the tick labels, which do not depend on the margin.
    let draft = PlotScale(axis: chart.y, domain: yDomain, start: 300, end: 0)
    let frame = Frame(
      chart,
      width: width,
      yLabels: draft.ticks.map(\.label),
      endLabels: right,
      panelTitle: panel?.title ?? ""
    )
    // Numbers grow upwards; names are read downwards.
    let ends = draft.isCategorical ? (frame.top, frame.bottom) : (frame.bottom, frame.top)
    let plot = Plot(
      x: PlotScale(axis: chart.x, domain: xDomain, start: frame.left, end: frame.right),
      y: PlotScale(axis: chart.y, domain: yDomain, start: ends.0, end: ends.1),
      series: parts.series,
      tileRange: parts.tiles.range,
      hasTooltips: dotCount(chart) <= 200
    )
    return (frame, plot)
  }

  private static func drawn(
    _ chart: Chart,
    _ panel: Chart.Panel?,
    _ marks: [any ChartMark],
    _ frame: Frame,
    _ plot: Plot,
    _ endLabels: Node
  ) -> Node {
    let shapes = LineMark.joined(marks).flatMap { $0.draw(in: plot.beside(others: $0)) }
    let drawn = shapes + TextMarks.nodes(marks, in: plot)
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
          .text(frame.panelTitle),
          frame.panelTitle == $0.title ? .empty : tag("title", [:], .text($0.title))
        )
      } ?? .empty
    )
  }

  private static func clip(_ frame: Frame, _ drawn: [Node]) -> Node {
    // The clip lies outside the plot by half a dot, so that dots on the edge are whole.
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

  private static func dotCount(_ chart: Chart) -> Int {
    MarkLists(chart).all.reduce(0) { $0 + (($1 as? DotMark)?.points.count ?? 0) }
  }

  private static let besideEachOther =
    "Points at one place of the horizontal axis are drawn beside each other, so that no error bar covers another."

  /// The remark on values that no mark can draw.
  private static func lost(_ chart: Chart, _ extents: Extents) -> [String] {
    let lost = extents.unusable
    guard lost > 0 else { return [] }
    let isLog = [chart.x.scale, chart.y.scale].contains(.log)
    let reason = isLog ? "not finite, or not above 0 on a logarithmic axis" : "not finite"
    let values = "\(NumberText.fixed(Double(lost), digits: 0)) \(lost == 1 ? "value is" : "values are")"
    return ["\(values) \(reason), and cannot be drawn."]
  }
}
