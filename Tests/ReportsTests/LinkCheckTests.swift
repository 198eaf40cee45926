internal import Chapters
internal import Reports
internal import Testing

@Suite("The links of a book")
struct LinkCheckTests {
  private func problems(_ text: String, files: Set<String> = ["data.csv", "page.html"]) throws -> [String] {
    let chapters = [
      try Chapter(parsing: text, file: "01-a.md"),
      try Chapter(parsing: "# B\n\n## Results\n\n```swift id=roc\n```\n", file: "02-b.md"),
    ]
    return LinkCheck(chapters: chapters, records: [:]) { files.contains($0) }.problems(of: chapters)
      .map(\.description)
  }

  @Test(
    "get a warning where they lead nowhere",
    arguments: [
      ("[x](03-c.md)", "'03-c.md' leads nowhere: the book has no file '03-c.md'; did you mean '02-b.md'?"),
      ("[x](#nowhere)", "'#nowhere' leads nowhere: '01-a.md' has no heading, cell or finding '#nowhere'"),
      (
        "[x](02-b.md#result)",
        "'02-b.md#result' leads nowhere: '02-b.md' has no heading, cell or finding '#result'; did you mean '#results'?"
      ),
      (
        "[x](findng:a.b)", "'findng:a.b' leads nowhere: there is no scheme 'findng'; did you mean 'finding:'?"
      ),
      ("[x](other.csv)", "'other.csv' leads nowhere: the book has no file 'other.csv'"),
      ("[x](page.html)", "'page.html' leads nowhere: files of this kind are not copied into the report"),
      (
        "[x](../secret.txt)",
        "'../secret.txt' leads out of the report: link to a file of the book or to an address on the web"
      ),
      (
        "[x](javascript:alert)",
        "the address 'javascript:alert' is left out: links of the scheme 'javascript' are not allowed"
      ),
    ]
  )
  func broken(text: String, sentence: String) throws {
    #expect(try problems(text) == ["01-a.md:1:5: warning: " + sentence])
  }

  @Test(
    "get none where they lead to a page, an anchor, a file or an address",
    arguments: [
      "[x](02-b.md)", "[x](./02-b.md#results)", "[x](02-b.html#roc)", "[x](data.csv)",
      "[x](https://a.org/#b)",
      "[x](mailto:me@a.org)", "[x](index.html)", "[x](provenance.html)",
    ]
  )
  func good(text: String) throws { #expect(try problems(text) == []) }

  @Test("take the files of the book along that a browser does not run")
  func files() throws {
    let chapter = try Chapter(
      parsing: "[x](data.csv) [y](page.html) [z](01-a.md) [w](a%20b.json)",
      file: "01-a.md"
    )
    #expect(LinkCheck.linkedFiles([chapter]) == ["data.csv": "01-a.md", "a b.json": "01-a.md"])
  }
}
