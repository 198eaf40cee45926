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
  /// The names beneath a categorical x axis.
  private let categories: CategoryLabels?
  /// The names beside a categorical y axis, in lines.
  private let rowNames: [[String]]
  /// Of how many names beside a categorical y axis one is shown.
  private let rowStep: Int
  /// The height of a line of text, at the size that a phone gives it.
  private let textSize: Double
  /// The panel's title above the plot, as much as fits beside the y axis's.
  let panelTitle: String
  /// The width for the y axis's title.
  private let yTitleWidth: Double
  /// The x axis's title, in one line or two.
  private let xTitle: [String]

  /// The room of one character of a number.
  private static let characterWidth = 7.6
  static let labelLimit = 22

  /// - Parameter endLabels: the width for the names of lines to the right of the plot.
  init(_ chart: Chart, width: Double, yLabels: [String], endLabels: Double, panelTitle: String) {
    self.width = width
    textSize = width < 400 ? 12 : 16
    let room = width - 14
    let wanted = LabelWidth.of(panelTitle, size: textSize)
    let panelWidth = min(wanted, max(room / 2, room - LabelWidth.of(Self.title(chart.y), size: textSize)))
    self.panelTitle = LabelWidth.shortened(panelTitle, to: panelWidth, size: textSize)
    yTitleWidth = room - panelWidth
    right = width - max(14, endLabels)
    top = 34
    let (size, limit) = (textSize, Self.rowLimit * width)
    rowNames = Self.names(chart.y.scale).map { LabelWidth.lines($0, width: limit, size: size, atMost: 2) }
    var left =
      14 + Self.characterWidth * Double(max(2, yLabels.map { min($0.count, Self.labelLimit) }.max() ?? 1))
    if !rowNames.isEmpty {
      left = 12 + (rowNames.joined().map { min(LabelWidth.of($0, size: size), limit) }.max() ?? 0)
    }
    let columns = Self.names(chart.x.scale)
    categories =
      columns.isEmpty ? nil : CategoryLabels(columns, left: left, right: right, size: textSize)
    self.left = categories?.left ?? left
    let ratio = min(max(chart.aspectRatio.isFinite ? chart.aspectRatio : 1.6, 0.4), 8)
    let line = 1.15 * textSize
    // Names of rows need their lines; beyond some height only some of them are shown.
    let rowHeight = line * Double(rowNames.map(\.count).max() ?? 1)
    let rowCount = Double(max(1, rowNames.count))
    let plotHeight = max(((right - self.left) / ratio).rounded(), min(rowHeight * rowCount, 2 * width))
    rowStep = CategoryLabels.step(room: plotHeight / rowCount, line: rowHeight)
    bottom = top + plotHeight
    xTitle = LabelWidth.lines(Self.title(chart.x), width: right, size: textSize, atMost: 2)
    height = (bottom + (categories?.height ?? 22) + 24 + line * Double(max(0, xTitle.count - 1))).rounded()
  }

  /// The share of the picture that names of rows may take.
  private static let rowLimit = 0.36

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
    var nodes: [Node] = []
    for (index, tick) in y.ticks.enumerated() where !y.isCategorical || index.isMultiple(of: rowStep) {
      let lines = rowNames.indices.contains(index) && y.isCategorical ? rowNames[index] : []
      for (place, line) in (lines.isEmpty ? [nil] : lines.map(Optional.some)).enumerated() {
        let below = 1.15 * textSize * (Double(place) - Double(max(0, lines.count - 1)) / 2)
        nodes.append(
          label(
            line,
            tick,
            isWhole: lines.joined(separator: " ") == tick.label,
            [
              "class": look(tick, y), "x": coordinate(left - 8), "y": coordinate(tick.position + below),
              "dy": "0.35em", "text-anchor": "end",
            ]
          )
        )
      }
    }
    for (index, tick) in x.ticks.enumerated() {
      if let categories, categories.names.indices.contains(index) {
        guard let name = categories.names[index] else { continue }
        nodes.append(label(name, tick, place(tick, categories.placement)))
      } else if !tick.label.isEmpty {
        nodes.append(label(nil, tick, place(tick, .level)))
      }
    }
    let short = LabelWidth.shortened(Self.title(y.axis), to: yTitleWidth, size: textSize)
    nodes.append(title(short, whole: Self.title(y.axis), ["class": "title", "x": "2", "y": "15"]))
    let whole = Self.title(x.axis)
    let isShortened = xTitle.joined(separator: " ") != whole
    for (place, text) in xTitle.enumerated() {
      let below = 1.15 * textSize * Double(xTitle.count - 1 - place)
      nodes.append(
        title(
          text,
          whole: isShortened ? whole : text,
          [
            "class": "title", "x": coordinate(right), "y": coordinate(height - 7 - below),
            "text-anchor": "end",
          ]
        )
      )
    }
    return nodes
  }

  private func look(_ tick: PlotScale.Tick, _ scale: PlotScale) -> String {
    tick.isMinor && !scale.isCategorical && abs(scale.end - scale.start) == right - left
      ? "tick minor" : "tick"
  }

  /// Where the label of a tick of the x axis stands.
  private func place(_ tick: PlotScale.Tick, _ placement: CategoryLabels.Placement) -> Attributes {
    switch placement {
    case .level:
      [
        "class": tick.isMinor ? "tick minor" : "tick", "x": coordinate(tick.labelPosition ?? tick.position),
        "y": coordinate(bottom + 20), "text-anchor": "middle",
      ]
    case .aslant:
      [
        "class": "tick",
        "transform": "translate(\(coordinate(tick.position + 4)) \(coordinate(bottom + 12))) rotate(-36)",
        "text-anchor": "end",
      ]
    case .upright:
      [
        "class": "tick",
        "transform": "translate(\(coordinate(tick.position)) \(coordinate(bottom + 8))) rotate(-90)",
        "dy": "0.35em", "text-anchor": "end",
      ]
    }
  }

  /// - Parameter isWhole: whether the name, or its line, leaves nothing out; else the whole label is a tooltip.
  private func label(
    _ name: String?,
    _ tick: PlotScale.Tick,
    isWhole: Bool = false,
    _ attributes: Attributes
  ) -> Node {
    let short = name ?? shortened(tick.label, to: Self.labelLimit)
    return tag(
      "text",
      attributes,
      .text(short),
      isWhole || short == tick.label ? .empty : tag("title", [:], .text(tick.label))
    )
  }

  /// A title, with the whole one as a tooltip where it is shortened.
  private func title(_ text: String, whole: String, _ attributes: Attributes) -> Node {
    if text.isEmpty { return .empty }
    return tag("text", attributes, .text(text), text == whole ? .empty : tag("title", [:], .text(whole)))
  }
}
