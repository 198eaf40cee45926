/// Rewrites TeX as people write it to the TeX that pandoc reads.
///
/// pandoc knows amsmath's environments and symbols. What it does not know is either said in other words
/// (`\operatorname*{arg\,max}`, `{\bf x}`, `a \over b`, `\dcases`, dimensions, macros of plain TeX) or marked, so that
/// its MathML can be completed (colours, `\cancel`, `\hline`, `\tag`, `\displaystyle`): see `MathMark`.
struct TeXRewriter {
  private(set) var marks: [MathMark] = []
  let source: String
  /// Colours of `\definecolor`.
  var colours: [String: String] = [:]

  init(_ tex: String) { source = tex }

  /// Returns the TeX for pandoc and the marks in it.
  static func rewrite(_ tex: String) throws(FormulaProblem) -> (tex: String, marks: [MathMark]) {
    if MathMark.isForged(in: tex) {
      throw FormulaProblem("a private-use character, which no font has")
    }
    var parser = TeXParser(tex)
    let parts = try parser.parse()
    var rewriter = TeXRewriter(tex)
    var text = try rewriter.cell(parts, at: .top)
    if rewriter.hasTopRows { text = "\\begin{gathered}\(text)\\end{gathered}" }
    return (text, rewriter.marks)
  }

  /// Whether the formula has lines outside of any environment.
  private var hasTopRows = false

  /// Where a list of parts stands: what `&` and `\\` mean there.
  enum Place { case top, group, table(TeXEnvironment) }

  /// Returns the TeX of a mark that is placed at the start of the group that it is of.
  mutating func mark(_ mark: MathMark) -> String {
    marks.append(mark)
    return MathMark.tex(marks.count - 1)
  }

  /// Rewrites a list of parts, cell by cell.
  mutating func cell(_ parts: [TeXPart], at place: Place = .group) throws(FormulaProblem) -> String {
    if case .table(let environment) = place { return try rows(parts, of: environment) }
    var text = ""
    var start = 0
    for index in parts.indices {
      guard let token = parts[index].token, token == "&" || token == "\\\\" || token == "\\cr" else {
        continue
      }
      if token == "&" {
        throw FormulaProblem(
          "'&' outside an environment with columns, such as align; write \\& for the sign",
          at: parts[index].range.lowerBound
        )
      }
      if case .group = place {
        throw FormulaProblem(
          "a line break inside a group; put the lines into an environment such as gathered",
          at: parts[index].range.lowerBound
        )
      }
      text += try fractions(Array(parts[start..<index])) + "\\\\"
      start = index + 1
      hasTopRows = true
    }
    return text + (try fractions(Array(parts[start...])))
  }

  private mutating func rows(_ parts: [TeXPart], of environment: TeXEnvironment) throws(FormulaProblem)
    -> String
  {
    var text = ""
    var cell: [TeXPart] = []
    var tag: String?
    var isFirst = true
    var index = parts.startIndex
    func isEmpty(_ cell: [TeXPart]) -> Bool { cell.allSatisfy(\.isSpace) }
    while index < parts.endIndex {
      let part = parts[index]
      switch part.token {
      case "&", "\\\\", "\\cr":
        text += try self.cell(cell, of: environment, isFirst: &isFirst)
        cell = []
        index += 1
        if part.token == "&" {
          text += "&"
          continue
        }
        text += tag.map { "&" + $0 } ?? ""
        tag = nil
        text += "\\\\"
        skipOption(parts, &index)
      case "\\tag", "\\tag*":
        index += 1
        tag = mark(.tag) + tagText(part.token ?? "", try argument(parts, &index, of: part))
      case "\\intertext", "\\shortintertext":
        index += 1
        text += "\(mark(.wholeRow))\\text\(try raw(parts, &index, of: part))\\\\"
      default:
        cell.append(part)
        index += 1
      }
    }
    if !isEmpty(cell) || tag != nil { text += try self.cell(cell, of: environment, isFirst: &isFirst) }
    return text + (tag.map { "&" + $0 } ?? "")
  }

  private mutating func cell(
    _ parts: [TeXPart],
    of environment: TeXEnvironment,
    isFirst: inout Bool
  ) throws(FormulaProblem) -> String {
    var rules = ""
    if isFirst, !environment.rules.isEmpty { rules = mark(.columnRules(environment.rules)) }
    if isFirst, environment.isEquations {
      rules += mark(.equations(environment.tableClass))
    }
    isFirst = false
    var content: [TeXPart] = []
    var index = parts.startIndex
    while index < parts.endIndex {
      let part = parts[index]
      index += 1
      switch part.token {
      case "\\hline", "\\toprule", "\\midrule", "\\bottomrule": rules += mark(.rowRule)
      case "\\cline":
        _ = try argument(parts, &index, of: part)
        rules += mark(.rowRule)
      default: content.append(part)
      }
    }
    var text = try fractions(content)
    if environment.isDisplay, !text.trimmingSpaces.isEmpty {
      text = "{" + mark(.style(isDisplay: true, level: 0)) + text + "}"
    }
    return rules + text
  }

  /// `\tag{1}` is shown as `(1)`, `\tag*{1}` as `1`; its text may hold formulas in dollars.
  private func tagText(_ command: String, _ argument: [TeXPart]) -> String {
    let text = source(of: argument)
    return command == "\\tag" ? "\\text{(\(text))}" : "\\text{\(text)}"
  }

