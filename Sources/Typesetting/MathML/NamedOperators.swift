/// Spacing of operators that are words, such as `log` and `arg max`.
///
/// A browser puts 5/18 em on both sides of an operator that it does not know. TeX puts a thin space, 1/6 em, between the
/// operator and a letter or number, and none before a parenthesis.
enum NamedOperators {
  /// Whether an element is a word as an operator, without or with limits and powers.
  static func isNamed(_ element: MarkupElement) -> Bool {
    switch element.name {
    case "mo":
      let text = element.text
      return text.count > 1 && text.contains(where: \.isLetter)
    case "msub", "msup", "msubsup", "munder", "mover", "munderover":
      return element.elements.first.map(isNamed) ?? false
    default: return false
    }
  }

  /// Returns a row with the spaces of its named operators.
  static func spaced(_ row: [MarkupElement]) -> [MarkupElement] {
    guard row.contains(where: isNamed) else { return row }
    var result = row
    for index in row.indices where isNamed(row[index]) {
      let before = index > 0 && isOperand(row[index - 1])
      let after = index + 1 < row.count && (isOperand(row[index + 1]) && !isFenced(row[index + 1]))
      result[index] = spaced(row[index], before: before, after: after || isNext(row, index))
    }
    return result
  }

  private static func isNext(_ row: [MarkupElement], _ index: Int) -> Bool {
    index + 1 < row.count && isNamed(row[index + 1])
  }

  private static func spaced(_ element: MarkupElement, before: Bool, after: Bool) -> MarkupElement {
    var element = element
    if element.name == "mo" {
      element.attributes["lspace"] = before ? "0.1667em" : "0"
      element.attributes["rspace"] = after ? "0.1667em" : "0"
    } else if case .element(let base)? = element.children.first {
      element.children[0] = .element(spaced(base, before: before, after: after))
    }
    return element
  }

  /// Whether an element is a number, letter or group, not a sign or a space.
  private static func isOperand(_ element: MarkupElement) -> Bool {
    switch element.name {
    case "mo": element.attributes["form"] == "postfix"
    case "mspace": false
    case "msub", "msup", "msubsup", "munder", "mover", "munderover":
      element.elements.first.map { isOperand($0) || $0.name == "mo" && !isNamed($0) } ?? true
    default: true
    }
  }

  private static func isFenced(_ element: MarkupElement) -> Bool {
    switch element.name {
    case "mo": element.attributes["form"] == "prefix"
    case "mrow", "msub", "msup", "msubsup": element.elements.first.map(isFenced) ?? false
    default: false
    }
  }
}
