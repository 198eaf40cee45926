internal import Findings
internal import Markup

/// Direct labels: the names of lines at their ends, to the right of the plot, in place of a legend.
///
/// Used where every label is next to its line: one picture, two to six lines, all of them drawn to the same x,
/// and ends far enough apart for each name to stand beside its own.
package struct EndLabels {
  private struct Label {
    var name: String
    /// The height at which the line ends.
    var end: Double
    /// The height at which its name stands.
    var place: Double
  }

  private let labels: [Label]
  /// Where all lines end.
  private let x: Double

  /// The room of a line of text at the size that a phone gives it.
  private static let pitch = 16.0
  private static let nameLimit = 20
  /// The largest distance between a label and the end of its line.
  private static let reach = 14.0

  /// The width to the right of the plot that the names of a chart's lines need; `nil` where they cannot stand there.
  static func width(for chart: Chart, _ series: SeriesList) -> Double? {
    guard chart.panels.isEmpty, (2...6).contains(series.names.count),
      series.names.allSatisfy({ !$0.isEmpty && $0.count <= nameLimit }),
      let ends = ends(of: chart), ends.count == series.names.count
    else { return nil }
    return 14 + 8.2 * Double(series.names.map(\.count).max() ?? 0)
  }

  /// The last point of each series' line, if all of them end at the same x.
  private static func ends(of chart: Chart) -> [(name: String, point: Chart.Point)]? {
    var ends: [(name: String, point: Chart.Point)] = []
    for case .line(let name, let points) in chart.marks {
      guard let last = points.last, last.x.isFinite, last.y.isFinite,
        points.allSatisfy({ !($0.x > last.x) }), !ends.contains(where: { $0.name == name })
      else { return nil }
      ends.append((name, last))
    }
    return Set(ends.map(\.point.x)).count == 1 ? ends : nil
  }

  /// Places the names; `nil` where one would stand too far from its line.
  init?(_ chart: Chart, in plot: Plot) {
    let ends = (Self.ends(of: chart) ?? []).compactMap { name, point in
      plot.y.position(point.y).map { Label(name: name, end: $0, place: $0) }
    }
    // Of two lines that end at one point the order of the legend decides.
    var labels = ends.enumerated().sorted { ($0.element.end, $0.offset) < ($1.element.end, $1.offset) }
      .map(\.element)
    let heights = [plot.y.start, plot.y.end].sorted()
    let places = Self.spread(labels.map(\.end), between: heights[0], and: heights[1])
    for index in labels.indices { labels[index].place = places[index] }
    guard labels.count == plot.series.names.count,
      labels.allSatisfy({ abs($0.place - $0.end) <= Self.reach }),
      let last = Self.ends(of: chart)?.first, let x = plot.x.position(last.point.x),
      x > plot.x.start + 0.85 * (plot.x.end - plot.x.start)
    else { return nil }
    self.labels = labels
    self.x = x
  }

  /// Places at least one pitch apart, in the same order, each as near to its wish as the others let it.
  package static func spread(_ wishes: [Double], between top: Double, and bottom: Double) -> [Double] {
    // Isotonic regression (pool adjacent violators) after subtracting the pitches.
    var blocks: [(sum: Double, count: Int)] = []
    for (index, wish) in wishes.enumerated() {
      blocks.append((wish - Double(index) * pitch, 1))
      while blocks.count > 1, let last = blocks.last, let before = blocks.dropLast().last,
        before.sum / Double(before.count) > last.sum / Double(last.count)
      {
        blocks.removeLast(2)
        blocks.append((before.sum + last.sum, before.count + last.count))
      }
    }
    let room = bottom - Double(wishes.count - 1) * pitch
    let flat = blocks.flatMap { block in
      repeatElement(min(max(block.sum / Double(block.count), top), max(top, room)), count: block.count)
    }
    return flat.enumerated().map { $1 + Double($0) * pitch }
  }

  /// Each name in its line's colour, with a short piece of the line that leads to it.
  func node(_ plot: Plot) -> Node {
    .fragment(
      labels.map { label in
        var path = Path()
        path.move(x + 4, label.end)
        path.line(x + 11, label.place)
        return tag(
          "g",
          ["class": "end \(plot.series.colour(label.name))"],
          tag("path", ["class": "line rule", "d": path.data]),
          tag(
            "text",
            ["x": coordinate(x + 14), "y": coordinate(label.place), "dy": "0.35em"],
            .text(label.name)
          )
        )
      }
    )
  }
}
