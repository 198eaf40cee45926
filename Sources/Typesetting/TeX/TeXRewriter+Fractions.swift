/// Commands that make fractions of their arguments.
extension TeXRewriter {
  /// `\genfrac{(}{)}{0pt}{}{n}{k}`: delimiters, thickness of the line, style, numerator, denominator. pandoc reads
  /// only the form with two delimiters and no line.
  mutating func generalFraction(_ parts: [TeXPart], _ index: inout Int, _ part: TeXPart)
    throws(FormulaProblem)
    -> String
  {
    let left = source(of: try argument(parts, &index, of: part)).trimmingSpaces
    let right = source(of: try argument(parts, &index, of: part)).trimmingSpaces
    let thickness = Self.em(source(of: try argument(parts, &index, of: part)))
    let style = source(of: try argument(parts, &index, of: part)).trimmingSpaces
    let (above, below) = (try rewritten(parts, &index, of: part), try rewritten(parts, &index, of: part))
    let sized =
      Int(style).map { mark(.style(isDisplay: $0 == 0, level: max(0, $0 - 1))) } ?? ""
    if left.isEmpty, right.isEmpty {
      return "{\(sized)\(thickness == 0 ? "\\substack{\(above)\\\\\(below)}" : "\\frac{\(above)}{\(below)}")}"
    }
    let (opening, closing) = (left.isEmpty ? "." : left, right.isEmpty ? "." : right)
    guard thickness == 0 else {
      return "{\(sized)\(fenced(opening, "\\frac{\(above)}{\(below)}", closing))}"
    }
    return left.isEmpty || right.isEmpty
      ? "{\(sized)\(fenced(opening, "\\substack{\(above)\\\\\(below)}", closing))}"
      : "{\(sized)\\genfrac{\(left)}{\(right)}{0pt}{}{\(above)}{\(below)}}"
  }

  /// The derivatives of the package physics: `\dv{f}{x}`, `\dv[2]{f}{x}`, `\dv{x}`, and `\pdv` likewise.
  mutating func derivative(_ token: String, _ parts: [TeXPart], _ index: inout Int, _ part: TeXPart)
    throws(FormulaProblem)
    -> String
  {
    let sign = token == "\\pdv" ? "\\partial" : "\\mathrm{d}"
    let order = option(parts, &index).map { "^{\($0)}" } ?? ""
    let first = try rewritten(parts, &index, of: part)
    var next = index
    while next < parts.endIndex, parts[next].isSpace { next += 1 }
    guard next < parts.endIndex, case .group = parts[next].item else {
      return "\\frac{\(sign)\(order)}{\(sign) \(first)\(order)}"
    }
    return "\\frac{\(sign)\(order) \(first)}{\(sign) \(try rewritten(parts, &index, of: part))\(order)}"
  }
}
