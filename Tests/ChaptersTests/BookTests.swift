internal import Chapters
internal import Foundation
internal import Testing

@Suite("Reading book.yml")
struct BookTests {
  static let files = [
    "01-start.md", "02-losses.md", "a/03-losses.md", "book.yml", "notes.md", "refs.bib", "x.swift",
    "Study", "Study/main.swift", "Study/x.swift",
  ]

  static func read(_ text: String) throws(BookErrors) -> Book {
    try Book(parsing: text, folder: "/book", files: files)
  }

  @Test("takes every setting")
  func whole() throws {
    let book = try Self.read(
      """
      title: Margins
      subtitle: 2018
      authors: [A. One, B. Two]
      chapters: [02-losses.md, ./01-start.md]
      bibliography: [refs.bib]
      csl: ieee
      math: dollars
      sources: [x.swift]
      profiles:
        large: { seed: 7, timeout: 2h }
        small: { timeout: 90 }
      default-profile: large
      environment: [SCALE]
      data: [lfw]
      """
    )
    #expect(book.title == "Margins")
    #expect(book.subtitle == "2018")
    #expect(book.authors.map(\.name) == ["A. One", "B. Two"])
    #expect(book.chapterFiles == ["02-losses.md", "01-start.md"])
    #expect(book.bibliographies == ["refs.bib"])
    #expect(book.citationStyle == "ieee")
    #expect(book.hasDollarMath)
    #expect(book.sources == ["x.swift"])
    #expect(book.profiles == ["large": .init(seed: 7, timeout: 7200), "small": .init(seed: 1, timeout: 90)])
    #expect(book.defaultProfile == "large")
    #expect(book.environment == ["SCALE"])
    #expect(book.dataRoots == ["lfw"])
  }

  @Test("knows its language, those of its chapters, and what catalogues ask of a publication")
  func metadata() throws {
    let book = try Self.read(
      """
      title: T
      lang: he
      authors: [A. One, {name: B. Two, affiliation: Here, orcid: 0000-0002-1825-0097}]
      chapters: [{file: 01-start.md, lang: en}, 02-losses.md, {file: notes.md, dir: ltr}]
      abstract: Words.
      date: 2026-05
      license: CC-BY-4.0
      doi: 10.1000/182
      url: https://example.org/t
      keywords: [faces, margins]
      funding: [A grant]
      """
    )
    #expect(book.language == Language("he") && book.language.direction == "rtl")
    #expect(book.languages["01-start.md"]?.direction == "ltr" && book.languages["02-losses.md"] == nil)
    #expect(book.languages["notes.md"]?.isRightToLeft == false)
    #expect(book.authors.last == .init(name: "B. Two", affiliation: "Here", orcid: "0000-0002-1825-0097"))
    #expect(book.metadata.date == "2026-05" && book.metadata.doi == "10.1000/182")
    #expect(book.metadata.keywords == ["faces", "margins"] && book.metadata.license == "CC-BY-4.0")
    #expect(["ar", "fa-IR", "az-Arab", "ur"].allSatisfy { Language($0).isRightToLeft })
    #expect(["en", "ar-Latn", "ja", "pt-BR"].allSatisfy { !Language($0).isRightToLeft })
  }

  @Test("takes the author's own words for phrases of pages, for the book and chapters in its language")
  func phrases() throws {
    let book = try Self.read(
      """
      title: T
      lang: de
      chapters: [{file: 01-start.md, lang: de-AT}, {file: 02-losses.md, lang: fr}]
      phrases: { Figure: Bild, "Preview: …": "Vorab: …", provenance: woher }
      """
    )
    #expect(book.phrases == [.figure: "Bild", .preview: "Vorab: …", .origin: "woher"])
    #expect(book.phrases()(.figure, "1.1") == "Bild 1.1" && book.phrases()[.table] == "Tabelle")
    #expect(book.phrases(of: "01-start.md")(.preview, "x") == "Vorab: x")
    #expect(book.phrases(of: "02-losses.md")[.figure] == "Figure")
  }

