internal import Chapters
internal import Markup
internal import Typesetting

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
    let (node, tagged) = formula(tex, isDisplay: true)
    let number = label.flatMap { catalogue.equations[$0] }.map { Node.text("(\($0.label))") } ?? tagged
    return tag(
      "div",
      ["class": "equation", "id": label.map { "equation-\($0)" }],
      tag(
        "div",
        ["class": "formula", "tabindex": "0", "role": "group", "aria-label": "Equation"],
        node
      ),
      number.map { number in
        guard let label else { return tag("span", ["class": "equation-number"], number) }
        return tag("a", ["class": "equation-number", "href": "#equation-\(label)"], number)
      } ?? .empty
    )
  }

  /// MathML, or without it the formula's TeX as code.
  func typeset(_ tex: String, isDisplay: Bool) -> Node { formula(tex, isDisplay: isDisplay).node }

  private func formula(_ text: String, isDisplay: Bool) -> (node: Node, tag: Node?) {
    let tex = Chapter.Formula.trimmed(text).tex
    guard let markup = catalogue.mathematics[TeXFormula(tex: tex, isDisplay: isDisplay)],
      let math = MathML(reading: markup)
    else { return (tag("code", ["class": "tex"], .text(tex)), nil) }
    return (math.node, math.tag)
  }
}
