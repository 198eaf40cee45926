internal import Planning
internal import Testing

@Suite("The lexer of Swift")
struct SwiftLexerTests {
  private typealias Kind = SwiftLexer.Token.Kind

  /// Returns the kinds and texts of the tokens, without the space between them.
  private func tokens(_ code: String) -> [String] {
    let bytes = Array(code.utf8)
    return SwiftLexer(bytes).filter { $0.kind != .space }.map {
      "\($0.kind) \(String(decoding: bytes[$0.range], as: UTF8.self))"
    }
  }

  @Test("tells words, numbers, names, directives and comments apart")
  func kinds() {
    #expect(
      tokens("@main let `a b` = x1 + 1.5e-3 /* n /* o */ */ // é") == [
        "directive @main", "word let", "quotedName `a b`", "punctuation =", "word x1", "punctuation +",
        "number 1.5e-3", "comment /* n /* o */ */", "comment // é",
      ]
    )
  }

  @Test("finds the code in interpolations, and strings in it")
  func interpolations() {
    let code = #""a\(f(")") + 1)b" c"#
    #expect(
      tokens(code) == [
        "string \"", #"string a\"#, "punctuation (", "word f", "punctuation (", "string \"", "string )\"",
        "punctuation )", "punctuation +", "number 1", "punctuation )", "string b\"", "word c",
      ]
    )
    let inside = SwiftLexer(Array(code.utf8)).filter(\.isInterpolated).map(\.range)
    #expect(inside.first?.lowerBound == 3 && inside.last?.upperBound == 15)
  }

  @Test("takes a slash for a regular expression only where an expression may begin")
  func slashes() {
    #expect(tokens("a / b / c").allSatisfy { !$0.hasPrefix("regularExpression") })
    #expect(tokens("a.split(/\"/)").contains("regularExpression /\"/"))
    #expect(tokens("x = #/a\nb/#") == ["word x", "punctuation =", "regularExpression #/a\nb/#"])
  }

  @Test(
    "covers every text without gaps",
    arguments: ["\"a", "\"\\(", "/*", "#\"", "#/", "`", "\"\"\"\nx", "a\0b", "\"a\\\n"]
  )
  func complete(code: String) {
    for code in [code, code + " b\nc", "(" + code + ")\"\(code)"] {
      var end = 0
      for token in SwiftLexer(Array(code.utf8)) {
        #expect(token.range.lowerBound == end && !token.range.isEmpty, "\(code.debugDescription)")
        end = token.range.upperBound
      }
      #expect(end == code.utf8.count, "\(code.debugDescription)")
    }
  }

  @Test("reads strings nested a hundred thousand deep")
  func nesting() {
    let code = String(repeating: "\"\\(", count: 100_000)
    #expect(SwiftLexer(Array(code.utf8)).reduce(0) { $0 + $1.range.count } == code.utf8.count)
  }
}
