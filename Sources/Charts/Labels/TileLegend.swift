internal import Findings
internal import Markup

/// The legend of a heat map's colours.
struct TileLegend {
  /// From the least to the largest value; `nil` where there is none.
  let range: ClosedRange<Double>?
  private let label: String

  init(_ marks: [any ChartMark]) {
    var label = ""
    var values: [Double] = []
    for case let mark as TileMark in marks {
      if label.isEmpty { label = mark.label }
      values += mark.tiles.map(\.value).filter(\.isFinite)
    }
    self.label = label
    if let low = values.min(), let high = values.max() { range = low...high } else { range = nil }
  }

  private var ramp: Node {
    let steps = (0..<9).map { step in
      tag("rect", ["class": "h\(step)", "x": "\(step * 12)", "y": "0", "width": "12", "height": "12"])
    }
    return tag("svg", ["class": "ramp", "viewBox": "0 0 108 12", "aria-hidden": "true"], steps)
  }

  /// The colours with what they mean, for a file without a page around it.
  var keys: [(key: Node, name: String)] {
    guard let range else { return [] }
    let ends = [range.lowerBound, range.upperBound].map { NumberText.plain($0, unit: .none) }
    return [(ramp, "\(label) \(ends[0]) to \(ends[1])")]
  }

  var node: Node {
    guard let range else { return .empty }
    return tag(
      "p",
      ["class": "tile-legend"],
      tag("bdi", [:], .text(label)),
      " ",
      .text(NumberText.plain(range.lowerBound, unit: .none)),
      " ",
      ramp,
      " ",
      .text(NumberText.plain(range.upperBound, unit: .none))
    )
  }
}
