internal import Chapters
internal import Markup

/// Formulas: MathML where there is some, TeX otherwise.
struct FormulaMarkup {
  let report: Report
  let catalogue: Catalogue

  func inline(_ tex: String) -> Node {
    guard let mathML = report.mathematics[.init(tex: tex, isDisplay: false)] else {
      return tag("code", ["class": "tex"], .text(tex))
    }
    return .trusted(Self.typeset(mathML))
  }

  /// MathML with true minus signs: what TeX writes as a hyphen, browsers draw as one.
  private static func typeset(_ mathML: String) -> String {
    mathML.replacing(">-</mo>", with: ">\u{2212}</mo>")
  }

  func display(_ tex: String, label: String?) -> Node {
    let place = label.flatMap { catalogue.equations[$0] }
    let formula: Node
    if let mathML = report.mathematics[.init(tex: tex, isDisplay: true)] {
      formula = .trusted(Self.typeset(mathML))
    } else {
      formula = tag("code", ["class": "tex"], .text(tex))
    }
    return tag(
      "div",
      ["class": "equation", "id": label.map { "equation-\($0)" }],
      tag("div", ["class": "formula", "tabindex": "0", "role": "group", "aria-label": "Equation"], formula),
      place.map { place in
        tag("a", ["class": "equation-number", "href": "#equation-\(label ?? "")"], .text("(\(place.label))"))
      } ?? .empty
    )
  }
}
