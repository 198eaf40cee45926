package import Findings
internal import Foundation
internal import Markup

extension ChartDrawing {
  /// A chart as an SVG file of its own, on a light ground, with its legend above the picture or the pictures.
  ///
  /// Colours are written out, since programs other than browsers know no custom properties.
  package static func file(_ chart: Chart, title: String = "") -> String {
    let drawing = ChartDrawing(chart)
    let pictures = drawing.pictures.map { ($0, Self.size($0)) }
    let columns = pictures.count > 1 ? min(pictures.count, 2) : 1
    let cell = (
      width: pictures.map(\.1.width).max() ?? 520, height: pictures.map(\.1.height).max() ?? 373
    )
    let width = Double(columns) * cell.width
    let (legend, top) = drawing.legend(width: width)
    let rows = (pictures.count + columns - 1) / max(1, columns)
    let height = top + Double(rows) * cell.height
    let placed = pictures.enumerated().map { index, picture in
      tag(
        "svg",
        [
          "class": picture.0.attributes["class"]?.replacing("plot", with: "part"),
          "viewBox": picture.0.attributes["viewBox"],
          "x": coordinate(Double(index % columns) * cell.width),
          "y": coordinate(top + Double(index / columns) * cell.height),
          "width": coordinate(picture.1.width), "height": coordinate(picture.1.height),
        ],
        picture.0.children
      )
    }
    let file = tag(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "plot",
        "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))", "width": coordinate(width),
        "height": coordinate(height), "role": "img",
        "aria-label": chart.summary.isEmpty ? nil : chart.summary,
      ],
      title.isEmpty ? .empty : tag("title", [:], .text(title)),
      tag("style", [:], .text(ChartStyle.standalone)),
      tag("rect", ["width": "100%", "height": "100%", "fill": "#fff"]),
      .fragment(legend + placed)
    )
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + file.html + "\n"
  }

  private static func size(_ picture: Node.Element) -> (width: Double, height: Double) {
    let box = (picture.attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
    return box.count == 4 ? (box[2], box[3]) : (520, 373)
  }

  /// The keys of the series and the range of a heat map in lines of text, and the height that they take.
  private func legend(width: Double) -> (nodes: [Node], height: Double) {
    var nodes: [Node] = []
    var (x, y) = (8.0, 0.0)
    for (key, name) in keys {
      let length = 34 + LabelWidth.of(name, size: 12) + 14
      if x > 8, x + length > width { (x, y) = (8, y + 20) }
      nodes.append(
        tag(
          "svg",
          [
            "class": key.attributes["class"], "viewBox": key.attributes["viewBox"], "x": coordinate(x),
            "y": coordinate(y + 5),
            "width": "\(Int(key.attributes["class"] == "ramp" ? 108 : 28))", "height": "14",
          ],
          key.children
        )
      )
      let start = x + (key.attributes["class"] == "ramp" ? 114 : 34)
      nodes.append(tag("text", ["x": coordinate(start), "y": coordinate(y + 16)], .text(name)))
      x = start + LabelWidth.of(name, size: 12) + 14
    }
    return (nodes, nodes.isEmpty ? 0 : y + 24)
  }
}

extension ChartStyle {
  /// The rules of a lone file: `chart.css` with the light colours in place of the properties that hold them.
  fileprivate static let standalone: String = {
    let ground = [
      "paper": "#fff", "ink": "#1b1c1e", "soft": "#565b62", "faint": "#8b9199", "rule": "#e3e5e8",
      "sans": "sans-serif",
    ]
    var text = css.replacing("--c:", with: "color:").replacing("var(--c)", with: "currentColor")
    for pair in properties(isDark: false).split(separator: ";") {
      let parts = pair.split(separator: ":")
      text = text.replacing("var(\(parts[0]))", with: parts[1])
    }
    for (name, value) in ground { text = text.replacing("var(--\(name))", with: value) }
    return text + ".plot{width:auto;max-width:none}"
  }()
}