  /// Rewrites `a \over b` and its like, which split the whole group.
  private mutating func fractions(_ parts: [TeXPart]) throws(FormulaProblem) -> String {
    let split = parts.firstIndex {
      ["\\over", "\\atop", "\\choose", "\\brace", "\\brack"].contains($0.token)
    }
    guard let split, let command = parts[split].token else { return try sequence(parts) }
    let above = try sequence(Array(parts[..<split]))
    let below = try sequence(Array(parts[(split + 1)...]))
    return switch command {
    case "\\over": "\\frac{\(above)}{\(below)}"
    case "\\atop": "\\substack{\(above)\\\\\(below)}"
    case "\\choose": "\\binom{\(above)}{\(below)}"
    case "\\brace": "\\genfrac{\\{}{\\}}{0pt}{}{\(above)}{\(below)}"
    default: "\\genfrac{[}{]}{0pt}{}{\(above)}{\(below)}"
    }
  }

  private mutating func sequence(_ parts: [TeXPart]) throws(FormulaProblem) -> String {
    var text = ""
    /// Groups opened by what acts up to the end of the group: colours, fonts and styles.
    var open = 0
    var openFonts = 0
    var index = parts.startIndex
    while index < parts.endIndex {
      let part = parts[index]
      index += 1
      switch part.item {
      case .group(let inner) where inner.count == 1 && [",", ";"].contains(inner[0].token):
        // The comma of a number such as 1{,}000, which has no space behind it.
        text += "\\mathord{\(inner[0].token ?? "")}"
      case .group(let inner): text += "{" + (try cell(inner)) + "}"
      case .environment(let name, let inner): text += try environment(name, inner, at: part)
      case .fenced(let left, let inner, let right):
        text += fenced(Self.delimiter(left), try cell(inner), Self.delimiter(right))
      case .token("'"): text += try primes(parts, &index)
      case .token(let token):
        if let font = Self.switches[token] {
          // A font ends the one before it; a colour or style begun since then holds the new one.
          if openFonts > 0 {
            text += "}"
            (open, openFonts) = (open - 1, 0)
          }
          text += font + "{"
          (open, openFonts) = (open + 1, 1)
        } else if let mark = try groupMark(token, parts, &index, part) {
          text += "{" + self.mark(mark)
          (open, openFonts) = (open + 1, 0)
        } else {
          text += try command(token, parts, &index, part)
        }
      }
    }
    return text + String(repeating: "}", count: open)
  }

  /// Delimiters that grow with what is between them. pandoc lets those without `\left` grow as well.
  mutating func fenced(_ left: String, _ inner: String, _ right: String) -> String {
    "\\left\(left) \(mark(.fenced))\(inner)\\right\(right) "
  }

  /// A delimiter by a name that pandoc knows behind `\left`; arrows, which it does not know, are left out.
  private static func delimiter(_ name: String) -> String {
    if name.hasSuffix("arrow") { return "." }
    return ["\\lgroup": "(", "\\rgroup": ")", "\\lmoustache": "\\{", "\\rmoustache": "\\}"][name] ?? name
  }

  /// Fonts that hold up to the end of the group.
  private static let switches = [
    "\\bf": "\\mathbf", "\\bfseries": "\\mathbf", "\\rm": "\\mathrm", "\\it": "\\mathit", "\\sf": "\\mathsf",
    "\\tt": "\\mathtt", "\\cal": "\\mathcal", "\\frak": "\\mathfrak", "\\em": "\\mathit", "\\mit": "\\mathit",
    "\\boldmath": "\\boldsymbol", "\\scr": "\\mathscr",
  ]

  /// Colours and styles that hold up to the end of the group.
  private mutating func groupMark(
    _ token: String,
    _ parts: [TeXPart],
    _ index: inout Int,
    _ part: TeXPart
  ) throws(FormulaProblem) -> MathMark? {
    switch token {
    case "\\color": return .colour(try colour(parts, &index, of: part))
    case "\\displaystyle": return .style(isDisplay: true, level: 0)
    case "\\textstyle": return .style(isDisplay: false, level: 0)
    case "\\scriptstyle": return .style(isDisplay: false, level: 1)
    case "\\scriptscriptstyle": return .style(isDisplay: false, level: 2)
    default: return nil
    }
  }

  /// Reads `[model]{value}`.
  mutating func colour(_ parts: [TeXPart], _ index: inout Int, of part: TeXPart) throws(FormulaProblem)
    -> String
  {
    let model = option(parts, &index)
    let value = source(of: try argument(parts, &index, of: part))
    if let css = TeXColours.css(value, model: model, defined: colours) { return css }
    throw FormulaProblem(
      "'\(value)' is no colour; write a name such as red, or a model and its values such as [HTML]{B22222}",
      at: part.range.lowerBound
    )
  }

  /// Primes are a superscript, together with one that follows.
  private mutating func primes(_ parts: [TeXPart], _ index: inout Int) throws(FormulaProblem) -> String {
    var text = "\\prime "
    while index < parts.endIndex, parts[index].token == "'" {
      text += "\\prime "
      index += 1
    }
    if index < parts.endIndex, parts[index].token == "^" {
      let caret = parts[index]
      index += 1
      text += try cell(try argument(parts, &index, of: caret))
    }
    return "^{\(text)}"
  }
}
