/// The code of a cell with comments removed and white space normalised, for its cache key.
///
/// Comments, indentation, blank lines and the length of a gap make no difference. Everything else does, also what
/// rarely matters: a line break, a space that appears or disappears (Swift tells operators apart by it), and every byte
/// of a string, a regular expression or a quoted name. Text that cannot be read with certainty is kept byte for byte:
/// the worst case is a needless run, never a stale number.
package struct CodeTokens: Hashable, Sendable {
  /// The normalised code.
  package let text: String
  /// Whether the code depends on its place in the file, by `#line`, `#file` and the like.
  ///
  /// Its text is then kept byte for byte, and its place belongs in the key.
  package let dependsOnPlace: Bool

  package init(_ code: String) {
    dependsOnPlace =
      code.utf8.contains(UInt8(ascii: "#")) && Self.placeLiterals.contains { code.contains($0) }
    text = dependsOnPlace ? code : Self.normalised(Array(code.utf8))
  }

  /// Returns the tokens of the code; space and comments between them become one line break where they hold one, else one
  /// space. Interpolations keep all their bytes.
  private static func normalised(_ code: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(code.count)
    /// The byte for the space and comments since the last token.
    var gap: UInt8?
    for token in SwiftLexer(code) {
      let bytes = code[token.range]
      if !token.isInterpolated, token.kind == .space || token.kind == .comment {
        let hasLineBreak = bytes.contains(where: SwiftLexer.isLineBreak)
        gap = hasLineBreak || gap == UInt8(ascii: "\n") ? UInt8(ascii: "\n") : UInt8(ascii: " ")
      } else {
        if let gap, !output.isEmpty { output.append(gap) }
        gap = nil
        output += bytes
      }
    }
    // An unclosed string may end in space.
    while let last = output.last, SwiftLexer.isSpace(last) { output.removeLast() }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether the code may declare what code above it can use: a function, a type, an import, an operator.
  ///
  /// A word in a string counts too: a key that changes needlessly costs a run, a missed change gives a stale result.
  package var declares: Bool {
    text.utf8.split { !Self.isLetter($0) }.contains { Self.declarationWords.contains(String($0) ?? "") }
  }

  /// A letter, an underscore or a part of a character beyond ASCII.
  private static func isLetter(_ byte: UInt8) -> Bool {
    (97...122).contains(byte | 32) || byte == 95 || byte >= 128
  }

  private static let declarationWords: Set<String> = [
    "func", "struct", "class", "enum", "extension", "protocol", "typealias", "import", "operator",
    "precedencegroup", "actor", "macro",
  ]

  private static let placeLiterals = [
    "#line", "#column", "#file", "#sourceLocation", "#function", "#dsohandle",
  ]
}
