/// A lexer that copies Swift code with every gap of comments and white space replaced by one space or line break.
struct TokenScanner {
  private let code: [UInt8]
  private var position = 0
  private var output: [UInt8] = []

  init(_ code: String) {
    self.code = Array(code.utf8)
    output.reserveCapacity(self.code.count)
  }

  mutating func normalised() -> String {
    while position < code.count {
      if let gap = skipGap() {
        output.append(gap)
      } else {
        token()
      }
    }
    let trimmed = output.drop { Self.isSpace($0) }
    let end = trimmed.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? trimmed.startIndex
    return String(decoding: trimmed[trimmed.startIndex..<end], as: UTF8.self)
  }

  // MARK: Gaps

  /// Skips white space and comments; returns a line break where they held one, else a space.
  private mutating func skipGap() -> UInt8? {
    let start = position
    var hasLineBreak = false
    while position < code.count {
      if Self.isSpace(code[position]) {
        hasLineBreak = hasLineBreak || Self.isLineBreak(code[position])
        position += 1
      } else if starts(with: "//") {
        while position < code.count, !Self.isLineBreak(code[position]) { position += 1 }
      } else if starts(with: "/*") {
        hasLineBreak = skipBlockComment() || hasLineBreak
      } else {
        break
      }
    }
    if position == start { return nil }
    return hasLineBreak ? UInt8(ascii: "\n") : UInt8(ascii: " ")
  }

  /// Skips a comment with those nested in it; returns whether it held a line break.
  private mutating func skipBlockComment() -> Bool {
    var depth = 0
    var hasLineBreak = false
    while position < code.count {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
        if depth == 0 { break }
      } else {
        hasLineBreak = hasLineBreak || Self.isLineBreak(code[position])
        position += 1
      }
    }
    return hasLineBreak
  }

  // MARK: Tokens

  private mutating func token() {
    switch code[position] {
    case UInt8(ascii: "\""): string(hashes: 0)
    case UInt8(ascii: "#"): afterHashes()
    case UInt8(ascii: "`"): copyQuotedName()
    case UInt8(ascii: "/"): copySlash()
    default: copy(1)
    }
  }

  /// Copies `#"…"#` or `#/…/#`, or only the hash signs before anything else.
  private mutating func afterHashes() {
    let hashes = code[position...].prefix { $0 == UInt8(ascii: "#") }.count
    switch code.dropFirst(position + hashes).first {
    case UInt8(ascii: "\""):
      copy(hashes)
      string(hashes: hashes)
    case UInt8(ascii: "/"): copy(through: closing("/", hashes), from: position + hashes + 1)
    default: copy(hashes)
    }
  }

  private mutating func copyQuotedName() {
    var end = position + 1
    while end < code.count, code[end] != UInt8(ascii: "`"), !Self.isLineBreak(code[end]) { end += 1 }
    copy(min(end + 1, code.count) - position)
  }

  /// Copies a slash; where it may open a regular expression, everything up to the slash that may close it.
  private mutating func copySlash() {
    let isAfterGap = output.last.map { Self.isSpace($0) || "([{,;:=!&|?+-*%<>~^".utf8.contains($0) } ?? true
    guard isAfterGap, let next = code.dropFirst(position + 1).first, !Self.isSpace(next) else {
      return copy(1)
    }
    var end = position + 1
    while end < code.count, code[end] != UInt8(ascii: "/"), !Self.isLineBreak(code[end]) {
      end += code[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard end < code.count, code[end] == UInt8(ascii: "/") else { return copy(1) }
    copy(end + 1 - position)
  }

  // MARK: Strings

  /// Copies a string whose hash signs have been copied, from its quotation mark on.
  private mutating func string(hashes: Int) {
    let isMultiline = opensMultiline()
    let quotes = isMultiline ? "\"\"\"" : "\""
    let end = closing(quotes, hashes)
    let escape = Array("\\".utf8) + Array(repeating: UInt8(ascii: "#"), count: hashes)
    copy(quotes.utf8.count)
    while position < code.count {
      if starts(with: end) { return copy(end.count) }
      if starts(with: escape) {
        copy(escape.count)
        if starts(with: "(") { interpolation() } else if position < code.count { copy(1) }
      } else if !isMultiline, Self.isLineBreak(code[position]) {
        return
      } else {
        copy(1)
      }
    }
  }

  /// Three quotation marks open a string of several lines where nothing but space follows on their line.
  private func opensMultiline() -> Bool {
    guard starts(with: "\"\"\"") else { return false }
    let rest = code[(position + 3)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return rest.first.map(Self.isLineBreak) ?? true
  }

  /// Copies the parentheses of an interpolation with their content, byte for byte.
  private mutating func interpolation() {
    var depth = 0
    while position < code.count {
      if starts(with: "//") || starts(with: "/*") {
        let start = position
        _ = skipGap()
        output.append(contentsOf: code[start..<position])
        continue
      }
      let byte = code[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "`") {
        token()
        continue
      }
      copy(1)
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { return }
    }
  }

  // MARK: Bytes

  private func closing(_ mark: String, _ hashes: Int) -> [UInt8] {
    Array(mark.utf8) + Array(repeating: UInt8(ascii: "#"), count: hashes)
  }

  private mutating func copy(_ count: Int) {
    let end = min(position + count, code.count)
    output.append(contentsOf: code[position..<end])
    position = end
  }

  /// Copies up to and with the first `mark` at or after `from`, or all that is left.
  private mutating func copy(through mark: [UInt8], from start: Int) {
    var end = min(start, code.count)
    while end < code.count, !code[end...].starts(with: mark) { end += 1 }
    copy(min(end + mark.count, code.count) - position)
  }

  private func starts(with text: String) -> Bool { code[position...].starts(with: text.utf8) }
  private func starts(with bytes: [UInt8]) -> Bool { code[position...].starts(with: bytes) }
  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) || byte == 0 }
}
