internal import Markup

/// Syntax highlighting of Swift code.
///
/// A lexer for display: a mistake gives a wrong colour, never a wrong text.
struct SwiftHighlighter {
  struct Piece: Hashable {
    var text: String
    /// The class of its colour.
    var look: String?

    var node: Node { look.map { tag("span", ["class": .some($0)], .text(text)) } ?? .text(text) }
  }

  /// The pieces of each line; a comment or string over several lines is cut at their ends.
  static func lines(_ code: String) -> [[Piece]] {
    var lexer = SwiftHighlighter(code)
    lexer.run()
    var lines: [[Piece]] = [[]]
    for piece in lexer.pieces {
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

  /// Code points: whatever belongs to the language's grammar is ASCII, and all else counts as a letter.
  private let code: [Unicode.Scalar]
  private var index = 0
  private var pieces: [Piece] = []
  /// The nesting depth of string interpolations.
  private var depth = 0
  /// Interpolations nested deeper than this are coloured as text of the string.
  private static let depthLimit = 32

  private init(_ code: String) {
    let lines = code.utf8.contains(13) ? code.replacing("\r\n", with: "\n") : code
    self.code = Array(lines.unicodeScalars)
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar {
    index + distance < code.count ? code[index + distance] : "\0"
  }

  private mutating func run() {
    while index < code.count { step() }
  }

  private mutating func step() {
    switch peek() {
    case "/" where peek(1) == "/": emit("c") { $0.skip { $0 != "\n" } }
    case "/" where peek(1) == "*": emit("c") { $0.skipComment() }
    case "\"": string(hashes: 0)
    case "#" where stringHashes > 0: string(hashes: stringHashes)
    case "@", "#":
      emit("a") { lexer in
        lexer.index += 1
        lexer.skip(Self.isWord)
      }
    case "`":
      emit(nil) { lexer in
        lexer.index += 1
        lexer.skip { $0 != "`" && $0 != "\n" }
        lexer.index += 1
      }
    case "0"..."9": emit("n") { $0.skipNumber() }
    case let character where Self.isWord(character): word()
    default: emit(nil) { $0.index += 1 }
    }
  }

  private mutating func emit(_ look: String?, _ skip: (inout SwiftHighlighter) -> Void) {
    let start = index
    skip(&self)
    index = min(index, code.count)
    add(text(from: start), look)
  }

  private func text(from start: Int) -> String { String(String.UnicodeScalarView(code[start..<index])) }

  private mutating func add(_ text: String, _ look: String?) {
    if let last = pieces.last, last.look == look {
      pieces[pieces.count - 1].text += text
    } else if !text.isEmpty {
      pieces.append(Piece(text: text, look: look))
    }
  }

  private mutating func skip(_ condition: (Unicode.Scalar) -> Bool) {
    while index < code.count, condition(code[index]) { index += 1 }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if peek() == "/" && peek(1) == "*" {
        depth += 1
        index += 2
      } else if peek() == "*" && peek(1) == "/" {
        depth -= 1
        index += 2
      } else {
        index += 1
      }
    } while depth > 0 && index < code.count
  }

  private mutating func skipNumber() {
    skip(Self.isWord)
    if peek() == ".", ("0"..."9").contains(peek(1)) {
      index += 1
      skip(Self.isWord)
    }
    if let last = index > 0 ? code[index - 1] : nil, last == "e" || last == "E",
      peek() == "-" || peek() == "+"
    {
      index += 1
      skip(Self.isWord)
    }
  }

  private mutating func word() {
    let start = index
    skip(Self.isWord)
    let text = text(from: start)
    let isMember = start > 0 && code[start - 1] == "."
    if Self.keywords.contains(text) && !isMember {
      add(text, "k")
    } else {
      add(text, text.first?.isUppercase == true ? "t" : nil)
    }
  }

  /// The number of `#` before a raw string's quote; 0 where no string begins here.
  private var stringHashes: Int {
    var count = 0
    while peek(count) == "#" { count += 1 }
    return peek(count) == "\"" ? count : 0
  }

  private mutating func string(hashes: Int) {
    let isMultiline = peek(hashes) == "\"" && peek(hashes + 1) == "\"" && peek(hashes + 2) == "\""
    let end = String(repeating: "\"", count: isMultiline ? 3 : 1) + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    emit("s") { $0.index += hashes + (isMultiline ? 3 : 1) }
    while index < code.count {
      if starts(with: end) { return emit("s") { $0.index += end.count } }
      if starts(with: escape + "("), depth < Self.depthLimit {
        interpolation(escape)
      } else if starts(with: escape) {
        emit("s") { $0.index += escape.count + 1 }
      } else if peek() == "\n" && !isMultiline {
        return
      } else {
        emit("s") { $0.index += 1 }
      }
    }
  }

  private mutating func interpolation(_ escape: String) {
    emit("s") { $0.index += escape.count }
    depth += 1
    defer { depth -= 1 }
    var open = 0
    repeat {
      if peek() == "(" { open += 1 }
      if peek() == ")" { open -= 1 }
      step()
    } while open > 0 && index < code.count
  }

  private func starts(with text: String) -> Bool {
    var distance = 0
    for scalar in text.unicodeScalars {
      guard peek(distance) == scalar else { return false }
      distance += 1
    }
    return true
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "$": true
    default: !scalar.isASCII
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
