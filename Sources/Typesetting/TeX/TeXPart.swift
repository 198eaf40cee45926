/// One piece of a formula in TeX, with its place in the source.
struct TeXPart {
  enum Item {
    /// A control sequence with its backslash, a run of white space, or one character.
    case token(String)
    case group([TeXPart])
    case environment(String, [TeXPart])
    /// What stands between `\left` and `\right`, with the two delimiters.
    case fenced(left: String, [TeXPart], right: String)
  }

  var item: Item
  /// UTF-8 bytes of the source that the piece covers, with its braces.
  var range: Range<Int>

  /// The token's text; `nil` for what holds other parts.
  var token: String? {
    if case .token(let text) = item { return text }
    return nil
  }

  var isSpace: Bool { token?.first?.isWhitespace == true }
}

/// Why a formula cannot be typeset.
package struct FormulaProblem: Error, Hashable, Sendable {
  /// What was found and what was expected.
  package var sentence: String
  /// UTF-8 bytes before the fault; `nil` where only the formula as a whole is known.
  package var offset: Int?

  package init(_ sentence: String, at offset: Int? = nil) {
    self.sentence = sentence
    self.offset = offset
  }
}
