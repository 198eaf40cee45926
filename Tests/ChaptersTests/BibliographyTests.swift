internal import Chapters
internal import Testing

@Suite("A bibliography")
struct BibliographyTests {
  static let text = """
    % a remark
    @string{eccv = "European Conference on " # {Computer Vision}}
    @comment{ @book{not, title={Read}} }
    @InProceedings{wen2016,
      Title = {A {D}iscriminative
               feature learning approach},
      author = "Wen, Yandong and Kaipeng Zhang and Qiao, Yu",
      booktitle = ECCV, pages = {499--515}, year = 2016,
    }
    @article{muller, author={M{\\"u}ller, J\\"org and Ludwig van Beethoven}, title={On \\& on}, journal={J},
      volume=3, number=1, year={2018}, doi={10.1/x}}
    """

  @Test("reads entries, abbreviations and accents")
  func reading() throws {
    let (bibliography, problems) = Bibliography.read(Self.text, file: "r.bib")
    #expect(problems == [])
    #expect(bibliography.entries.keys.sorted() == ["muller", "wen2016"])
    let wen = try #require(bibliography.entries["wen2016"])
    #expect(
      wen.text
        == "Yandong Wen, Kaipeng Zhang and Yu Qiao. A Discriminative feature learning approach. "
        + "European Conference on Computer Vision, 499–515, 2016."
    )
    let muller = try #require(bibliography.entries["muller"])
    #expect(muller.text == "Jörg Müller and Ludwig van Beethoven. On & on. J 3(1), 2018.")
    #expect(muller.authors.map(\.family) == ["Müller", "van Beethoven"])
    #expect(muller.address == "https://doi.org/10.1/x")
  }

  @Test("labels what is cited by author and year, and tells equal labels apart")
  func labels() {
    let other =
      "@misc{wen2016b, author={Wen and A and B}, title={T}, year=2016}\n@misc{x, title={No one}, year=1}"
    let bibliography = Bibliography.read(Self.text + "\n" + other, file: "r.bib").0
    #expect(
      bibliography.labels(citing: ["wen2016", "muller", "lost"]) == [
        "wen2016": "Wen et al., 2016", "muller": "Müller and van Beethoven, 2018",
      ]
    )
    #expect(
      bibliography.labels(citing: ["wen2016", "wen2016b", "x"]) == [
        "wen2016": "Wen et al., 2016a", "wen2016b": "Wen et al., 2016b", "x": "No one, 1",
      ]
    )
    #expect(bibliography.cited(["wen2016", "muller", "muller"]).map(\.key) == ["muller", "wen2016"])
  }

  @Test("says what is wrong and where, and goes on", arguments: mistakes)
  func mistake(text: String, message: String) {
    let (bibliography, problems) = Bibliography.read(text + "\n@misc{ok, title={T}, year=1}", file: "r.bib")
    #expect(problems.map(\.description) == [message])
    #expect(bibliography.entries["ok"] != nil)
  }

  static let mistakes = [
    ("@book{, title={T}}", "r.bib:1:7: error: this '@book' has no key to cite it by"),
    ("@book key", "r.bib:1:7: error: expected '{' after '@book'"),
    ("@book{a, title {T}}", "r.bib:1:16: error: expected '=' after 'title'"),
    ("\n@book{a, title={{T, year=1}", "r.bib:2:16: error: a '{' that is never closed"),
    (
      "@book{a, month=febr, title={T}}",
      "r.bib:1:16: error: 'febr' is no abbreviation; write the value in braces; did you mean 'feb'?"
    ),
    ("@book{a, title={T}}", "r.bib:1:1: warning: the entry 'a' has no 'year'"),
    (
      "@book{a, title={T}, year=1}\n@book{a, title={T}, year=1}",
      "r.bib:2:1: error: the key 'a' is already taken at r.bib:1:1"
    ),
    ("@book{a, title={T} year=1}", "r.bib:1:20: error: expected a comma or the end of the entry 'a'"),
  ]
}
