import Markup
import Testing

@Suite("MathML of a foreign typesetter")
struct MathMLTests {
  @Test("becomes nodes, with a true minus for the operator that TeX writes as a hyphen")
  func reads() throws {
    let text =
      "<math display=\"block\"><mrow>\n<mo lspace='0'>-</mo><mi>a</mi><mo>&lt;</mo><mn>&#x31;</mn>"
      + "<mspace width=\"1em\"/></mrow></math>\n"
    let node = try #require(MathML.node(text))
    #expect(
      node.html
        == "<math display=\"block\"><mrow>\n<mo lspace=\"0\">\u{2212}</mo><mi>a</mi><mo>&lt;</mo><mn>1</mn>"
        + "<mspace width=\"1em\"/></mrow></math>"
    )
    #expect(node.plainText == "\u{2212}a<1")
  }

  @Test("loses attributes that are not of MathML or could name an address")
  func attributes() {
    let text =
      "<math onclick=\"x()\" style=\"position:fixed\" href=\"javascript:x\" mathcolor=\"url(x)\">"
      + "<mi mathvariant=\"normal\">d</mi></math>"
    #expect(MathML.node(text)?.html == "<math><mi mathvariant=\"normal\">d</mi></math>")
  }

  @Test(
    "is refused whole where it is anything else",
    arguments: [
      "", "x", "<mi>x</mi>", "<math><script>x</script></math>", "<math><mi>x</math>", "<math><mi>x</mi>",
      "<math></math><math></math>", "<math></math>x", "<math><!-- x --></math>",
      "<math><mi>&nbsp;</mi></math>",
      "<math><mtext><b>x</b></mtext></math>", "<math x=y></math>", "<math",
      "<math><mi>&#x110000;</mi></math>",
      "<math><maction actiontype=\"statusline\"></maction></math>",
    ]
  )
  func refuses(text: String) { #expect(MathML.node(text) == nil) }

  @Test("is refused where elements stand too deep inside each other")
  func depth() {
    let deep = String(repeating: "<mrow>", count: 100_000) + String(repeating: "</mrow>", count: 100_000)
    #expect(MathML.node("<math>\(deep)</math>") == nil)
    let fine = String(repeating: "<mrow>", count: 100) + String(repeating: "</mrow>", count: 100)
    #expect(MathML.node("<math>\(fine)</math>") != nil)
  }
}
