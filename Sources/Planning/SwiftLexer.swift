/// A lexer of Swift code: splits it into tokens, each a kind and a range of bytes.
///
/// The tokens cover the code completely and in order. Every text has tokens; a string or comment that is never closed reaches
/// to the end of its line or of the code. Cache keys depend on these tokens (`CodeTokens`), and so do the colours of listings.
package struct SwiftLexer: Sequence, IteratorProtocol {
  package struct Token: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case space, comment
      /// A part of a string: a quotation mark with its hash signs, or text up to the next interpolation or the end.
      case string
      /// A literal between slashes, with or without hash signs.
      case regularExpression
      /// A name in backquotes.
      case quotedName
      /// A keyword or a name.
      case word
      case number
      /// `@name` or `#name`.
      case directive
      /// Any other byte.
      case punctuation
    }

    package var kind: Kind
    /// Offsets in the code's UTF-8.
    package var range: Range<Int>
    /// Whether the token is part of an interpolation in a string.
    package var isInterpolated: Bool
  }

  /// A string that is not closed yet.
  private struct OpenString {
    var isMultiline: Bool
    /// Quotation marks and hash signs.
    var end: [UInt8]
    /// A backslash and hash signs.
    var escape: [UInt8]
    var isInterpolating = false
    /// The open parentheses of the interpolation.
    var parentheses = 0
  }

  private let code: [UInt8]
  private var position = 0
  /// From the outermost to the innermost; all but the last are interpolating.
  private var strings: [OpenString] = []
  private var followsComment = false

  /// Creates a lexer of code in UTF-8.
  package init(_ code: [UInt8]) { self.code = code }

  package mutating func next() -> Token? {
    while position < code.count {
      let start = position
      let isInterpolated = strings.count > 1 || strings.last?.isInterpolating == true
      var kind = Token.Kind.string
      if let string = strings.last, !string.isInterpolating {
        skipText(of: string)
      } else {
        kind = skipToken()
      }
      // A string may end without any text after an interpolation, at the end of a line.
      if position == start { continue }
      followsComment = kind == .comment
      return Token(kind: kind, range: start..<position, isInterpolated: isInterpolated)
    }
    return nil
  }

  private mutating func skipToken() -> Token.Kind {
    let byte = code[position]
    switch byte {
    case UInt8(ascii: "\""):
      openString(hashes: 0)
      return .string
    case UInt8(ascii: "#"): return skipHashes()
    case UInt8(ascii: "@"):
      position += 1
      skip(while: Self.isWord)
      return .directive
    case UInt8(ascii: "`"):
      position += 1
      skip { $0 != UInt8(ascii: "`") && !Self.isLineBreak($0) }
      position = Swift.min(position + 1, code.count)
      return .quotedName
    case UInt8(ascii: "/"): return skipSlash()
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      skipNumber()
      return .number
    default: break
    }
    if Self.isSpace(byte) {
      skip(while: Self.isSpace)
      return .space
    }
    if Self.isWord(byte) {
      skip(while: Self.isWord)
      return .word
    }
    position += 1
    if let last = strings.indices.last { countParentheses(byte, in: last) }
    return .punctuation
  }

  private mutating func countParentheses(_ byte: UInt8, in string: Int) {
    if byte == UInt8(ascii: "(") { strings[string].parentheses += 1 }
    if byte == UInt8(ascii: ")") { strings[string].parentheses -= 1 }
    if strings[string].parentheses == 0 { strings[string].isInterpolating = false }
  }

  // MARK: Comments and slashes

  /// Skips a comment, a regular expression, or a slash that is an operator.
  private mutating func skipSlash() -> Token.Kind {
    if starts(with: "//") {
      skip { !Self.isLineBreak($0) }
      return .comment
    }
    if starts(with: "/*") {
      skipBlockComment()
      return .comment
    }
    if let end = endOfRegularExpression() {
      position = end
      return .regularExpression
    }
    position += 1
    return .punctuation
  }

  /// Skips a comment with those nested in it.
  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < code.count
  }

  /// Returns the end of the regular expression that the slash here may open: one before which no operand stands, before
  /// no space, with another slash on its line.
  private func endOfRegularExpression() -> Int? {
    guard strings.isEmpty, position + 1 < code.count, !Self.isSpace(code[position + 1]) else { return nil }
    guard position == 0 || followsComment || Self.isBeforeExpression(code[position - 1]) else { return nil }
    var end = position + 1
    while end < code.count, code[end] != UInt8(ascii: "/"), !Self.isLineBreak(code[end]) {
      end += code[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return end < code.count && code[end] == UInt8(ascii: "/") ? end + 1 : nil
  }

  /// Skips `#"…"#` up to its text, `#/…/#`, or `#name`.
  private mutating func skipHashes() -> Token.Kind {
    let start = position
    skip { $0 == UInt8(ascii: "#") }
    let hashes = position - start
    switch position < code.count ? code[position] : 0 {
    case UInt8(ascii: "\""):
      openString(hashes: hashes)
      return .string
    case UInt8(ascii: "/"):
      let end = Self.delimiter("/", hashes)
      position += 1
      while position < code.count, !starts(with: end) { position += 1 }
      position = Swift.min(position + end.count, code.count)
      return .regularExpression
    default:
      skip(while: Self.isWord)
      return .directive
    }
  }

  private mutating func skipNumber() {
    skip(while: Self.isWord)
    if position + 1 < code.count, code[position] == UInt8(ascii: "."),
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(code[position + 1])
    {
      position += 1
      skip(while: Self.isWord)
    }
    if code[position - 1] | 32 == UInt8(ascii: "e"), starts(with: "-") || starts(with: "+") {
      position += 1
      skip(while: Self.isWord)
    }
  }

  // MARK: Strings

  /// Skips the quotation marks that open a string; its hash signs are skipped already.
  private mutating func openString(hashes: Int) {
    let isMultiline = opensMultiline()
    let quotes = isMultiline ? "\"\"\"" : "\""
    strings.append(
      .init(
        isMultiline: isMultiline,
        end: Self.delimiter(quotes, hashes),
        escape: Self.delimiter("\\", hashes)
      )
    )
    position += quotes.utf8.count
  }

  /// Three quotation marks open a multiline string if only spaces and tabs follow on their line.
  private func opensMultiline() -> Bool {
    guard starts(with: "\"\"\"") else { return false }
    let rest = code[(position + 3)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return rest.first.map(Self.isLineBreak) ?? true
  }

  /// Skips the text of a string up to an interpolation, or to its end with the quotation marks.
  private mutating func skipText(of string: OpenString) {
    while position < code.count {
      if starts(with: string.end) {
        position += string.end.count
        strings.removeLast()
        return
      }
      if starts(with: string.escape) {
        position += string.escape.count
        if starts(with: "(") {
          strings[strings.count - 1].isInterpolating = true
          return
        }
        position = Swift.min(position + 1, code.count)
      } else if !string.isMultiline, Self.isLineBreak(code[position]) {
        strings.removeLast()
        return
      } else {
        position += 1
      }
    }
  }

  // MARK: Bytes

  private static func delimiter(_ mark: String, _ hashes: Int) -> [UInt8] {
    Array(mark.utf8) + Array(repeating: UInt8(ascii: "#"), count: hashes)
  }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    while position < code.count, condition(code[position]) { position += 1 }
  }

  private func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= code.count else { return false }
    return (0..<count).allSatisfy { code[position + $0] == text.utf8Start[$0] }
  }

  private func starts(with bytes: [UInt8]) -> Bool { code[position...].starts(with: bytes) }

  package static func isLineBreak(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }
  package static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) || byte == 0 }

  /// A letter, a digit, `_`, `$` or a part of a character beyond ASCII.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
      true
    default: byte >= 128
    }
  }

  /// Whether an expression may begin after this byte: space, an opening bracket, a separator or an operator.
  private static func isBeforeExpression(_ byte: UInt8) -> Bool {
    isSpace(byte) || "([{,;:=!&|?+-*%<>~^".utf8.contains(byte)
  }
}
