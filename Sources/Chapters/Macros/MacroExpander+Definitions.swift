extension MacroExpander {
  /// Takes a definition such as `\newcommand{\R}{\mathbb{R}}`, whose command was read. It holds to the end of the group
  /// around it.
  mutating func define(_ token: TeXTokens.Token) throws(FormulaMacros.Fault) {
    func fault(_ sentence: String) -> FormulaMacros.Fault { .init(sentence: sentence, offset: token.place) }
    let command = token.text
    skipSpaces()
    let isStarred = rest.last?.text == "*"
    if isStarred { rest.removeLast() }
    let named = (argument() ?? []).filter { !$0.isSpace }.map(\.text)
    guard named.count == 1, named[0].hasPrefix("\\"), named[0].utf8.count > 1 else {
      throw fault("'\(command)' needs the name of a command, as in \\newcommand{\\R}{\\mathbb{R}}")
    }
    let name = named[0]
    if Self.reserved.contains(name) {
      throw fault("'\(name)' cannot be defined anew; take another name")
    }
    var macro = FormulaMacros.Macro(body: [])
    switch command {
    case "\\def", "\\gdef":
      var parameters: [String] = []
      while let next = rest.last, next.text != "{" {
        if !next.isSpace { parameters.append(next.text) }
        rest.removeLast()
      }
      guard parameters == parameters.indices.map({ "#\($0 + 1)" }), parameters.count < 10 else {
        throw fault(
          "'\(parameters.joined())' stands between '\(name)' and its text; only #1#2 and so on are known there"
        )
      }
      macro.arguments = parameters.count
    case "\\DeclareMathOperator", "\\DeclarePairedDelimiter": break
    default:
      if let count = option()?.map(\.text).joined() {
        guard let number = Int(count), (0...9).contains(number) else {
          throw fault("'\(name)' has '[\(count)]' for its number of arguments; expected [0] to [9]")
        }
        macro.arguments = number
        if number > 0 { macro.standard = option()?.map(\.text) }
      }
    }
    guard let body = argument()?.map(\.text) else {
      throw fault("'\(command)' needs a text for '\(name)', in braces")
    }
    macro.body = body
    if command == "\\DeclareMathOperator" {
      macro.body = ["\\operatorname"] + (isStarred ? ["*"] : []) + ["{"] + body + ["}"]
    } else if command == "\\DeclarePairedDelimiter" {
      guard let closing = argument()?.map(\.text) else {
        throw fault("'\(command)' needs the closing delimiter of '\(name)', in braces")
      }
      macro.closing = closing
    }
    if let sentence = Self.fault(of: macro, name) { throw fault(sentence) }
    skipSpaces()
    if command == "\\providecommand", macros[name] != nil { return }
    macros[name] = macro
    if command == "\\gdef" { for index in scopes.indices { scopes[index].macros[name] = macro } }
  }

  /// What is wrong with a macro by itself.
  static func fault(of macro: FormulaMacros.Macro, _ name: String) -> String? {
    let used = macro.body.compactMap { $0.utf8.first == UInt8(ascii: "#") ? Int($0.dropFirst()) ?? 0 : nil }
    guard let most = used.max(), most > macro.arguments else {
      return used.contains(0) && macro.body.contains("#")
        ? "'#' in the text of '\(name)' needs the number of an argument, as in #1" : nil
    }
    let count =
      macro.arguments == 0
      ? "no argument" : macro.arguments == 1 ? "1 argument" : "\(macro.arguments) arguments"
    return "the text of '\(name)' has #\(most), and '\(name)' takes \(count)"
  }
}
