internal import Chapters
internal import Markup

/// Formulas: MathML where there is some, TeX otherwise.
struct FormulaMarkup {
  let catalogue: Catalogue

  func inline(_ tex: String) -> Node { formula(tex, isDisplay: false) }

  func display(_ tex: String, label: String?) -> Node {
    let place = label.flatMap { catalogue.equations[$0] }
    return tag(
      "div",
      ["class": "equation", "id": label.map { "equation-\($0)" }],
      tag(
        "div",
        ["class": "formula", "tabindex": "0", "role": "group", "aria-label": "Equation"],
        formula(tex, isDisplay: true)
      ),
      place.map { place in
        tag("a", ["class": "equation-number", "href": "#equation-\(label ?? "")"], .text("(\(place.label))"))
      } ?? .empty
    )
  }

  private func formula(_ tex: String, isDisplay: Bool) -> Node {
    catalogue.mathematics[.init(tex: tex, isDisplay: isDisplay)] ?? tag("code", ["class": "tex"], .text(tex))
  }
}
