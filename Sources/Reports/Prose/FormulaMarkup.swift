internal import Chapters
internal import Markup
internal import Typesetting

/// Formulas as MathML, or as TeX without it.
struct FormulaMarkup {
  let catalogue: Catalogue
  /// Of the page.
  let phrases: Phrases

  /// A formula within a line; one that may be wider than a phone gets a frame in which it scrolls, also by the keyboard.
  func inline(_ tex: String) -> Node {
    let tex = Chapter.Formula.trimmed(tex).tex
    if let (label, isInParentheses) = EquationNumbers.onlyReference(tex),
      let place = catalogue.equations[label]
    {
      let number = isInParentheses ? "(\(place.label.number))" : place.label.number
      return tag("a", ["href": .some(place.address)], .text(number))
    }
    guard let formula = formula(tex, isDisplay: false) else { return plain(tex) }
    guard formula.isLong else { return formula.math.node }
    return tag(
      "span",
      ["class": "long-formula", "tabindex": "0", "role": "group", "aria-label": .some(phrases[.formula])],
      formula.math.node
    )
  }

  func display(_ tex: String, label: String?) -> Node {
    let tex = Chapter.Formula.trimmed(tex).tex
    let formula = formula(tex, isDisplay: true)
    let number =
      formula?.math.tag
      ?? label.flatMap { EquationNumbers.isNumbered(tex) ? nil : catalogue.equations[$0] }.map {
        Node.text("(\($0.label.number))")
      }
    return tag(
      "div",
      ["class": "equation", "id": label.map { "equation-\($0)" }],
      tag(
        "div",
        ["class": "formula", "tabindex": "0", "role": "group", "aria-label": .some(phrases[.equation])],
        formula?.math.node ?? plain(tex)
      ),
      number.map { number in
        guard let label else { return tag("span", ["class": "equation-number"], number) }
        return tag("a", ["class": "equation-number", "href": "#equation-\(label)"], number)
      } ?? .empty
    )
  }

  /// MathML, or without it the formula's TeX as code.
  func typeset(_ tex: String, isDisplay: Bool) -> Node {
    let tex = Chapter.Formula.trimmed(tex).tex
    return formula(tex, isDisplay: isDisplay)?.math.node ?? plain(tex)
  }

  private func formula(_ tex: String, isDisplay: Bool) -> Catalogue.Formula? {
    catalogue.formulas[TeXFormula(tex: catalogue.numbers.resolved(tex), isDisplay: isDisplay)]
  }

  private func plain(_ tex: String) -> Node {
    tag("code", ["class": "tex"], .text(catalogue.numbers.resolved(tex)))
  }
}
