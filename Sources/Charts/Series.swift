internal import Findings
internal import Markup

/// The series of a chart in order of appearance, each with a look that does not rest on colour alone.
struct SeriesList {
  let names: [String]
  /// The names of the series that have bars, in order: they share the width of a category.
  let bars: [String]
  private let histogramsOverlap: Bool
  /// Whether each panel draws one series alone and bears its name, so that a legend would say it twice.
  private let areNamedByPanels: Bool
  private let marks: [Chart.Mark]

  init(_ chart: Chart) {
    marks = chart.marks + chart.panels.flatMap(\.marks)
    names = Self.distinct(marks.compactMap(\.seriesName))
    bars = Self.distinct(marks.compactMap { if case .bars(let name, _) = $0 { name } else { nil } })
    let pictures = chart.panels.isEmpty ? [chart.marks] : chart.panels.map { chart.marks + $0.marks }
    histogramsOverlap = pictures.contains { marks in
      let names = marks.compactMap { if case .histogram(let name, _, _) = $0 { name } else { nil } }
      return Set(names).count > 1
    }
    areNamedByPanels =
      !chart.panels.isEmpty
      && zip(chart.panels, pictures).allSatisfy { panel, marks in
        Set(marks.compactMap(\.seriesName)) == [panel.title]
      }
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private func index(_ name: String) -> Int { names.firstIndex(of: name) ?? 0 }

  /// The class that gives a series its colour: `s1` to `s8`, then again from the first.
  func colour(_ name: String) -> String { "s\(index(name) % 8 + 1)" }

  /// Whether the series' dots are outlines: from the ninth on the colours come again.
  func isHollow(_ name: String) -> Bool { index(name) / 8 % 2 == 1 }

  /// The dashes of a line; each series has its own, so that a print in black and white can be read.
  func dashes(_ name: String) -> String? {
    let patterns: [String?] = [nil, "7 3", "2 3", "9 3 2 3", "12 4", "1 4", "5 2 1 2 1 2", "4 4"]
    // When the colours come again, the dashes of each are others.
    return patterns[(index(name) + index(name) / 8 * 3) % patterns.count]
  }

  /// The class of a series' bars: full, half or hardly filled in turn, so that neighbours differ in print.
  func barLook(_ name: String) -> String {
    let step = (bars.firstIndex(of: name) ?? 0) % 3
    return step == 0 ? "bar" : "bar b\(step)"
  }

  /// The class of a series' histogram; where several lie over each other, they show each other through.
  func histogramLook(_ name: String) -> String { histogramsOverlap ? "bar overlaid" : "bar" }

  /// The legend; empty where one series or none is drawn, or where the panels name theirs.
  var legend: Node {
    let named = names.filter { !$0.isEmpty }
    guard named.count > 1, !areNamedByPanels else { return .empty }
    return tag("ul", ["class": "legend"], named.map { tag("li", [:], key($0), tag("bdi", [:], .text($0))) })
  }

  /// A small picture of how a series is drawn.
  private func key(_ name: String) -> Node {
    var nodes: [Node] = []
    var filled: String?
    for mark in marks where mark.seriesName == name {
      switch mark {
      case .line, .rule:
        nodes.append(tag("path", ["class": "line", "d": "M1 7H27", "stroke-dasharray": dashes(name)]))
      case .dots(_, _, let symbol):
        nodes.append(symbol.node(x: 14, y: 7, isHollow: isHollow(name), tooltip: nil))
      case .bars: filled = barLook(name)
      case .histogram: filled = histogramLook(name)
      case .band, .area: nodes.append(tag("path", ["class": "band", "d": "M1 2H27V12H1Z"]))
      case .text, .tiles, .errorBars: break
      }
    }
    if let filled {
      let dashes = filled == "bar overlaid" ? dashes(name) : nil
      nodes.append(tag("path", ["class": .some(filled), "d": "M7 1H21V13H7Z", "stroke-dasharray": dashes]))
    }
    if nodes.isEmpty { nodes = [tag("path", ["class": "error", "d": "M10 2h8m-4 0v10m-4 0h8"])] }
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
    case .cross: "m-3.6-3.6l7.2 7.2m0-7.2l-7.2 7.2"
    }
  }

  /// Crosses are strokes, everything else is filled, or an outline.
  func look(isHollow: Bool) -> String { self == .cross ? "cross" : isHollow ? "dot hollow" : "dot" }

  func node(x: Double, y: Double, isHollow: Bool = false, tooltip: Node?) -> Node {
    var path = Path()
    path.move(x, y)
    path.append(outline)
    return [
      halo(path),
      tag("path", ["class": .some(look(isHollow: isHollow)), "d": path.data], tooltip.map { [$0] } ?? []),
    ]
  }

  /// What keeps a cross, which has no area, apart from the dots that it lies on.
  func halo(_ path: Path) -> Node {
    self == .cross ? tag("path", ["class": "halo", "d": path.data]) : .empty
  }
}
