internal import Chapters
internal import Testing

@Suite("The YAML of book.yml")
struct YAMLReaderTests {
  @Test(
    "refuses a text whose aliases expand to a billion words, without expanding them",
    .timeLimit(.minutes(2)),
    arguments: [
      "title: *i", "title: T\nauthors: *i", "title: T\n? *i\n: x", "title: T\nprofiles: {? *i : 1, ? *h : 2}",
    ]
  )
  func bomb(use: String) {
    var text = "authors: &a [x,x,x,x,x,x,x,x,x]\n"
    for (name, inner) in zip("bcdefghi", "abcdefgh") {
      text += "x\(name): &\(name) [\((0..<9).map { _ in "*\(inner)" }.joined(separator: ","))]\n"
    }
    #expect(throws: BookErrors.self) { try BookTests.read(text + use) }
  }

  @Test("refuses anchors by their place", arguments: anchors)
  func anchor(text: String, place: String) {
    let errors = #expect(throws: BookErrors.self) { try BookTests.read(text) }
    let sentence = "this is not YAML: anchors and aliases are not used here; write the value out"
    #expect(errors?.description == "book.yml:\(place): \(sentence)")
  }

  static let anchors: [(String, String)] = [
    ("title: &t T", "1:8"), ("title: T\n&k keywords: [x]", "2:1"), ("title: T\nkeywords: [a, &b b]", "2:15"),
    ("title: T\nkeywords: &all\n  - a\n  - *all", "2:11"),
    ("title: T\nabstract: |\n  It's\nkeywords: [&a a]", "4:12"),
  ]

  @Test("reads texts with the signs of anchors, aliases, tags and quotes where they mean none of these")
  func signsInText() throws {
    let lines = ["& so on", "&name is no anchor", "*name is no alias", "'quoted", "!tag: \"", "- &x *y"]
    for style in ["|", ">"] {
      let text = lines.joined(separator: style == "|" ? "\n" : "\n\n")
      let block = text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
      let book = try BookTests.read(
        "title: 'R&D &c *'\nabstract: \(style)\n\(block)keywords: [a &b, \"&c\", \"*d\"]\n"
      )
      #expect(book.title == "R&D &c *")
      #expect(book.metadata.abstract.split(separator: "\n").map(String.init) == lines)
      #expect(book.metadata.keywords == ["a &b", "&c", "*d"])
    }
  }

  @Test(
    "advises quotation marks for a text that begins with an asterisk",
    arguments: [
      (
        "title: *Faces* and more",
        "1:14: this is not YAML: did not find expected alphabetic or numeric character"
      ),
      ("title: *faces", "1:8: this is not YAML: found undefined alias"),
    ]
  )
  func asterisk(text: String, problem: String) {
    let errors = #expect(throws: BookErrors.self) { try BookTests.read(text) }
    let hint = "; a text that begins with * needs quotation marks, such as title: \"*Faces*\""
    #expect(errors?.description == "book.yml:\(problem)\(hint)")
  }

  @Test("shows a key with an asterisk as it is")
  func asteriskInKey() {
    let twice = #expect(throws: BookErrors.self) { try BookTests.read("title: T\n'a*': 1\n'a*': 2") }
    #expect(twice?.description.contains("the setting 'a*' is given twice") == true)
  }

  @Test("advises quotation marks for a title with a colon")
  func colon() {
    let errors = #expect(throws: BookErrors.self) {
      try Book(parsing: "title: Part 1: Faces", folder: "/b", files: [])
    }
    #expect(
      errors.map { "\($0)" }?.contains("needs quotation marks, such as title: \"Part 1: Faces\"") == true
    )
  }
}
