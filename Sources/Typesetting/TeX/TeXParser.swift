/// Reads TeX into groups, environments and tokens, and finds what never closes.
struct TeXParser {
  /// The deepest nesting of groups, environments and delimiters.
  static let deepestNesting = 60

  private let scalars: [Unicode.Scalar]
  /// Byte offset of each scalar, and of the end.
  private let offsets: [Int]
  private var position = 0

  init(_ tex: String) {
    scalars = Array(tex.unicodeScalars)
    var offsets = [0]
    offsets.reserveCapacity(scalars.count + 1)
    for scalar in scalars { offsets.append(offsets[offsets.count - 1] + UTF8.width(scalar)) }
    self.offsets = offsets
  }

  /// Reads the whole formula.
  mutating func parse() throws(FormulaProblem) -> [TeXPart] {
    let (parts, end) = try list(depth: 0)
    guard let end else { return parts }
    throw FormulaProblem(
      end.text == "}" ? "a '}' without its '{'" : "a '\(end.text)' without its '\(Self.opening(end.text))'",
      at: end.offset
    )
  }

  private static func opening(_ closing: String) -> String { closing == "\\right" ? "\\left" : "\\begin" }

  /// Reads up to a closing brace, `\end` or `\right`, which is taken and returned.
  private mutating func list(depth: Int) throws(FormulaProblem) -> (
    parts: [TeXPart], end: (text: String, offset: Int)?
  ) {
    if depth > Self.deepestNesting {
      throw FormulaProblem("more than \(Self.deepestNesting) groups inside each other", at: offsets[position])
    }
    var parts: [TeXPart] = []
    while position < scalars.count {
      let start = offsets[position]
      let token = next()
      let item: TeXPart.Item
      switch token {
      case "%":
        while position < scalars.count, scalars[position] != "\n" { position += 1 }
        continue
      case "}", "\\end", "\\right": return (parts, (token, start))
      case "{": item = .group(try body(depth, opening: "{", closing: "}", at: start))
      case "\\begin":
        let name = try name(after: token, at: start)
        let inner = try body(depth, opening: "\\begin{\(name)}", closing: "\\end", at: start)
        let endStart = offsets[position]
        let endName = try self.name(after: "\\end", at: endStart)
        if endName != name {
          throw FormulaProblem("'\\begin{\(name)}' is ended by '\\end{\(endName)}'", at: start)
        }
        item = .environment(name, inner)
      case "\\left":
        let left = try delimiter(after: token, at: start)
        let inner = try body(depth, opening: "\\left", closing: "\\right", at: start)
        item = .fenced(left: left, inner, right: try delimiter(after: "\\right", at: start))
      default: item = .token(token)
      }
      parts.append(TeXPart(item: item, range: start..<offsets[position]))
    }
    return (parts, nil)
  }

  private mutating func body(_ depth: Int, opening: String, closing: String, at start: Int)
    throws(FormulaProblem) -> [TeXPart]
  {
    let (parts, end) = try list(depth: depth + 1)
    guard let end else { throw FormulaProblem("a '\(opening)' that is never closed", at: start) }
    if end.text != closing {
      throw FormulaProblem("'\(opening)' is closed by '\(end.text)'", at: start)
    }
    return parts
  }

  /// Takes the next control sequence, run of white space, or character.
  private mutating func next() -> String {
    let first = scalars[position]
    position += 1
    if Self.isSpace(first) {
      let start = position - 1
      while position < scalars.count, Self.isSpace(scalars[position]) { position += 1 }
      return text(start..<position)
    }
    guard first == "\\", position < scalars.count else { return String(first) }
    let start = position - 1
    if Self.isLetter(scalars[position]) {
      while position < scalars.count, Self.isLetter(scalars[position]) { position += 1 }
      let name = text(start..<position)
      if position < scalars.count, scalars[position] == "*", Self.starred.contains(name) { position += 1 }
      return text(start..<position)
    }
    position += 1
    let command = text(start..<position)
    // A starred line break forbids a new page there, which a formula on a page has not.
    if command == "\\\\", position < scalars.count, scalars[position] == "*" { position += 1 }
    return command
  }

  /// Commands of which a star is part.
  private static let starred: Set<String> = [
    "\\operatorname", "\\tag", "\\DeclareMathOperator", "\\hspace",
  ]

  private mutating func name(after command: String, at start: Int) throws(FormulaProblem) -> String {
    skipSpace()
    guard position < scalars.count, scalars[position] == "{",
      let end = scalars[position...].firstIndex(of: "}")
    else { throw FormulaProblem("'\(command)' needs the name of an environment in braces", at: start) }
    defer { position = end + 1 }
    return text(position + 1..<end).trimmingSpaces
  }

  private mutating func delimiter(after command: String, at start: Int) throws(FormulaProblem) -> String {
    skipSpace()
    guard position < scalars.count else {
      throw FormulaProblem("'\(command)' needs a delimiter, such as '(' or '.'", at: start)
    }
    return next()
  }

  private mutating func skipSpace() {
    while position < scalars.count, Self.isSpace(scalars[position]) { position += 1 }
  }

  private func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }
}

extension StringProtocol {
  /// The text without spaces at both ends.
  var trimmingSpaces: String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
