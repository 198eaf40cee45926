extension Node {
  /// The text without its markup, as a screen reader would say it; a formula in the characters of a line, such as `a/b`.
  package var plainText: String {
    switch self {
    case .element(let element) where element.name == "math": element.formulaText
    case .text(let text): text
    case .comment, .written: ""
    case .fragment(let nodes): nodes.map(\.plainText).joined()
    case .element(let element): element.children.map(\.plainText).joined()
    }
  }
}

extension Node.Element {
  /// MathML in the characters of one line: fractions as `a/b`, indices as `a_b`, powers as `a^b`, roots as `√a`.
  fileprivate var formulaText: String {
    let parts = children.compactMap(Self.formulaText).filter { !$0.isEmpty }
    guard parts.count > 1 else { return (name == "msqrt" ? "√" : "") + parts.joined() }
    switch name {
    case "mfrac": return parts.map(Self.grouped).joined(separator: "/")
    case "msub", "munder": return parts[0] + "_" + Self.grouped(parts[1])
    case "msup", "mover": return parts[0] + "^" + Self.grouped(parts[1])
    case "msubsup" where parts.count > 2, "munderover" where parts.count > 2:
      return parts[0] + "_" + Self.grouped(parts[1]) + "^" + Self.grouped(parts[2])
    case "msqrt": return "√" + Self.grouped(parts.joined())
    case "mtable", "mtr": return parts.joined(separator: " ")
    default: return parts.joined()
    }
  }

  private static func formulaText(_ node: Node) -> String? {
    switch node {
    case .text(let text): text.allSatisfy(\.isWhitespace) ? nil : text
    case .element(let element) where element.name == "annotation": nil
    case .element(let element): element.formulaText
    case .fragment, .comment, .written: nil
    }
  }

  private static func grouped(_ text: String) -> String { text.count > 1 ? "(\(text))" : text }
}
