package import Findings
internal import Markup

extension ChartDrawing {
  /// A chart of one picture as an SVG file of its own, on a light ground.
  package static func file(_ chart: Chart) -> String {
    let drawing = ChartDrawing(chart)
    let picture = drawing.node.firstElement { $0.name == "svg" }
    let box = picture?.attributes["viewBox"] ?? "0 0 520 373"
    let sizes = box.split(separator: " ")
    let ground =
      ":root{--paper:#fff;--ink:#1b1c1e;--soft:#565b62;--faint:#8b9199;--rule:#e3e5e8;--sans:sans-serif;"
      + ChartStyle.properties(isDark: false) + "}"
    let file = tag(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "width": String(sizes[2]),
        "height": String(sizes[3]),
      ],
      tag("style", [:], .text(ground + ChartStyle.css)),
      tag("rect", ["width": "100%", "height": "100%", "fill": "#fff"]),
      picture.map { .element($0) } ?? .empty
    )
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + file.html + "\n"
  }
}
