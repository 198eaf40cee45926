internal import Planning
internal import Testing

@Suite("Tokens of code")
struct CodeTokensTests {
  @Test("are the same for texts that differ in gaps and comments", arguments: equal)
  func same(first: String, second: String) {
    #expect(CodeTokens(first).text == CodeTokens(second).text)
  }

  static let equal = [
    ("let x = 1", "  let x  =\t1  \n\n"),
    ("let x = 1\nlet y = 2", "let x = 1 // one\r\n// two\r\n\r\n  let y = 2"),
    ("f(a, b)", "f(a, /* x /* y */ z */b)"),
    ("a\nb", "a /* over\nlines */ b"),
    ("f(\"//\") // x", "f(\"//\")"),
    ("\"\"\"\n  // a\n  \"\"\" // c", "\"\"\"\n  // a\n  \"\"\""),
    ("#\"a\"b\"# // c", "#\"a\"b\"#"),
    ("\"\\(f(\"x)\")) /*\" // c", "\"\\(f(\"x)\")) /*\""),
    ("a / b // c", "a / b"),
    ("#/a\"b/# // c", "#/a\"b/#"),
    ("x.split(separator: /\"/) // c", "x.split(separator: /\"/)"),
    ("let `a  b` = 1 // c", "let `a  b` = 1"),
    ("", "// nothing\n"),
  ]

  @Test("differ where the program may", arguments: unequal)
  func different(first: String, second: String) {
    #expect(CodeTokens(first).text != CodeTokens(second).text)
  }

  static let unequal = [
    ("a\nb", "a b"),
    ("a +b", "a + b"),
    ("ab", "a/**/b"),
    ("\"a  b\"", "\"a b\""),
    ("\"a // b\"", "\"a\""),
    ("\"\"\"\n  a\n\n  b\n  \"\"\"", "\"\"\"\n  a\n  b\n  \"\"\""),
    ("\"\"\"\n  a // b\n  \"\"\"", "\"\"\"\n  a\n  \"\"\""),
    ("#\"\\\" // b\"#", "#\"\\\"#"),
    ("#\"a\\#(b /* c */)\"#", "#\"a\\#(b)\"#"),
    ("\"\\(f(\"(\")) // x\"", "\"\\(f(\"(\"))\""),
    ("#/a  b/#", "#/a b/#"),
    ("#/\n a // b\n/#", "#/\n a\n/#"),
    ("f(/a  b/)", "f(/a b/)"),
    ("f(/\"/, \"a  b\")", "f(/\"/, \"a b\")"),
    ("`a  b`", "`a b`"),
    ("/* unended a", "b"),
  ]

  /// The texts that the keys of cells in stores were made from; another text makes all records stale.
  @Test("keep the text that keys rest on", arguments: normalised)
  func keys(code: String, text: String) {
    #expect(CodeTokens(code).text == text)
  }

  static let normalised = [
    (
      "// Faces\nlet world = Study.world(seed)   // one\n\n  for fold in 0..<10 { /* a\n */ score(fold) }\n",
      "let world = Study.world(seed)\nfor fold in 0..<10 {\nscore(fold) }"
    ),
    (
      "record(\"rate\", 0.5, note: \"of \\(pairs /* all */ .count)  pairs\")  ;x",
      "record(\"rate\", 0.5, note: \"of \\(pairs /* all */ .count)  pairs\") ;x"
    ),
    (
      "let a = x.split(separator: /[ ,] +/)  // y\n\tlet b = 1 / 2 / c",
      "let a = x.split(separator: /[ ,] +/)\nlet b = 1 / 2 / c"
    ),
    (
      "#if DEBUG  // a\r\n  print(#\"\\n \\#(1  + 2)\"#)\r\n#endif",
      "#if DEBUG\nprint(#\"\\n \\#(1  + 2)\"#)\n#endif"
    ),
    (
      "let t = \"\"\"\n    a // b\n      c \\( x )\n    \"\"\"  ",
      "let t = \"\"\"\n    a // b\n      c \\( x )\n    \"\"\""
    ),
    ("\"open  \n  next  line", "\"open  \nnext line"),
    ("let `a  b` = #/x  // y/#  /**/  + 1.5e-3", "let `a  b` = #/x  // y/# + 1.5e-3"),
    ("\0 a\u{b}\u{c}b \"c  ", "a b \"c"),
  ]

  @Test("are the bytes themselves where the code asks for its place")
  func place() {
    let code = "let x = #line // here"
    #expect(CodeTokens(code).dependsOnPlace)
    #expect(CodeTokens(code).text == code)
    #expect(!CodeTokens("#if DEBUG\n#endif").dependsOnPlace)
  }
}
