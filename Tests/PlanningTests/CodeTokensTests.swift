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

  @Test("are the bytes themselves where the code asks for its place")
  func place() {
    let code = "let x = #line // here"
    #expect(CodeTokens(code).dependsOnPlace)
    #expect(CodeTokens(code).text == code)
    #expect(!CodeTokens("#if DEBUG\n#endif").dependsOnPlace)
  }
}
