internal import Chapters
import Engine
import Foundation
import Testing
import Typesetting

@Suite("Typesetting citations")
struct CitationTypesetterTests {
  /// The addresses that a text links to.
  private static func links(_ text: [CitedText]) -> [String] {
    text.flatMap { piece -> [String] in
      switch piece {
      case .link(let address, let inner): [address] + links(inner)
      case .styled(_, let inner), .entry(_, let inner): links(inner)
      case .text, .math: []
      }
    }
  }

  @Test(
    "sets what bibliographies hold",
    arguments: [
      (
        "@misc{k, author={{World Health Organization}}, title={One}, year={2020}}",
        ["(World Health Organization, 2020)"]
      ),
      (
        "@misc{k, author={{Barnes and Noble, Inc.}}, title={Two}, year={2020}}",
        ["(Barnes and Noble, Inc., 2020)"]
      ),
      (
        "@misc{k, author={Tilde, A}, title={Home}, year={2001}, url={https://www.example.org/~jane/a--b.html}}",
        ["https://www.example.org/~jane/a--b.html"]
      ),
      (
        "@article{k, author={Full, D}, title={T}, journal={J}, year={2006}, doi={https://doi.org/10.1000/xyz123}}",
        ["https://doi.org/10.1000/xyz123"]
      ),
      (
        "@article{k, author={Gull, D}, title={T}, journal={J}, year={2006}, doi={doi:10.1000/xyz124}}",
        ["https://doi.org/10.1000/xyz124"]
      ),
      (
        """
        @inproceedings{k, author={Child, C}, title={A Talk}, pages={1--9}, crossref={parent}}
        @proceedings{parent, editor={Parent, P}, title={Proceedings of the Meeting}, year={1999}}
        """, ["(Child, 1999)", "Proceedings of the meeting (pp. 1–9)"]
      ),
      (
        "@article{k, author={Math, M}, title={On {$\\alpha$}-stable laws and $O(n \\log n)$}, journal={J}, year={2010}}",
        ["On \\alpha-stable laws and O(n \\log n)"]
      ),
      (
        "@article{k, author={Quote, Q}, title={``Quoted'' words in \\TeX, 5\\,\\% \\textquoteleft a\\textquoteright}, "
          + "journal={J}, year={2010}}", ["“Quoted” words in TeX, 5 % ‘a’"]
      ),
      (
        "@article{k, author={\\DJ or\\dj evi\\'c, M}, title={T}, journal={J}, year={2001}}",
        ["(Đorđević, 2001)"]
      ),
      ("@article{k, author={\\TH{}orsson, J}, title={T}, journal={J}, year={2001}}", ["(Þorsson, 2001)"]),
      (
        "@article{k, author={\\r{A}berg, J and \\d{H}asan, S}, title={T}, journal={J}, year={2001}}",
        ["(Åberg & Ḥasan, 2001)"]
      ),
      ("@article{k, author={Th{\\'{\\^e}}, H}, title={T}, journal={J}, year={2001}}", ["(Thế, 2001)"]),
      (
        "@article{k, author={Latex, B}, title={A Modern Entry}, journaltitle={Journal of Modern Entries}, "
          + "date={2019-05-02}, volume={3}, number={1}, pages={10--20}}",
        ["A modern entry. Journal of Modern Entries, 3(1), 10–20"]
      ),
      ("@inproceedings{k, author={Org, O}, title={A Talk}, eventtitle={Conf}, date={2018}}", ["Conf"]),
      (
        "@article{k, author={First, A and others}, title={S}, journal={J}, year={2001}}",
        ["(First et al., 2001)", "First, A. et al."]
      ),
      (
        "@article{k, author={First, A AND\n  others}, title={S}, journal={J}, year={2001}}",
        ["(First et al., 2001)", "First, A. et al."]
      ),
    ]
  )
  func entries(bibliography: String, expected: [String]) throws {
    let made = try TypesetterTests.typeset("Says [](cite:k).", bibliography: bibliography)
    #expect(made.problems == [])
    let label = try #require(made.labels.values.first)
    let entry = try #require(made.references.first { $0.key == "k" })
    var text = [TypesetterTests.plain(label), TypesetterTests.plain(entry.text)] + Self.links(entry.text)
    text[1] = text[1].replacing("\u{2006}", with: " ").replacing("\u{202F}", with: " ").replacing(
      "\u{2009}",
      with: " "
    )
    for part in expected { #expect(text.contains { $0.contains(part) }, "\(text)") }
  }

  @Test("orders references by the rules of letters, not by their codes")
  func order() throws {
    let bibliography = """
      @article{a, author={{\\AA}ngstr{\\"o}m, A}, title={S}, journal={J}, year={1868}}
      @article{z, author={Zhang, W}, title={S}, journal={J}, year={2011}}
      @article{e, author={{\\'E}mile, J}, title={S}, journal={J}, year={2012}}
      @article{m, author={Miller, J}, title={S}, journal={J}, year={2012}}
      """
    let text = "[](cite:z) and [](cite:m) and [](cite:e) and [words](cite:a)"
    let made = try TypesetterTests.typeset(text, bibliography: bibliography)
    #expect(made.references.map(\.key) == ["a", "e", "m", "z"])
  }

  @Test("takes any installed style, and names one that is not there")
  func style() throws {
    let bibliography = "@article{k, author={Miller, J}, title={S}, journal={J}, year={2012}}"
    let made = try TypesetterTests.typeset("[](cite:k)", bibliography: bibliography, style: "ieee")
    #expect(made.labels.values.map(TypesetterTests.plain) == ["[1]"])
    let lost = try TypesetterTests.typeset("[](cite:k)", bibliography: bibliography, style: "ieeee")
    #expect(
      lost.problems.map(\.description) == [
        "book.yml:1:1: error: there is no citation style 'ieeee' on this machine; did you mean 'ieee'?"
      ]
    )
  }

  @Test("says where a bibliography is wrong")
  func brokenBibliography() throws {
    let made = try TypesetterTests.typeset(
      "[](cite:k)",
      bibliography: "@misc{k,\n title={T}}\n@misc{l, title}"
    )
    #expect(made.problems.map(\.location.description) == ["r.bib:3:1"])
    #expect(made.references == [])
  }

}
