internal import Chapters
internal import Markup

/// Formulas as MathML, or as TeX without it.
struct FormulaMarkup {
  let catalogue: Catalogue

  /// A formula within a line; one that may be wider than a phone gets a frame in which it scrolls, also by the keyboard.
  func inline(_ tex: String) -> Node {
    let formula = typeset(tex, isDisplay: false)
    guard case .element(let element) = formula, element.name == "math",
      formula.plainText.count > Self.mostInLine
    else { return formula }
    return tag(
      "span",
      ["class": "long-formula", "tabindex": "0", "role": "group", "aria-label": "Formula"],
      formula
    )
  }

  /// The characters of a formula that a line of a phone has room for.
  private static let mostInLine = 26

  func display(_ tex: String, label: String?) -> Node {
    let place = label.flatMap { catalogue.equations[$0] }
    return tag(
      "div",
      ["class": "equation", "id": label.map { "equation-\($0)" }],
      tag(
        "div",
        ["class": "formula", "tabindex": "0", "role": "group", "aria-label": "Equation"],
        typeset(tex, isDisplay: true)
      ),
      place.map { place in
        tag("a", ["class": "equation-number", "href": "#equation-\(label ?? "")"], .text("(\(place.label))"))
      } ?? .empty
    )
  }

  /// MathML, or without it the formula's TeX as code.
  func typeset(_ tex: String, isDisplay: Bool) -> Node {
    catalogue.mathematics[.init(tex: tex, isDisplay: isDisplay)] ?? tag("code", ["class": "tex"], .text(tex))
  }
}
