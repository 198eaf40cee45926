internal import Findings
internal import Markup

/// What the colours of a heat map mean.
struct TileLegend {
  /// From the least to the largest value; `nil` where there is none.
  let range: ClosedRange<Double>?
  private let label: String

  init(_ chart: Chart) {
    var label = ""
    var values: [Double] = []
    for case .tiles(let tiles, let text) in chart.marks + chart.panels.flatMap(\.marks) {
      if label.isEmpty { label = text }
      values += tiles.map(\.value).filter(\.isFinite)
    }
    self.label = label
    if let low = values.min(), let high = values.max() { range = low...high } else { range = nil }
  }

  var node: Node {
    guard let range else { return .empty }
    let steps = (0..<9).map { step in
      tag("rect", ["class": "h\(step)", "x": "\(step * 12)", "y": "0", "width": "12", "height": "12"])
    }
    return tag(
      "p",
      ["class": "tile-legend"],
      tag("bdi", [:], .text(label)),
      " ",
      .text(NumberText.plain(range.lowerBound, unit: .none)),
      " ",
      tag("svg", ["class": "ramp", "viewBox": "0 0 108 12", "aria-hidden": "true"], steps),
      " ",
      .text(NumberText.plain(range.upperBound, unit: .none))
    )
  }
}
