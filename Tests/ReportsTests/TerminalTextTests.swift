internal import Chapters
internal import Findings
internal import Foundation
internal import Reports
internal import Testing

@Suite("The output of a cell on its page")
struct TerminalTextTests {
  /// The markup of an output, between the tags of `samp`.
  private func shown(_ output: String) throws -> String {
    let chapter = try Chapter(parsing: "# A\n\n```swift id=a\nprint(1)\n```\n", file: "01-a.md")
    let provenance = Provenance(date: "", seconds: 0, profile: "", seed: 1, machine: "", toolchain: "")
    let record = CellRecord(
      cell: "a",
      key: "",
      outcome: .succeeded,
      output: output,
      provenance: provenance
    )
    let book = Book(folder: "/", title: "B", chapterFiles: ["01-a.md"])
    let pages = try Report(book: book, chapters: [chapter], records: ["a": record]).pages()
    let page = try #require(pages.first { $0.path == "01-a.html" })
    let text = String(decoding: page.bytes, as: UTF8.self)
    let start = try #require(text.range(of: "<samp>"))
    let end = try #require(text.range(of: "</samp>"))
    return String(text[start.upperBound..<end.lowerBound])
  }

  @Test("has the colours of ANSI sequences, and no other control sequence")
  func colours() throws {
    let output = "\u{1b}[31mred <b>\u{1b}[0m and \u{1b}[1;32mgreen\u{1b}[0m\u{1b}[2J\u{1b}]0;title\u{7}.\n"
    #expect(
      try shown(output) == "<span class=\"ansi ansi-red\">red &lt;b&gt;</span> and "
        + "<span class=\"ansi ansi-green\"><b>green</b></span>.\n"
    )
  }

  @Test(
    "has the nearest of eight colours where a program names one of 256 or of all",
    arguments: [
      ("38;5;196", "red"), ("38;5;2", "green"), ("38;5;220", "yellow"), ("38;2;10;20;250", "blue"),
      ("38:2::0:200:200", "cyan"), ("38:5:201", "magenta"), ("48;5;1;91", "red"), ("38;5;255", "white"),
    ]
  )
  func extended(parameters: String, name: String) throws {
    #expect(try shown("\u{1b}[\(parameters)mx\u{1b}[0m\n") == "<span class=\"ansi ansi-\(name)\">x</span>\n")
  }

  @Test(
    "has only what is left of lines that a carriage return or an erase overwrote",
    arguments: [
      ("1 of 3\r2 of 3\rdone  \n", "done  \n"), ("100%\r\u{1b}[Kdone\n", "done\n"), ("a\r\nb\r\n", "a\nb\n"),
      ("abc\rX\n", "Xbc\n"), ("abc\u{8}\u{8}X\n", "aXc\n"), ("half\r", "half"), ("plain\n", "plain\n"),
      ("a\nb\n\u{1b}[2A\u{1b}[2KX\n\u{1b}[KY\n", "X\nY\n"), ("one\ntwo\u{1b}[1F\u{1b}[JX\n", "X\n"),
      ("abc\u{1b}[1K\u{1b}[DX\n", "  X\n"), ("abc\u{1b}[2GX\n", "aXc\n"), ("\u{1b}[3Cx\n", "   x\n"),
      ("\u{1b}[?25lbusy\u{1b}[?25h\u{7}\n", "busy\n"), ("\u{1b}Pdata\u{1b}\\x\u{9b}2Ky\n", " y\n"),
      ("\u{1b}]8;;https://a.org\u{1b}\\link\u{1b}]8;;\u{1b}\\\n", "link\n"), ("a\tb\0c\n", "a\tbc\n"),
    ]
  )
  func overwritten(output: String, text: String) throws { #expect(try shown(output) == text) }
}
