/// Commands that an author defines for formulas: those of `macros:` in `book.yml`, and those that a formula defines itself.
///
/// They are written out before anything else reads a formula, so that pages and editions need no definitions.
package struct FormulaMacros: Hashable, Sendable {
  /// By name, with the backslash.
  private(set) var macros: [String: Macro] = [:]

  /// A command with what stands for it.
  struct Macro: Hashable, Sendable {
    /// Tokens of TeX, among them `#1` to `#9` for the arguments.
    var body: [String]
    var arguments = 0
    /// What stands for the first argument where none is given in brackets.
    var standard: [String]?
    /// The closing delimiter where `body` is the opening one: `\norm*{x}` and `\norm[\big]{x}` let both grow.
    var closing: [String]?
  }

  /// What is wrong with a formula's own commands.
  package struct Fault: Error, Hashable, Sendable {
    package var sentence: String
    /// UTF-8 bytes before the fault.
    package var offset: Int
    /// Whether the text of a macro grows without end, or too long.
    var isEndless = false
  }

  /// A formula without commands of its author.
  package struct Expansion: Hashable, Sendable {
    package var tex: String
    /// Where pieces of `tex` begin, and where they come from; all of a macro's text comes from where it is used.
    fileprivate(set) var pieces: [Piece] = []

    struct Piece: Hashable, Sendable {
      var start: Int
      var source: Int
      var isMacro: Bool
    }

    /// Returns the place in the author's text of a place in `tex`, both in UTF-8 bytes.
    package func source(of offset: Int) -> Int {
      guard let piece = pieces.last(where: { $0.start <= offset }) else { return offset }
      return piece.isMacro ? piece.source : piece.source + offset - piece.start
    }
  }

  package init() {}

  /// What each command stands for, in the order of their names; books with the same have the same macros.
  package var descriptions: [String] {
    macros.sorted { $0.key < $1.key }.map { name, macro in
      let count = macro.arguments
      let arguments = count == 0 ? "" : " of \(count) \(count == 1 ? "argument" : "arguments")"
      let standard = macro.standard.map { ", the first '\($0.joined())' by default," } ?? ""
      return "\(name)\(arguments)\(standard) stands for \(macro.body.joined())"
    }
  }

  mutating func define(_ name: String, _ macro: Macro) { macros[name] = macro }

  /// Writes out the macros of a formula, and takes out its definitions.
  package func expanded(_ tex: String) throws(Fault) -> Expansion {
    guard concern(tex) else { return Expansion(tex: tex) }
    var expander = MacroExpander(tex, macros)
    try expander.run()
    return Expansion(tex: String(decoding: expander.output, as: UTF8.self), pieces: expander.pieces)
  }

  /// Whether a formula uses or defines a command of its author: most do not.
  private func concern(_ tex: String) -> Bool {
    let bytes = tex.utf8
    var index = bytes.startIndex
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) {
      index = bytes.index(after: start)
      guard index < bytes.endIndex else { return false }
      let end = bytes[index...].firstIndex { !TeXTokens.isLetter($0) } ?? bytes.endIndex
      guard end > index else {
        index = bytes.index(after: index)
        continue
      }
      index = end
      let name = tex[start..<end]
      if MacroExpander.definers.contains(String(name)) || !macros.isEmpty && macros[String(name)] != nil {
        return true
      }
    }
    return false
  }
}

/// TeX as tokens: commands with their backslash, runs of white space, arguments such as `#1`, and single characters.
enum TeXTokens {
  struct Token: Hashable {
    var text: String
    /// UTF-8 bytes before it in the formula.
    var place: Int
    /// Whether it is of a macro's text, with the place where that is used.
    var isMacro = false

    var isSpace: Bool { text.utf8.first.map { $0 <= 32 } ?? false }
    /// Whether it is a command of letters, to which a letter behind it would belong.
    var isWord: Bool { TeXTokens.isWord(text) }
  }

  static func isWord(_ text: String) -> Bool {
    text.utf8.first == UInt8(ascii: "\\") && text.utf8.dropFirst().first.map(isLetter) ?? false
  }

  static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  static func read(_ tex: String) -> [Token] {
    let bytes = Array(tex.utf8)
    var tokens: [Token] = []
    var index = 0
    while index < bytes.count {
      let start = index
      index += 1
      switch bytes[start] {
      case UInt8(ascii: "\\"):
        while index < bytes.count, isLetter(bytes[index]) { index += 1 }
        if index == start + 1, index < bytes.count { index = end(of: index, in: bytes) }
      case 0...32: while index < bytes.count, bytes[index] <= 32 { index += 1 }
      case UInt8(ascii: "#"):
        if index < bytes.count, (49...57).contains(bytes[index]) || bytes[index] == UInt8(ascii: "#") {
          index += 1
        }
      default: index = end(of: start, in: bytes)
      }
      tokens.append(Token(text: String(decoding: bytes[start..<index], as: UTF8.self), place: start))
    }
    return tokens
  }

  /// The end of the character that begins at an index.
  private static func end(of start: Int, in bytes: [UInt8]) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
    return index
  }

  /// What is wrong with the braces of a text; `nil` where each has its other.
  static func braceFault(_ tokens: [String]) -> String? {
    var depth = 0
    for token in tokens {
      if token == "{" { depth += 1 }
      if token == "}" { depth -= 1 }
      if depth < 0 { return "a '}' without its '{'" }
    }
    return depth == 0 ? nil : "a '{' without its '}'"
  }
}
