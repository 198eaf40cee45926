internal import Findings
internal import Markup

/// The series of a chart in order of appearance, each with a look that does not rest on colour alone.
struct SeriesList {
  let names: [String]
  private let marks: [Chart.Mark]

  init(_ chart: Chart) {
    marks = chart.marks + chart.panels.flatMap(\.marks)
    var names: [String] = []
    for name in marks.compactMap(\.seriesName) where !names.contains(name) { names.append(name) }
    self.names = names
  }

  /// The class that gives a series its colour: `s1` to `s8`, then again from the first.
  func colour(_ name: String) -> String { "s\((names.firstIndex(of: name) ?? 0) % 8 + 1)" }

  /// The dashes of a line; each series has its own, so that a print in black and white can be read.
  func dashes(_ name: String) -> String? {
    let patterns: [String?] = [nil, "7 3", "2 3", "9 3 2 3", "12 4", "1 4", "5 2 1 2 1 2", "4 4"]
    return patterns[(names.firstIndex(of: name) ?? 0) % patterns.count]
  }

  /// The legend; empty where one series or none is drawn.
  var legend: Node {
    let named = names.filter { !$0.isEmpty }
    guard named.count > 1 else { return .empty }
    return tag("ul", ["class": "legend"], named.map { tag("li", [:], key($0), tag("bdi", [:], .text($0))) })
  }

  /// A small picture of how a series is drawn.
  private func key(_ name: String) -> Node {
    var nodes: [Node] = []
    var isFilled = false
    for mark in marks where mark.seriesName == name {
      switch mark {
      case .line, .rule, .errorBars:
        nodes.append(tag("path", ["class": "line", "d": "M1 7H27", "stroke-dasharray": dashes(name)]))
      case .dots(_, _, let symbol): nodes.append(symbol.node(x: 14, y: 7, tooltip: nil))
      case .bars, .histogram: isFilled = true
      case .band, .area: nodes.append(tag("path", ["class": "band", "d": "M1 2H27V12H1Z"]))
      case .text, .tiles: break
      }
    }
    if isFilled { nodes.append(tag("path", ["class": "bar", "d": "M7 0H21V14H7Z"])) }
    var seen: Set<Node> = []
    return tag(
      "svg",
      ["class": "key \(colour(name))", "viewBox": "0 0 28 14", "aria-hidden": "true"],
      nodes.filter { seen.insert($0).inserted }
    )
  }
}

extension Chart.Symbol {
  /// The symbol's outline around the last place of a path.
  var outline: String {
    switch self {
    case .circle: "m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z"
    case .square: "m-2.9-2.9h5.8v5.8h-5.8z"
    case .triangle: "m0-3.8l3.6 6.4h-7.2z"
    case .diamond: "m0-4.2l3.6 4.2l-3.6 4.2l-3.6-4.2z"
    case .cross: "m-3-3l6 6m0-6l-6 6"
    }
  }

  /// Crosses are strokes, everything else is filled.
  var className: String { self == .cross ? "cross" : "dot" }

  func node(x: Double, y: Double, tooltip: Node?) -> Node {
    var path = Path()
    path.move(x, y)
    path.append(outline)
    return tag("path", ["class": .some(className), "d": path.data], tooltip.map { [$0] } ?? [])
  }
}
