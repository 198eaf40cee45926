internal import Chapters
internal import Testing

@Suite("A bibliography")
struct BibliographyTests {
  static func read(_ text: String, file: String = "r.bib") -> (Bibliography, [Problem]) {
    var bibliography = Bibliography()
    let problems = bibliography.read(text, file: file)
    return (bibliography, problems)
  }

  static let text = """
    % a remark
    @string{eccv = "European Conference on " # {Computer Vision}}
    @comment{ @book{not, title={Read}} }
    @InProceedings{wen2016,
      Title = {A {D}iscriminative
               feature learning approach},
      author = "Wen, Yandong and others",
      booktitle = ECCV, pages = {499--515}, year = 2016,
    }
    @article(muller, author={M{\\"u}ller, J\\"org}, title={On \\& on $\\alpha$}, year={2018})
    """

  @Test("knows its keys and where they stand, and leaves the text to pandoc")
  func reading() throws {
    let (bibliography, problems) = Self.read(Self.text)
    #expect(problems == [])
    #expect(bibliography.entries.mapValues(\.location.line) == ["wen2016": 4, "muller": 10])
    #expect(bibliography.entries.mapValues(\.isTruncated) == ["wen2016": true, "muller": false])
    // pandoc reads no entry in parentheses.
    let text = Self.text.replacing("@article(", with: "@article{").replacing(
      "year={2018})",
      with: "year={2018}}"
    )
    #expect(bibliography.files.map(\.text) == [text])
  }

