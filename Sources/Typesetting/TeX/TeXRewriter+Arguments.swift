extension TeXRewriter {
  /// Takes the argument of a command: a group's content, or the next single part.
  func argument(_ parts: [TeXPart], _ index: inout Int, of command: TeXPart) throws(FormulaProblem)
    -> [TeXPart]
  {
    while index < parts.endIndex, parts[index].isSpace { index += 1 }
    guard index < parts.endIndex else {
      throw FormulaProblem(
        "'\(command.token ?? "")' needs an argument in braces",
        at: command.range.lowerBound
      )
    }
    defer { index += 1 }
    if case .group(let inner) = parts[index].item { return inner }
    return [parts[index]]
  }

  /// Takes an argument and rewrites it.
  mutating func rewritten(_ parts: [TeXPart], _ index: inout Int, of command: TeXPart) throws(FormulaProblem)
    -> String
  {
    try cell(try argument(parts, &index, of: command))
  }

  /// Takes the argument of a text command as it is written, with its braces.
  func raw(_ parts: [TeXPart], _ index: inout Int, of command: TeXPart) throws(FormulaProblem) -> String {
    while index < parts.endIndex, parts[index].isSpace { index += 1 }
    guard index < parts.endIndex else { return "{\(source(of: try argument(parts, &index, of: command)))}" }
    defer { index += 1 }
    let text = source(parts[index].range)
    return text.hasPrefix("{") ? text : "{\(text)}"
  }

  /// Takes the argument of a text command. pandoc reads no font within a text, so that a text with one becomes several.
  func text(_ command: String, _ parts: [TeXPart], _ index: inout Int, of part: TeXPart)
    throws(FormulaProblem)
    -> String
  {
    var next = index
    while next < parts.endIndex, parts[next].isSpace { next += 1 }
    guard next < parts.endIndex, case .group(let inner) = parts[next].item,
      inner.contains(where: { $0.token.map(Self.isTextFont) ?? false })
    else { return command + (try raw(parts, &index, of: part)) }
    index = next + 1
    var pieces = ""
    var plain: [TeXPart] = []
    var isFormula = false
    func endPlain() {
      if !plain.isEmpty { pieces += "\(command){\(source(of: plain))}" }
      plain = []
    }
    var position = inner.startIndex
    while position < inner.endIndex {
      let piece = inner[position]
      position += 1
      if piece.token == "$" { isFormula.toggle() }
      guard !isFormula, let token = piece.token, Self.isTextFont(token) else {
        plain.append(piece)
        continue
      }
      endPlain()
      pieces += try text(Self.textNames[token] ?? token, inner, &position, of: piece)
    }
    endPlain()
    return "{\(pieces)}"
  }

  /// Whether a command sets its argument in another font of text.
  private static func isTextFont(_ token: String) -> Bool {
    ["\\textrm", "\\textbf", "\\textit", "\\texttt", "\\textsf", "\\textup", "\\text", "\\mbox"].contains(
      textNames[token] ?? token
    )
  }

  /// Takes `[…]` where it stands, and returns what is in it.
  func option(_ parts: [TeXPart], _ index: inout Int) -> String? {
    var start = index
    while start < parts.endIndex, parts[start].isSpace { start += 1 }
    guard start < parts.endIndex, parts[start].token == "[",
      let end = parts[start...].firstIndex(where: { $0.token == "]" })
    else { return nil }
    index = end + 1
    return source(of: Array(parts[(start + 1)..<end]))
  }

  /// Passes over the space that `\\[1ex]` adds; a bracket that stands apart belongs to the formula.
  func skipOption(_ parts: [TeXPart], _ index: inout Int) {
    guard index < parts.endIndex, parts[index].token == "[" else { return }
    var end = index
    guard let option = option(parts, &end), Self.em(option) != nil else { return }
    index = end
  }

  /// The source of parts.
  func source(of parts: [TeXPart]) -> String {
    guard let first = parts.first, let last = parts.last else { return "" }
    return source(first.range.lowerBound..<last.range.upperBound)
  }

  func source(_ range: Range<Int>) -> String {
    let bytes = source.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
    return String(source[start..<bytes.index(start, offsetBy: range.count)])
  }

  /// `\limits` where a subscript or superscript follows, which then stands below or above in display style.
  func limits(_ parts: [TeXPart], _ index: Int) -> String {
    let next = parts[index...].first { !$0.isSpace }?.token
    return next == "_" || next == "^" ? "\\limits " : " "
  }

  /// Reads a dimension such as `2pt`, `18 mu` or `1em plus 1fil` in em; `nil` for what is none.
  static func em(_ text: String) -> Double? {
    let text = text.trimmingSpaces
    let number = text.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    guard let value = Double(number) else { return nil }
    let unit = text[number.endIndex...].trimmingSpaces.prefix(2)
    let units = [
      "em": 1, "ex": 0.43, "mu": 1.0 / 18, "pt": 0.1, "px": 0.075, "pc": 1.2, "cm": 2.85, "mm": 0.285,
      "in": 7.23,
    ]
    return units[String(unit)].map { value * $0 }
  }

  /// Takes a dimension that stands without braces, as after `\kern`.
  func bareDimension(_ parts: [TeXPart], _ index: inout Int) -> Double? {
    while index < parts.endIndex, parts[index].isSpace { index += 1 }
    if index < parts.endIndex, case .group(let inner) = parts[index].item {
      index += 1
      return Self.em(source(of: inner))
    }
    var text = ""
    while index < parts.endIndex, let token = parts[index].token, token.count == 1 || parts[index].isSpace,
      text.count < 16
    {
      if parts[index].isSpace, text.contains(where: \.isLetter) { break }
      text += token
      index += 1
      if text.filter(\.isLetter).count == 2 { break }
    }
    return Self.em(text)
  }
}
