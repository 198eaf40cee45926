internal import Findings
internal import Markup

/// The place of a plot in its picture: margins wide enough for the labels, at the size that a phone gives them.
struct Frame {
  /// The picture's width; its height follows from the plot's aspect ratio.
  let width: Double
  let height: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  /// Category names that would touch each other are written aslant.
  let isSlanted: Bool

  /// The room of one character of a label.
  private static let characterWidth = 7.6
  static let labelLimit = 22

  /// - Parameter endLabels: the width for the names of lines to the right of the plot.
  init(_ chart: Chart, width: Double, yLabels: [String], endLabels: Double = 0) {
    self.width = width
    let widest = yLabels.map { min($0.count, Self.labelLimit) }.max() ?? 1
    left = 14 + Self.characterWidth * Double(max(2, widest))
    right = width - max(14, endLabels)
    top = 34
    let names = Self.names(chart.x.scale).map { min($0.count, Self.labelLimit) }
    let room = (right - left) / Double(max(1, names.count))
    isSlanted = Double(names.max() ?? 0) * Self.characterWidth > room
    let ratio = min(max(chart.aspectRatio.isFinite ? chart.aspectRatio : 1.6, 0.4), 8)
    let plotHeight = ((right - left) / ratio).rounded()
    bottom = top + plotHeight
    let labelHeight = isSlanted ? Double(names.max() ?? 0) * Self.characterWidth * 0.62 + 14 : 22
    height = (bottom + labelHeight + 24).rounded()
  }

  static func names(_ scale: Chart.Scale) -> [String] {
    if case .categorical(let names) = scale { return names }
    return []
  }

  /// The label above the y axis or beneath the x axis, with its unit.
  static func title(_ axis: Chart.Axis) -> String {
    let unit = NumberText.suffix(axis.unit).drop { $0 == "\u{A0}" }
    return unit.isEmpty ? axis.label : axis.label.isEmpty ? String(unit) : "\(axis.label) (\(unit))"
  }
}

extension Frame {
  /// Grid, ticks and labels of both axes.
  func axes(_ x: PlotScale, _ y: PlotScale) -> Node {
    var grid = Path()
    for tick in y.ticks where !y.isCategorical {
      grid.move(left, tick.position)
      grid.append("H" + coordinate(right))
    }
    var marks = Path()
    for tick in x.ticks where !x.isCategorical {
      marks.move(tick.position, bottom)
      marks.append("v5")
    }
    var line = Path()
    line.move(left, bottom)
    line.append("H" + coordinate(right))
    if y.isCategorical {
      line.move(left, top)
      line.append("V" + coordinate(bottom))
    }
    return [
      tag("path", ["class": "grid", "d": grid.data.isEmpty ? "M0 0" : grid.data]),
      tag("path", ["class": "axis", "d": line.data + marks.data]),
      .fragment(labels(x, y)),
    ]
  }

  private func labels(_ x: PlotScale, _ y: PlotScale) -> [Node] {
    var nodes = y.ticks.map { tick in
      label(
        tick,
        [
          "class": look(tick, y), "x": coordinate(left - 8), "y": coordinate(tick.position), "dy": "0.35em",
          "text-anchor": "end",
        ]
      )
    }
    for tick in x.ticks {
      let place =
        isSlanted
        ? "translate(\(coordinate(tick.position + 4)) \(coordinate(bottom + 12))) rotate(-36)" : nil
      nodes.append(
        label(
          tick,
          [
            "class": look(tick, x), "transform": place, "x": place == nil ? coordinate(tick.position) : nil,
            "y": place == nil ? coordinate(bottom + 20) : nil, "text-anchor": place == nil ? "middle" : "end",
          ]
        )
      )
    }
    nodes.append(title(y.axis, ["class": "title", "x": "2", "y": "15"]))
    nodes.append(
      title(
        x.axis,
        ["class": "title", "x": coordinate(right), "y": coordinate(height - 7), "text-anchor": "end"]
      )
    )
    return nodes
  }

  private func look(_ tick: PlotScale.Tick, _ scale: PlotScale) -> String {
    tick.isMinor && !scale.isCategorical && abs(scale.end - scale.start) == right - left
      ? "tick minor" : "tick"
  }

  private func label(_ tick: PlotScale.Tick, _ attributes: Attributes) -> Node {
    let short = shortened(tick.label, to: Self.labelLimit)
    return tag(
      "text",
      attributes,
      .text(short),
      short == tick.label ? .empty : tag("title", [:], .text(tick.label))
    )
  }

  private func title(_ axis: Chart.Axis, _ attributes: Attributes) -> Node {
    let text = Self.title(axis)
    let short = shortened(text, to: Int(width / 8))
    if text.isEmpty { return .empty }
    return tag("text", attributes, .text(short), short == text ? .empty : tag("title", [:], .text(text)))
  }
}