  @Test("ends an entry in parentheses at the one that closes it, not at one within a value")
  func parentheses() {
    let (bibliography, problems) = Self.read(
      "@string(j = \"A (B)\")\n@misc(a, title = \"T (x)\", note={(y)}, year=1)"
    )
    #expect(problems == [])
    #expect(
      bibliography.files.map(\.text)
        == ["@string{j = \"A (B)\"}\n@misc{a, title = \"T (x)\", note={(y)}, year=1}"]
    )
  }

  @Test(
    "writes what pandoc would leave out in its own words",
    arguments: [
      ("author={\\DJ or\\dj evi\\'c, M}", "author={Đorđevi\\'c, M}"),
      ("author={\\TH{}orsson, J}", "author={Þorsson, J}"),
      ("title={a\\textendash b \\mbox{c} \\textquoteleft}", "title={a–b {c} \\textquoteleft}"),
      ("title={$\\alpha \\to$ \\beta}", "title={$\\alpha \\to$ β}"),
      ("doi={https://doi.org/10.1/x}", "doi={10.1/x}"), ("DOI = \"doi:10.1/x\"", "DOI = \"10.1/x\""),
      ("doi={http://dx.doi.org/10.1/x}", "doi={10.1/x}"),
      ("title={A\\space of\\space{} one}", "title={A of  one}"),
      ("url={https://doi.org/10.1/x}", "url={https://doi.org/10.1/x}"),
      ("title={https://doi.org/10.1/x}", "title={https://doi.org/10.1/x}"),
      ("title={Half, 50% of all \\% \"q\"}", "title={Half, 50\\% of all \\% \"q\"}"),
      ("title = \"5% off\"", "title = \"5\\% off\""),
      ("url={http://a.org/%20b}", "url={http://a.org/%20b}"),
      ("note={\\url{http://a.org/%20b} 5%}", "note={\\url{http://a.org/%20b} 5\\%}"),
      ("title={T}, % a remark \" with a sign\n year=1", "title={T}, % a remark \" with a sign\n year=1"),
      ("author={A, B AND C, D}, title={A AND B}", "author={A, B and C, D}, title={A AND B}"),
      ("author = \"A, B\tAnd\n C, D\"", "author = \"A, B\tand\n C, D\""),
      ("author={{Barnes AND Noble} AND C, D}", "author={{Barnes AND Noble} and C, D}"),
      ("booktitle = {Proc.\\ of the 5th {ACM}}", "booktitle = {{Proc.\\ of the 5th {ACM}}}"),
      ("booktitle=\"Proc. of\"", "booktitle=\"{Proc. of}\""),
      (
        "journal={Journal of Learning}, title={Vs. the rest}",
        "journal={Journal of Learning}, title={Vs. the rest}"
      ),
    ]
  )
  func rewriting(field: String, expected: String) {
    let (bibliography, problems) = Self.read("@misc{a,\n \(field)}")
    #expect(problems == [])
    #expect(bibliography.files.map(\.text) == ["@misc{a,\n \(expected)}"])
  }

  @Test("writes out and checks what an @string stands for, and leaves preambles and comments alone")
  func strings() {
    let rest = "\n@preamble{\"\\foo \\DJ\"}\n@comment{\\foo}\n@misc{a, note=j}"
    let (bibliography, problems) = Self.read("@string{j = {\\DJ{} \\foo}}" + rest)
    let sentence = "the TeX command '\\foo' is not known and is left out; write what it stands for"
    #expect(problems.map(\.description) == ["r.bib:1:20: warning: \(sentence)"])
    #expect(bibliography.files.map(\.text) == ["@string{j = {Đ \\foo}}" + rest])
  }

  @Test(
    "knows names that end in `and others` by words and not by blanks, and in fields of names alone",
    arguments: [
      ("author={A, B and others}", true), ("author={A, B and\n   others\n}", true),
      ("editor = \"A, B\tAND\tothers\"", true), ("author={A, B\r\nand others }", true),
      ("author={A, B and othersen, C}", false), ("author={A, B andothers}", false),
      ("author={A, B and Mothers, C}", false), ("title={Us and others}", false),
      ("author={{A and others}}", false), ("author={others}", false),
    ]
  )
  func others(field: String, isTruncated: Bool) {
    let (bibliography, problems) = Self.read("@misc{a,\n \(field)}")
    #expect(problems == [])
    #expect(bibliography.entries["a"]?.isTruncated == isTruncated)
  }

  @Test("reads CSL-JSON")
  func json() {
    let text =
      "[\n {\"id\": \"a\", \"DOI\": \"https://doi.org/10.1/x\"},\n {\"id\": \"b\"}, {\"id\": \"a\"}\n]"
    let (bibliography, problems) = Self.read(text, file: "r.json")
    #expect(problems.map(\.description) == ["r.json:3:22: error: the key 'a' is already taken at r.json:2:9"])
    #expect(bibliography.entries.mapValues(\.location.line) == ["a": 2, "b": 3])
    #expect(bibliography.files[0].text.contains("\"DOI\": \"10.1/x\""))
    #expect(Self.read("{}", file: "r.json").1.map(\.location.line) == [1])
    #expect(Self.read("[\n{\"id\": }]", file: "r.json").1.map(\.severity) == [.error])
  }

  @Test("says what is wrong and where, and goes on", arguments: mistakes)
  func mistake(text: String, message: String) {
    let (bibliography, problems) = Self.read(text + "\n@misc{ok, title={T}, year=1}")
    #expect(problems.map(\.description) == [message])
    #expect(bibliography.entries["ok"] != nil)
  }

  static let mistakes = [
    ("@book{, title={T}}", "r.bib:1:1: error: this '@book' has no key to cite it by"),
    (
      "\n@book{a, title={{T, year=1}",
      "r.bib:2:1: error: 'a' is never closed: a '{' or a quotation mark in it has no partner"
    ),
    (
      "@book{a, title={T}, year=1}\n@book{a, title={T}, year=1}",
      "r.bib:2:1: error: the key 'a' is already taken at r.bib:1:1"
    ),
    (
      "@book{a\n title={T}, year=1}",
      "r.bib:2:2: error: a comma is missing behind the key 'a'"
    ),
    (
      "@book{a, title={T}\n year=1}",
      "r.bib:2:2: error: a comma is missing between this field of 'a' and the one before"
    ),
    (
      "@string{jmlr = {JMLR}}\n@article{a, journal=jmlr # jlmr, month=sept}",
      "r.bib:2:28: warning: there is no @string 'jlmr' in this file; a text stands in braces or quotation marks"
    ),
    (
      "@book{a,\n title={\\foo{T}}}",
      "r.bib:2:9: warning: the TeX command '\\foo' is not known and is left out; write what it stands for"
    ),
  ]
}