  @Test("names the findings of the first page, with their places")
  func firstPage() throws {
    let book = try Self.read("title: T\nfirst-page: [roc.curve,\n  roc.area]")
    #expect(book.firstPage.map(\.target) == ["roc.curve", "roc.area"])
    #expect(book.firstPage.map(\.location.line) == [2, 3])
  }

  @Test("takes the Markdown files of the folder where no chapters are listed")
  func defaults() throws {
    let book = try Self.read("title: T")
    #expect(book.chapterFiles == ["01-start.md", "02-losses.md", "notes.md"])
    #expect(book.profiles == ["small": .init()])
    #expect(book.defaultProfile == "small")
  }

  @Test("has no two chapters of one page")
  func onePage() {
    let files = ["a/01-b.md", "a-01-b.md"]
    let errors = #expect(throws: BookErrors.self) {
      try Book(parsing: "title: T\nchapters: [a/01-b.md, a-01-b.md]", folder: "/book", files: files)
    }
    #expect(
      errors?.description
        == "book.yml:2:23: 'a/01-b.md' and 'a-01-b.md' both have the page 'a-01-b.html'; rename one"
    )
  }

  @Test("says what is wrong, where, and what was meant", arguments: mistakes)
  func mistake(text: String, message: String) {
    let errors = #expect(throws: BookErrors.self) { try Self.read(text) }
    #expect(errors?.description == message)
  }

  static let mistakes = [
    (
      "title: T\nphrases:\n  Table: Tafel\n  Figur: Bild",
      "book.yml:4:3: 'Figur' is not a phrase of the pages; expected the English words that a page shows, such as Figure; "
        + "did you mean 'Figure'?"
    ),
    (
      "title: T\nphrases: { Table: }",
      "book.yml:2:19: 'phrases: Table' must be a text, and is empty"
    ),
    (
      "title: T\nlang: english please",
      "book.yml:2:7: 'english please' is not a value of 'lang'; expected a language tag such as en, pt-BR or he"
    ),
    (
      "title: T\nslurm: [--time=2:00:00, --array=0-9]",
      "book.yml:2:25: '--array=0-9' is not a value of 'slurm'; expected an option of sbatch such as --time=2:00:00"
    ),
    (
      "title: T\nsources: [x.swift, ./x.swift]",
      "book.yml:2:20: './x.swift' is not a value of 'sources'; expected each source once; it is listed in line 2"
    ),
    (
      "title: T\nfirst-page: [roc]",
      "book.yml:2:14: 'roc' is not a value of 'first-page'; expected a finding as cell.name, such as lfw.accuracy"
    ),
    (
      "title: T\nfirst-page: [roc.a, roc.a]",
      "book.yml:2:21: 'roc.a' is not a value of 'first-page'; expected each finding once"
    ),
    ("title: T\ndir: up", "book.yml:2:6: 'up' is not a value of 'dir'; expected ltr or rtl"),
    (
      "title: T\ndate: May", "book.yml:2:7: 'May' is not a value of 'date'; expected a day such as 2026-05-31"
    ),
    (
      "title: T\nauthors: [{name: A, orcid: 0000-0002-1825-0098}]",
      "book.yml:2:28: '0000-0002-1825-0098' is not a value of 'orcid'; expected an ORCID such as 0000-0002-1825-0097"
    ),
    ("", "book.yml:1:1: the setting 'title' is missing; a book needs it"),
    ("title: T\nauthor: [A]", "book.yml:2:1: there is no setting 'author'; did you mean 'authors'?"),
    ("title: [T]", "book.yml:1:8: 'title' must be a text, and is a list"),
    ("title:", "book.yml:1:7: 'title' must be a text, and is empty"),
    ("title: T\nauthors: A", "book.yml:2:10: 'authors' must be a list of texts, and is 'A'"),
    ("- T", "book.yml:1:1: 'book.yml' must be a mapping of settings, and is a list"),
    (
      "title: T\nchapters: [02-loses.md]",
      "book.yml:2:12: there is no file '02-loses.md' in the book's folder; did you mean '02-losses.md'?"
    ),
    (
      "title: T\nchapters: [notes.md, notes.md]",
      "book.yml:2:22: the chapter 'notes.md' is listed twice; keep one"
    ),
    (
      "title: T\nchapters: [02-losses.md, a/03-losses.md]",
      "book.yml:2:26: '02-losses.md' and 'a/03-losses.md' both have the id 'losses'; rename one"
    ),
    (
      "title: T\nbibliography: ../x.bib",
      "book.yml:2:15: '../x.bib' is not a value of 'bibliography'; expected a path inside the book's folder"
    ),
    (
      "title: T\nbibliography: notes.md",
      "book.yml:2:15: 'notes.md' is not a value of 'bibliography'; expected a file in BibTeX or BibLaTeX (.bib), "
        + "BibTeX alone (.bibtex) or CSL-JSON (.json)"
    ),
    (
      "title: T\ncsl: My Style",
      "book.yml:2:6: 'My Style' is not a value of 'csl'; expected a file that ends in .csl, or the name of an installed "
        + "style such as apa"
    ),
    (
      "title: T\nmath: dollar",
      "book.yml:2:7: 'dollar' is not a value of 'math'; expected 'code' for $`x`$ and math fences alone, or 'dollars' for "
        + "$x$ and $$x$$ as well; did you mean 'dollars'?"
    ),
    (
      "title: T\nprofiles: { small: { seed: -1 } }",
      "book.yml:2:28: '-1' is not a value of 'seed'; expected a whole number from 0 to 18446744073709551615"
    ),
    (
      "title: T\nprofiles: { small: { timeout: 99999999999999999999999h } }",
      "book.yml:2:31: '99999999999999999999999h' is not a value of 'timeout'; expected a time above 0 such as 90s, 15m "
        + "or 2h, and at most 1000000000s"
    ),
    (
      "title: T\nprofiles: { small: { sed: 1 } }",
      "book.yml:2:22: there is no setting 'sed'; did you mean 'seed'?"
    ),
    (
      "title: T\ndefault-profile: smal",
      "book.yml:2:18: 'smal' is not a value of 'default-profile'; expected one of the profiles: small; "
        + "did you mean 'small'?"
    ),
  ]

  @Test("gives a line for a text that is not YAML, and for a key given twice")
  func syntax() {
    let open = #expect(throws: BookErrors.self) { try Self.read("title: T\nauthors: [A") }
    #expect(open?.errors.map(\.location.line) == [3])
    let twice = #expect(throws: BookErrors.self) { try Self.read("title: T\ntitle: U") }
    guard case .repeatedKey("title", _)? = twice?.errors.first else { return #expect(Bool(false)) }
  }

  @Test("names every error at once")
  func allErrors() {
    let errors = #expect(throws: BookErrors.self) { try Self.read("titel: T\nauthors: 3\nchapters: [x.md]") }
    #expect(errors?.errors.count == 4)
  }

  @Test("says where a book was looked for")
  func missingFolder() {
    let errors = #expect(throws: BookErrors.self) { try Book(readingFolder: "/nonexistent/book") }
    let expected =
      "/nonexistent/book/book.yml:1:1: cannot be read: a book's folder needs a file of this name"
    #expect(errors?.description == expected)
  }

  @Test("lists unnumbered `chapters:` by number, not by letter")
  func order() throws {
    let files = ["10-ten.md", "2-two.md", "appendix.md", "1-one.md"]
    let book = try Book(parsing: "title: T", folder: "/b", files: files)
    #expect(book.chapterFiles == ["1-one.md", "2-two.md", "10-ten.md", "appendix.md"])
  }
}
