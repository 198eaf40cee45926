extension TeXRewriter {
  /// Rewrites one command with its arguments; what has no rule stays as it is.
  mutating func command(
    _ token: String,
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> String {
    if Self.dropped.contains(token) { return " " }
    if let text = Self.replaced[token] { return text + " " }
    if Self.texts.contains(token) || Self.textNames[token] != nil {
      return try text(Self.textNames[token] ?? token, parts, &index, of: part)
    }
    // pandoc lacks some of the sizes with a side, such as \Bigl.
    if let size = ["\\Bigg", "\\bigg", "\\Big", "\\big"].first(where: token.hasPrefix),
      ["", "l", "r", "m"].contains(token.dropFirst(size.count))
    {
      // It knows no arrows of a size: these keep their own.
      return index < parts.endIndex && parts[index].token?.hasSuffix("arrow") == true ? "" : size
    }
    if let arrow = Self.arrows[token] { return try self.arrow(arrow, parts, &index, part) }
    if let (left, right) = Self.pairs[token] {
      return fenced(left, try rewritten(parts, &index, of: part), right)
    }
    if let name = Self.operators[token] { return Self.operator(name) + limits(parts, index) }
    if let environment = Self.plainEnvironments[token] {
      return try self.environment(environment, try argument(parts, &index, of: part), at: part)
    }
    switch token {
    case "\\label", "\\leftroot", "\\uproot", "\\require":
      _ = try argument(parts, &index, of: part)
      return ""
    case "\\mathllap", "\\mathrlap", "\\mathclap", "\\llap", "\\rlap", "\\clap", "\\smash", "\\vcenter",
      "\\mathinner", "\\shoveleft", "\\shoveright":
      _ = option(parts, &index)
      return "{\(try rewritten(parts, &index, of: part))}"
    case "\\texorpdfstring":
      let text = try rewritten(parts, &index, of: part)
      _ = try argument(parts, &index, of: part)
      return "{\(text)}"
    case "\\mathchoice":
      let text = try rewritten(parts, &index, of: part)
      for _ in 0..<3 { _ = try argument(parts, &index, of: part) }
      return "{\(text)}"
    case "\\href":
      _ = try argument(parts, &index, of: part)
      return "{\(try rewritten(parts, &index, of: part))}"
    case "\\ce", "\\cee", "\\cf", "\\pu":
      throw FormulaProblem(
        "'\(token)' of the package mhchem is not typeset; write \\mathrm{H_2O}, \\longrightarrow for the arrow "
          + "and \\SI{5}{\\metre} for units",
        at: part.range.lowerBound
      )
    case "\\underaccent", "\\accentset":
      let accent = try rewritten(parts, &index, of: part)
      let set = token == "\\accentset" ? "overset" : "underset"
      return "\\\(set){\(accent)}{\(try rewritten(parts, &index, of: part))}"
    case "\\underrightarrow", "\\underleftarrow", "\\underleftrightarrow", "\\utilde":
      let sign = token == "\\utilde" ? "\\sim" : "\\" + token.dropFirst("\\under".count)
      return "\\underset{\(sign)}{\(try rewritten(parts, &index, of: part))}"
    case "\\varlimsup", "\\varliminf": return try limit(token, parts, &index, part)
    case "\\bbox":
      let colour = option(parts, &index)?.split(separator: ",").lazy.compactMap {
        TeXColours.css(String($0), model: nil)
      }.first
      let background = colour.map { mark(.background($0)) } ?? ""
      return "{\(background)\(try rewritten(parts, &index, of: part))}"
    case "\\multicolumn":
      let count = Int(source(of: try argument(parts, &index, of: part)).trimmingSpaces) ?? 1
      let spec = source(of: try argument(parts, &index, of: part))
      let letters = try TeXEnvironment.columns(spec, at: part.range.lowerBound).letters
      let look = letters == "l" ? "left" : letters == "r" ? "right" : nil
      return mark(.columns(min(max(count, 1), TeXEnvironment.mostColumns), look))
        + (try rewritten(parts, &index, of: part))
    case "\\operatorname", "\\operatorname*", "\\operatornamewithlimits":
      return try `operator`(token, parts, &index, part)
    case "\\mathop": return try mathop(parts, &index, part)
    case "\\definecolor":
      let name = source(of: try argument(parts, &index, of: part)).trimmingSpaces
      let model = source(of: try argument(parts, &index, of: part))
      colours[name] = TeXColours.css(source(of: try argument(parts, &index, of: part)), model: model)
      return ""
    case "\\textcolor":
      let colour = try colour(parts, &index, of: part)
      return "{\(mark(.colour(colour)))\(try rewritten(parts, &index, of: part))}"
    case "\\colorbox":
      let colour = try colour(parts, &index, of: part)
      return "{\(mark(.background(colour)))\\text\(try raw(parts, &index, of: part))}"
    case "\\fcolorbox":
      _ = try argument(parts, &index, of: part)
      let colour = try colour(parts, &index, of: part)
      return "{\(mark(.background(colour)))\\text\(try raw(parts, &index, of: part))}"
    case "\\cancel", "\\bcancel", "\\xcancel", "\\sout":
      let strike = MathMark.Strike(rawValue: String(token.dropFirst())) ?? .through
      return "{\(mark(.cancelled(strike)))\(try rewritten(parts, &index, of: part))}"
    case "\\cancelto":
      let value = try rewritten(parts, &index, of: part)
      return "{{\(mark(.cancelled(.rising)))\(try rewritten(parts, &index, of: part))}}^{\(value)}"
    case "\\hphantom", "\\vphantom":
      let isWide = token == "\\hphantom"
      return "{\(mark(.phantom(isWide: isWide)))\(try rewritten(parts, &index, of: part))}"
    case "\\tag", "\\tag*":
      let text = source(of: try argument(parts, &index, of: part))
      return "{\(mark(.tag))\\text{\(token == "\\tag" ? "(\(text))" : text)}}"
    case "\\dbinom", "\\tbinom", "\\cfrac":
      _ = option(parts, &index)
      let style = mark(.style(isDisplay: token != "\\tbinom", level: 0))
      let (above, below) = (try rewritten(parts, &index, of: part), try rewritten(parts, &index, of: part))
      return "{\(style)\(token == "\\cfrac" ? "\\frac" : "\\binom"){\(above)}{\(below)}}"
    case "\\mathbf":
      let inner = try argument(parts, &index, of: part)
      if let letters = Self.bold(inner) { return letters }
      return "\\mathbf{\(try cell(inner))}"
    case "\\genfrac": return try generalFraction(parts, &index, part)
    case "\\dv", "\\odv", "\\pdv": return try derivative(token, parts, &index, part)
    case "\\fbox", "\\framebox": return "\\boxed{\\text\(try raw(parts, &index, of: part))}"
    case "\\raisebox":
      _ = try argument(parts, &index, of: part)
      return "\\text\(try raw(parts, &index, of: part))"
    case "\\nicefrac", "\\sfrac":
      let (above, below) = (try rewritten(parts, &index, of: part), try rewritten(parts, &index, of: part))
      return "{}^{\(above)}\\!/\\!{}_{\(below)}"
    case "\\hspace", "\\hspace*", "\\hskip", "\\kern", "\\mspace", "\\mskip", "\\mkern":
      guard let em = bareDimension(parts, &index) else {
        throw FormulaProblem("'\(token)' needs a width such as 1em or 18mu", at: part.range.lowerBound)
      }
      return mark(.space(em))
    case "\\hdotsfor":
      let count = Int(source(of: try argument(parts, &index, of: part)).trimmingSpaces) ?? 1
      return [String](repeating: "\\cdots", count: min(max(count, 1), TeXEnvironment.mostColumns)).joined(
        separator: "&"
      )
    case "\\sideset":
      let (before, after) = (try rewritten(parts, &index, of: part), try rewritten(parts, &index, of: part))
      return "{}\(before){\(try rewritten(parts, &index, of: part))}\(after)"
    case "\\prescript":
      let (above, below) = (try rewritten(parts, &index, of: part), try rewritten(parts, &index, of: part))
      return "{}^{\(above)}_{\(below)}\(try rewritten(parts, &index, of: part))"
    case "\\braket", "\\expval":
      var text = try rewritten(parts, &index, of: part)
      // The package physics has a group for each side, the package braket one with a bar.
      if index < parts.endIndex, case .group(let right) = parts[index].item {
        index += 1
        text += "\\middle|" + (try cell(right))
      }
      return fenced("\\langle", text, "\\rangle")
    case "\\ketbra", "\\dyad":
      let left = try rewritten(parts, &index, of: part)
      return fenced("|", left, "\\rangle") + fenced("\\langle", try rewritten(parts, &index, of: part), "|")
    case "\\middle":
      guard index < parts.endIndex, let delimiter = parts[index].token else { return "" }
      if ["|", "\\|", "\\vert", "\\Vert"].contains(delimiter) { return token }
      index += 1
      return delimiter == "." ? "" : "{\(mark(.middle))\(delimiter)}"
    case "\\substack":
      let inner = try cell(try argument(parts, &index, of: part), at: .table(TeXEnvironment("matrix")))
      return "\\substack{\(inner)}"
    default: return token
    }
  }

  /// Latin letters and digits in upright bold: pandoc 3 makes `\mathbf{x}` bold italic. `nil` where there is anything else.
  private static func bold(_ parts: [TeXPart]) -> String? {
    var letters = ""
    for part in parts where !part.isSpace {
      guard let token = part.token, let scalar = token.unicodeScalars.first, token.unicodeScalars.count == 1
      else { return nil }
      let start: (of: UInt32, bold: UInt32)? =
        switch scalar {
        case "A"..."Z": (65, 0x1D400)
        case "a"..."z": (97, 0x1D41A)
        case "0"..."9": (48, 0x1D7CE)
        default: nil
        }
      guard let start, let letter = Unicode.Scalar(start.bold + scalar.value - start.of) else { return nil }
      letters.unicodeScalars.append(letter)
    }
    return letters.isEmpty ? nil : "{\(letters)}"
  }

  private mutating func arrow(
    _ arrow: String,
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> String {
    let start = index
    let hasOption = option(parts, &index) != nil
    let below: String
    if hasOption, let open = parts[start...].firstIndex(where: { $0.token == "[" }) {
      below = try cell(Array(parts[(open + 1)..<(index - 1)]))
    } else {
      below = ""
    }
    let above = try rewritten(parts, &index, of: part)
    return below.isEmpty
      ? "\\overset{\(above)}{\(arrow)}" : "\\overset{\(above)}{\\underset{\(below)}{\(arrow)}}"
  }

  // MARK: Operators and definitions

  /// `lim` with a line above or below, and its limit below.
  private mutating func limit(
    _ token: String,
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> String {
    let name = token == "\\varlimsup" ? "\\overline{\\lim}" : "\\underline{\\lim}"
    guard index < parts.endIndex, parts[index].token == "_" else { return name }
    index += 1
    return "\\underset{\(try rewritten(parts, &index, of: part))}{\(name)}"
  }

  private mutating func `operator`(
    _ token: String,
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> String {
    let name = try rewritten(parts, &index, of: part)
    return Self.operator(name) + (token == "\\operatorname" ? " " : limits(parts, index))
  }

  /// `\mathop{…}` is an operator with limits; only letters become upright, as in TeX's `\mathop{\rm max}`.
  private mutating func mathop(
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> String {
    let text = try rewritten(parts, &index, of: part)
    return "\\mathop{\(text)}" + (text.contains { $0.isLetter } ? limits(parts, index) : " ")
  }

  /// An operator with an upright name.
  private static func `operator`(_ name: String) -> String {
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0 == "-" }
    return "\\mathop{\\mathrm{\(isPlain ? name : name.replacing("-", with: "\\text{-}"))}}"
  }
}
