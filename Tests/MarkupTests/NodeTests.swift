import Markup
import Testing

@Suite("Markup")
struct NodeTests {
  @Test("writes elements, attributes and text in order")
  func order() {
    let node = tag("p", ["id": "a", "class": "b"], "one ", tag("b", [:], "two"), tag("br"))
    #expect(node.html == #"<p id="a" class="b">one <b>two</b><br></p>"#)
  }

  @Test("keeps text text and values values")
  func escaping() {
    let hostile = #"</title><script>alert("1")</script>&amp;'"#
    let node = tag("a", ["title": hostile], .text(hostile))
    #expect(
      node.html
        == #"<a title="&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;'">"#
        + #"&lt;/title&gt;&lt;script&gt;alert("1")&lt;/script&gt;&amp;amp;'</a>"#
    )
  }

  @Test("leaves out attributes without a value and writes empty ones bare")
  func bareAttributes() {
    #expect(tag("details", ["open": "", "id": nil]).html == "<details open></details>")
    #expect(tag("img", ["alt": ""]).html == #"<img alt="">"#)
  }

  @Test("writes every code point as itself, and in place of those that HTML forbids U+FFFD")
  func everyCodePoint() {
    for scalar in (0...0x10FFFF).lazy.compactMap(Unicode.Scalar.init)
    where !"\r&<>".unicodeScalars.contains(scalar) {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\t" && scalar != "\n"
      let isForbidden = isControl || scalar.properties.isNoncharacterCodePoint
      let written = isForbidden ? "\u{FFFD}" : String(scalar)
      guard Node.text("a\(scalar)b").html.utf8.elementsEqual("a\(written)b".utf8) else {
        Issue.record("U+\(String(scalar.value, radix: 16)) became \(Node.text("a\(scalar)b").html)")
        return
      }
    }
  }

  @Test("writes one line feed for any end of line")
  func lineEnds() {
    #expect(Node.text("a\r\nb\rc\n").html == "a\nb\nc\n")
  }

  @Test("says the text without its markup")
  func plainText() {
    #expect(tag("p", [:], "a", tag("b", [:], "<b>"), .comment(.omittedHTML)).plainText == "a<b>")
    let fraction = tag(
      "mfrac",
      [:],
      tag("mi", [:], "a"),
      tag("msqrt", [:], tag("mn", [:], "1"), tag("mi", [:], "b"))
    )
    let power = tag("msup", [:], tag("mi", [:], "x"), tag("mn", [:], "2"))
    #expect(tag("math", [:], tag("mrow", [:], fraction, power)).plainText == "a/(√(1b))x^2")
  }

  @Test("writes style and script as they are, and lets nothing in them end the element")
  func rawText() {
    #expect(tag("style", [:], "a>b{content:\"&\"}").html == "<style>a>b{content:\"&\"}</style>")
    #expect(tag("script", [:], "f('</script>')").html == "<script>f('<\\/script>')</script>")
  }

  @Test("replaces elements from the outside in, and removes attributes")
  func transform() {
    let node = tag("h1", ["id": "a", "href": "b"], "x", tag("h1", ["id": "c"]))
    let changed = node.mapElements { element in
      element.renamed("h2").mapAttributes { name, value in name == "id" ? "p-" + value : nil }
    }
    #expect(changed.html == #"<h2 id="p-a">x<h2 id="p-c"></h2></h2>"#)
    #expect(node.firstElement { $0.attributes["id"] == "c" }?.attributes["id"] == "c")
  }
}
