/// Writes out the macros of one formula, as TeX does: a macro's text is read again, so that it may use others.
struct MacroExpander {
  private(set) var output: [UInt8] = []
  private(set) var pieces: [FormulaMacros.Expansion.Piece] = []
  var macros: [String: FormulaMacros.Macro]
  /// What is still to be read, the next token last.
  var rest: [TeXTokens.Token]
  /// What holds up to the end of the groups around: macros, and the arguments that a command still takes.
  var scopes: [(macros: [String: FormulaMacros.Macro], wanted: Int)] = []
  /// How many arguments the last command still takes.
  private var wanted = 0
  /// Whether the option in brackets of the last command is being read.
  private var isInOption = false
  private var endsInWord = false
  private var steps = 0

  /// Limits that no formula of a reader's comes near: what is beyond does not end.
  private static let mostSteps = 10_000
  private static let mostBytes = 20_000
  private static let mostTokens = 50_000

  static let definers: Set<String> = [
    "\\newcommand", "\\renewcommand", "\\providecommand", "\\def", "\\gdef", "\\DeclareRobustCommand",
    "\\DeclareMathOperator", "\\DeclarePairedDelimiter",
  ]

  /// Commands without which no formula can be read.
  static let reserved: Set<String> = definers.union([
    "\\begin", "\\end", "\\left", "\\right", "\\middle", "\\label", "\\tag", "\\ref", "\\eqref",
    "\\definecolor",
  ])

  init(_ tex: String, _ macros: [String: FormulaMacros.Macro]) {
    self.macros = macros
    rest = TeXTokens.read(tex).reversed()
  }

  mutating func run() throws(FormulaMacros.Fault) {
    while let token = rest.popLast() {
      if Self.definers.contains(token.text) {
        try define(token)
      } else if let macro = macros[token.text] {
        try use(macro, token)
      } else {
        try copy(token)
      }
    }
  }

  private mutating func copy(_ token: TeXTokens.Token) throws(FormulaMacros.Fault) {
    switch token.text {
    case "{":
      scopes.append((macros, max(0, isInOption ? wanted : wanted - 1)))
      wanted = 0
    case "}":
      if let scope = scopes.popLast() { (macros, wanted) = scope }
    case "[" where wanted > 0: isInOption = true
    case "]": isInOption = false
    default:
      if let count = Self.arguments[token.text] {
        wanted = count
        isInOption = false
      } else if !token.isSpace, !isInOption {
        wanted = max(0, wanted - 1)
      }
    }
    let space = endsInWord && (token.text.utf8.first.map(TeXTokens.isLetter) ?? false)
    if space { output.append(32) }
    note(token)
    output += Array(token.text.utf8)
    endsInWord = token.isWord
    guard output.count <= Self.mostBytes else { throw endless(token) }
  }

  /// Notes where a piece of the output comes from, unless it continues the piece before it.
  private mutating func note(_ token: TeXTokens.Token) {
    if let last = pieces.last {
      if last.isMacro == token.isMacro,
        token.isMacro ? last.source == token.place : last.source + output.count - last.start == token.place
      {
        return
      }
    }
    pieces.append(.init(start: output.count, source: token.place, isMacro: token.isMacro))
  }

  private func endless(_ token: TeXTokens.Token) -> FormulaMacros.Fault {
    let name = token.isWord ? "'\(token.text)'" : "a command that it defines"
    return .init(
      sentence: "the text of \(name) grows without end or beyond \(Self.mostBytes) bytes; "
        + "a command must not use itself, not by others either",
      offset: token.place,
      isEndless: true
    )
  }

  // MARK: Use

  private mutating func use(_ macro: FormulaMacros.Macro, _ token: TeXTokens.Token) throws(FormulaMacros
    .Fault)
  {
    steps += 1
    guard steps <= Self.mostSteps, rest.count <= Self.mostTokens else { throw endless(token) }
    // As in TeX, the space that ends the name of a command is not part of the text.
    if macro.arguments == 0, macro.closing == nil { skipSpaces() }
    let made = try macro.closing.map { closing throws(FormulaMacros.Fault) in
      try paired(macro.body, closing, token)
    }
    var text: [TeXTokens.Token] = []
    if let made {
      text = made
    } else {
      let arguments = try self.arguments(of: macro, token)
      for piece in macro.body {
        if piece.utf8.count == 2, piece.utf8.first == UInt8(ascii: "#") {
          if let number = Int(piece.dropFirst()) {
            text += arguments[number - 1]
          } else {
            text.append(.init(text: "#", place: token.place, isMacro: true))
          }
          guard text.count <= Self.mostTokens else { throw endless(token) }
        } else {
          text.append(.init(text: piece, place: token.place, isMacro: true))
        }
      }
    }
    // `\frac\R2` and `x^\R` take the macro as a whole.
    if wanted > 0, !isInOption, needsBraces(text) {
      text.insert(.init(text: "{", place: token.place, isMacro: true), at: 0)
      text.append(.init(text: "}", place: token.place, isMacro: true))
    }
    rest += text.reversed()
  }

