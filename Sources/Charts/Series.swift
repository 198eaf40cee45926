internal import Findings
internal import Markup

/// The series of a chart in order of appearance, each with a look that does not rest on colour alone.
package struct SeriesList {
  let names: [String]
  /// The names of the series that have bars, in order: they share the width of a category.
  let bars: [String]
  /// The series without bars whose error bars stand at the same places, in order: they are drawn beside each other.
  let besideEachOther: [String]
  /// Whether a picture has histograms of several series, which then overlap.
  let histogramsOverlap: Bool
  /// Whether each panel draws one series and has its name as title, so that no legend is needed.
  private let areNamedByPanels: Bool
  private let marks: [any ChartMark]

  init(_ chart: Chart, _ lists: MarkLists) {
    marks = lists.all
    names = Self.distinct(marks.compactMap(\.series))
    bars = Self.distinct(marks.compactMap { ($0 as? BarMark)?.name })
    let withBars = Set(bars)
    besideEachOther = Self.distinct(
      lists.pictures.flatMap { marks in
        let errors = marks.compactMap { $0 as? ErrorBarMark }.filter { !withBars.contains($0.name) }
        return errors.filter { one in
          let places = Set(one.spans.map(\.x))
          return errors.contains { $0.name != one.name && $0.spans.contains { places.contains($0.x) } }
        }.map(\.name)
      }
    )
    histogramsOverlap = lists.pictures.contains { marks in
      Set(marks.compactMap { ($0 as? HistogramMark)?.name }).count > 1
    }
    areNamedByPanels =
      !chart.panels.isEmpty
      && zip(chart.panels, lists.pictures).allSatisfy { panel, marks in
        Set(marks.compactMap(\.series)) == [panel.title]
      }
  }

  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private func index(_ name: String) -> Int { names.firstIndex(of: name) ?? 0 }

  /// The class that gives a series its colour: `s1` to `s8`, then again from the first.
  package func colour(_ name: String) -> String { "s\(index(name) % 8 + 1)" }

  /// Whether the series' dots are outlines: from the ninth series on colours repeat.
  func isHollow(_ name: String) -> Bool { index(name) / 8 % 2 == 1 }

  /// The dashes of a line; each series has its own, so that a print in black and white can be read.
  func dashes(_ name: String) -> String? {
    let patterns: [String?] = [nil, "7 3", "2 3", "9 3 2 3", "12 4", "1 4", "5 2 1 2 1 2", "4 4"]
    // From the ninth series on colours repeat, with other dashes.
    return patterns[(index(name) + index(name) / 8 * 3) % patterns.count]
  }

  /// The class of a series' bars: full, half or hardly filled in turn, so that neighbours differ in print.
  func barLook(_ name: String) -> String {
    let step = (bars.firstIndex(of: name) ?? 0) % 3
    return step == 0 ? "bar" : "bar b\(step)"
  }

  /// The class of a histogram; overlapping histograms are translucent.
  var histogramLook: String { histogramsOverlap ? "bar overlaid" : "bar" }

  /// The keys of the legend; empty where one series or none is drawn, or where the panels name theirs.
  var keys: [(key: Node, name: String)] {
    let named = names.filter { !$0.isEmpty }
    return named.count > 1 && !areNamedByPanels ? named.map { (key($0), $0) } : []
  }

  /// The legend of a page.
  static func legend(_ keys: [(key: Node, name: String)]) -> Node {
    if keys.isEmpty { return .empty }
    return tag(
      "ul",
      ["class": "legend"],
      keys.map { tag("li", [:], $0.key, tag("bdi", [:], .text($0.name))) }
    )
  }

  /// A small picture of how a series is drawn.
  private func key(_ name: String) -> Node {
    let marks = marks.filter { $0.series == name }
    // Bars hide what is drawn beneath them: their key is drawn last.
    let isFilled = { (mark: any ChartMark) in mark is BarMark || mark is HistogramMark }
    var nodes = (marks.filter { !isFilled($0) } + marks.filter(isFilled).suffix(1)).flatMap {
      $0.key(in: self)
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

  /// A light outline around a cross, which has no area, so that it stands out from the dots beneath it.
  func halo(_ path: Path) -> Node {
    self == .cross ? tag("path", ["class": "halo", "d": path.data]) : .empty
  }
}
