/// Signs of numbers, which have no space around them, where browsers see an operation.
enum Signs {
  private static let signs: Set<String> = ["−", "-", "+", "±", "∓"]

  /// What a sign cannot add something to, besides opening delimiters: relations, operations and punctuation.
  private static let before: Set<String> = [
    "=", "<", ">", "≤", "≥", "≪", "≫", "≠", "≈", "∼", "≃", "≅", "≡", "≔", "≜", "∝", "∈", "→", "←", "↔", "↦",
    "⟶", "⟵",
    "⇒", "⇐", "⇔", "⟹", "⟸", "⟺", "−", "-", "+", "±", "∓", "×", "⋅", "·", "÷", "∗", "∘", "/", ",", ";", ":",
    "∣",
  ]

  /// Returns a row in which the signs of numbers say what they are: `x = −1`, `(a, −b)`, `2 · (−3)`.
  static func unary(_ row: [MarkupElement]) -> [MarkupElement] {
    var result = row
    var last: MarkupElement?
    for index in row.indices where row[index].name != "mspace" {
      let element = row[index]
      if element.name == "mo", element.attributes["form"] == nil, signs.contains(element.text), let last,
        isOpen(last)
      {
        result[index].attributes["form"] = "prefix"
      }
      last = element
    }
    return result
  }

  private static func isOpen(_ element: MarkupElement) -> Bool {
    switch element.name {
    case "mo":
      element.attributes["form"] == "prefix"
        || element.attributes["form"] == nil && before.contains(element.text)
    // A relation with something above or below.
    case "mover", "munder", "munderover": element.elements.first.map(isOpen) ?? false
    default: false
    }
  }
}
