internal import Markup
internal import Planning

/// Syntax highlighting of Swift code. A token that the lexer mistakes gets a wrong colour; the text is always complete.
enum SwiftHighlighter {
  struct Piece: Hashable {
    var text: String
    /// The CSS class of the colour; `nil` for plain text.
    var look: String?

    var node: Node { look.map { tag("span", ["class": .some($0)], .text(text)) } ?? .text(text) }
  }

  /// The pieces of each line; a comment or string over several lines is cut at their ends.
  static func lines(_ code: String) -> [[Piece]] {
    var lines: [[Piece]] = [[]]
    for piece in pieces(code) {
      guard piece.text.utf8.contains(UInt8(ascii: "\n")) else {
        lines[lines.count - 1].append(piece)
        continue
      }
      for (index, part) in piece.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if index > 0 { lines.append([]) }
        if !part.isEmpty { lines[lines.count - 1].append(Piece(text: String(part), look: piece.look)) }
      }
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Adjacent tokens of one colour are one piece.
  private static func pieces(_ text: String) -> [Piece] {
    let code = Array((text.utf8.contains(13) ? text.replacing("\r\n", with: "\n") : text).utf8)
    var pieces: [Piece] = []
    for token in SwiftLexer(code) {
      let text = String(decoding: code[token.range], as: UTF8.self)
      let isMember = token.range.lowerBound > 0 && code[token.range.lowerBound - 1] == UInt8(ascii: ".")
      let look = look(token.kind, text, isMember: isMember)
      if let last = pieces.indices.last, pieces[last].look == look {
        pieces[last].text += text
      } else {
        pieces.append(Piece(text: text, look: look))
      }
    }
    return pieces
  }

  private static func look(_ kind: SwiftLexer.Token.Kind, _ text: String, isMember: Bool) -> String? {
    switch kind {
    case .comment: "c"
    case .string, .regularExpression: "s"
    case .directive: "a"
    case .number: "n"
    case .word where keywords.contains(text) && !isMember: "k"
    case .word where text.first?.isUppercase == true: "t"
    case .word, .quotedName, .punctuation, .space: nil
    }
  }

  private static let keywords: Set<String> = [
    "actor", "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "continue",
    "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate",
    "final",
    "for", "func", "get", "guard", "if", "import", "in", "indirect", "init", "inout", "internal", "is",
    "lazy", "let",
    "mutating", "nil", "nonisolated", "nonmutating", "open", "operator", "override", "package",
    "precedencegroup",
    "private", "protocol", "public", "repeat", "rethrows", "return", "self", "Self", "set", "some", "static",
    "struct",
    "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "unowned", "var", "weak",
    "where",
    "while", "willSet", "didSet",
  ]
}