  private func needsBraces(_ text: [TeXTokens.Token]) -> Bool {
    guard text.count > 1, text[0].isWord, Self.arguments[text[text.count - 1].text] == nil else {
      return false
    }
    func count(_ name: String) -> Int { text.count { $0.text == name } }
    return count("\\begin") == count("\\end") && count("\\left") == count("\\right")
  }

  private mutating func arguments(of macro: FormulaMacros.Macro, _ token: TeXTokens.Token)
    throws(FormulaMacros.Fault) -> [[TeXTokens.Token]]
  {
    var arguments: [[TeXTokens.Token]] = []
    if let standard = macro.standard {
      arguments.append(
        option() ?? standard.map { .init(text: $0, place: token.place, isMacro: true) }
      )
    }
    while arguments.count < macro.arguments {
      guard let argument = argument() else {
        let count = macro.arguments == 1 ? "an argument" : "\(macro.arguments) arguments"
        throw .init(
          sentence: "'\(token.text)' needs \(count), in braces, and has \(arguments.count)",
          offset: token.place
        )
      }
      arguments.append(argument)
    }
    return arguments
  }

  /// `\norm{x}`, `\norm*{x}` with delimiters that grow, and `\norm[\big]{x}`.
  private mutating func paired(_ opening: [String], _ closing: [String], _ token: TeXTokens.Token)
    throws(FormulaMacros.Fault) -> [TeXTokens.Token]
  {
    func own(_ texts: [String]) -> [TeXTokens.Token] {
      texts.map { .init(text: $0, place: token.place, isMacro: true) }
    }
    var sizes: ([TeXTokens.Token], [TeXTokens.Token]) = ([], [])
    skipSpaces()
    if rest.last?.text == "*" {
      rest.removeLast()
      sizes = (own(["\\left"]), own(["\\right"]))
    } else if let size = option() {
      sizes = (size, size)
    }
    guard let inner = argument() else {
      throw .init(sentence: "'\(token.text)' needs an argument in braces", offset: token.place)
    }
    return sizes.0 + own(opening) + inner + sizes.1 + own(closing)
  }

  // MARK: Reading

  mutating func skipSpaces() { while rest.last?.isSpace == true { rest.removeLast() } }

  /// Takes a group's content or the next token; `nil` where there is none.
  mutating func argument() -> [TeXTokens.Token]? {
    skipSpaces()
    guard let token = rest.last, token.text != "}" else { return nil }
    rest.removeLast()
    if token.text != "{" { return [token] }
    var inner: [TeXTokens.Token] = []
    var depth = 1
    while let token = rest.popLast() {
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      if depth == 0 { return inner }
      inner.append(token)
    }
    return nil
  }

  /// Takes what stands in brackets, where they follow.
  mutating func option() -> [TeXTokens.Token]? {
    guard let open = rest.lastIndex(where: { !$0.isSpace }), rest[open].text == "[" else { return nil }
    var depth = 0
    var index = open - 1
    while index >= 0 {
      let text = rest[index].text
      if text == "{" { depth += 1 }
      if text == "}" { depth -= 1 }
      if depth < 0 { return nil }
      if depth == 0, text == "]" {
        let inner = Array(rest[(index + 1)..<open].reversed())
        rest.removeSubrange(index...)
        return inner
      }
      index -= 1
    }
    return nil
  }

  /// How many arguments commands take that may stand without braces.
  private static let arguments: [String: Int] = {
    var counts: [String: Int] = ["^": 1, "_": 1]
    let one =
      "sqrt hat widehat bar overline underline tilde widetilde vec dot ddot check breve acute grave mathbb mathbf "
      + "mathcal mathfrak mathit mathrm mathsf mathscr mathtt boldsymbol bm text mbox textbf textit textrm "
      + "overbrace underbrace overrightarrow overleftarrow operatorname mathop mathbin mathrel mathord mathopen "
      + "mathclose mathpunct phantom hphantom vphantom boxed cancel bcancel xcancel not pmb substack"
    let two = "frac dfrac tfrac cfrac binom dbinom tbinom overset underset stackrel textcolor"
    for name in one.split(separator: " ") { counts["\\" + name] = 1 }
    for name in two.split(separator: " ") { counts["\\" + name] = 2 }
    return counts
  }()
}
