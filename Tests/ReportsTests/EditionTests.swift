import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("The document tree of an edition")
struct EditionTests {
  private func edition(_ form: EditionForm, _ change: (inout Report) -> Void = { _ in }) throws -> Edition {
    var report = try Fixture.report()
    change(&report)
    return Edition(report, form: form)
  }

  /// The types of all elements, and their number.
  private func types(_ input: Data) throws -> [String: Int] {
    let document = try #require(try JSONSerialization.jsonObject(with: input) as? [String: Any])
    var counts: [String: Int] = [:]
    func visit(_ value: Any) {
      if let element = value as? [String: Any] {
        if let type = element["t"] as? String { counts[type, default: 0] += 1 }
        for inner in element.values { visit(inner) }
      } else if let list = value as? [Any] {
        for inner in list { visit(inner) }
      }
    }
    visit(try #require(document["blocks"]))
    return counts
  }

  private func text(_ input: Data) -> String { String(decoding: input, as: UTF8.self) }

  @Test(
    "has every kind of finding, its pictures as files, and formulas as TeX",
    arguments: EditionForm.allCases
  )
  func kinds(form: EditionForm) throws {
    let (documents, pictures) = try edition(form).documents()
    #expect(documents.count == (form == .markdown ? 3 : 1))
    let whole = documents.map { text($0.input) }.joined()
    let names = [
      "figure-1-1-schemes.curve", "figure-1-2-features.scatter", "figure-1-4-features.histogram",
      "figure-1-5-features.map", "figure-1-6-features.panels", "figure-1-7-features.bars",
    ]
    for name in names {
      #expect(pictures["\(name).svg"] != nil, "\(name)")
      #expect(whole.contains("\"\(name).\(form.pictureEnding)\""), "\(name)")
    }
    // Six faces, each a picture of its own, and the picture of the book; a notebook has them in its text.
    #expect(pictures.keys.count { $0.hasPrefix("figure-1-3-features.faces.") } == (form == .ipynb ? 0 : 6))
    #expect(whole.ranges(of: "png;base64,").count == (form == .ipynb ? 6 : 0))
    #expect(pictures["figures-a-dot.png"] == Array(Fixture.dot))
    let said = try documents.map { try words($0.input) }.joined()
    for piece in ["99.63", "Minimum margin beats softmax", "Only one seed was run.", "Wen et al."] {
      #expect(said.contains(piece), "\(piece)")
    }
    #expect(whole.contains("\"c_j\""))
    #expect(!whole.contains("<math") && !whole.contains("Permalink") && !whole.contains("provenance.html"))
    let counts = try documents.map { try types($0.input) }.reduce(into: [:]) {
      $0.merge($1, uniquingKeysWith: +)
    }
    #expect(counts["Math"] == 4 && (counts["Figure"] ?? 0) == 0)
    #expect((counts["Table"] ?? 0) >= (form == .ipynb ? 1 : 3))
    #expect((counts["RawInline"] ?? 0) == 0 && (form == .ipynb || (counts["RawBlock"] ?? 0) == 0))
  }

  @Test("has the markup of captions, and in LaTeX the book's numbers of aligned equations")
  func captions() throws {
    let prose = #"""
      # More

      ```math label=two
      \begin{align}
      a &= b \label{eq:two} \\ c &= d
      \end{align}
      ```

      By $`x > \eqref{eq:two}`$.
      """#
    let more = try Chapter(parsing: prose, file: "03-more.md")
    let latex = try edition(.latex) { report in
      report.chapters.append(more)
      report.records["features"]?.findings[0].caption = "The *plane* of $`k_j`$."
    }
    let input = try #require(latex.documents().documents.first).input
    let said = try words(input)
    #expect(said.contains("\\begin{align*}\na &= b  \\\\ c &= d\n\\tag{3.1}\\end{align*}"))
    let whole = text(input)
    #expect(whole.contains(##""x > \\text{(3.1)}""##))
    #expect(whole.contains("\"k_j\"") && whole.contains(##"{"c":[{"c":"plane","t":"Str"}],"t":"Emph"}"##))
  }

  @Test(
    "has formulas without the macros of the book, so that no reader needs them",
    arguments: EditionForm.allCases
  )
  func macros(form: EditionForm) throws {
    let more = try Chapter(
      parsing: "# $`\\R`$\n\n$`x \\in \\R`$\n\n```math\n\\DeclareMathOperator{\\E}{E}\n\\E \\R\n```\n",
      file: "03-more.md"
    )
    let macros = try Book(parsing: "title: T\nmacros: {R: '\\mathbb{R}'}", folder: "/b", files: []).macros
    let documents = try edition(form) { report in
      report.book.macros = macros
      report.chapters.append(more)
      report.records["features"]?.findings[0].caption = "The plane of $`\\R`$."
    }.documents().documents
    let whole = documents.map { text($0.input) }.joined()
    #expect(
      !whole.contains(##"\\R"##) && !whole.contains("DeclareMathOperator") && !whole.contains(##"\\E "##)
    )
    #expect(whole.ranges(of: "mathbb{R}").count >= (form == .ipynb ? 3 : 4))
  }

  @Test("has in Markdown boxes that pandoc writes as tasks, and no emphasis in emphasis")
  func markdown() throws {
    let more = try Chapter(parsing: "# M\n\n- [ ] a\n- [x] b\n", file: "03-more.md")
    let documents = try edition(.markdown) { report in
      report.chapters.append(more)
      report.records["features"]?.findings[0].caption = "The *plane* of points."
    }.documents().documents
    let whole = documents.map { text($0.input) }.joined()
    #expect(whole.contains("\"☐\"") && whole.contains("\"☒\"") && !whole.contains("☑"))
    #expect(whole.contains(##"{"c":[{"c":"plane","t":"Str"}],"t":"Emph"}"##))
    let outer =
      ##""t":"Emph"},{"t":"Space"},{"c":"of","t":"Str"},{"t":"Space"},{"c":"points.","t":"Str"}],"t":"Emph"}"##
    #expect(!whole.contains(outer))
  }

  /// The words of a document, joined.
  private func words(_ input: Data) throws -> String {
    let document = try #require(try JSONSerialization.jsonObject(with: input) as? [String: Any])
    func words(_ value: Any) -> String {
      if let list = value as? [Any] { return list.map(words).joined() }
      guard let element = value as? [String: Any], let content = element["c"] else {
        return (value as? [String: Any])?["t"] as? String == "Space" ? " " : ""
      }
      switch element["t"] as? String {
      case "Str": return content as? String ?? ""
      case "CodeBlock", "RawBlock": return (content as? [Any])?.last as? String ?? ""
      default: return words(content)
      }
    }
    return words(try #require(document["blocks"]))
  }

  @Test("says a claim behind its verdict, and leaves captions' numbers to the book in LaTeX")
  func statements() throws {
    let said = try edition(.docx).documents().documents.map { try words($0.input) }.joined()
    #expect(said.contains("Minimum margin beats softmax") && !said.contains("How each number was obtained"))
    #expect(said.firstMatch(of: /[A-Z][a-z; ]*: Minimum margin beats softmax/) != nil)
    #expect(text(try edition(.latex).documents().documents[0].input).contains("labelformat=empty"))
    #expect(!text(try edition(.docx).documents().documents[0].input).contains("labelformat"))
  }

  @Test("follows pandoc's version: figures are blocks since 1.23, and paragraphs before")
  func versions() throws {
    let edition = try edition(.docx)
    let newer = try #require(
      PandocVersion(askedForIn: "encoded with [1,22,2,1] but attempted to decode with [1,23,1].")
    )
    #expect(newer.hasFigures && newer.numbers == [1, 23, 1] && !PandocVersion.debian12.hasFigures)
    #expect(PandocVersion(askedForIn: "Could not find data file") == nil)
    let old = try types(edition.documents().documents[0].input)
    let new = try types(edition.documents(version: newer).documents[0].input)
    #expect(old["Figure"] == nil && new["Figure"] == 6)
    #expect(
      text(edition.documents(version: newer).documents[0].input).contains("\"pandoc-api-version\":[1,23,1]")
    )
  }

  @Test("links only to places that it has, and numbers to the place of their finding")
  func links() throws {
    let input = try edition(.jats).documents().documents[0].input
    let tree = text(input)
    let targets = Set(tree.matches(of: /\["#([^"]+)",""\]/).map { String($0.output.1) })
    #expect(targets.contains("page-01-kinds--accuracy.lfw") && targets.contains("ref-wen-2016"))
    for target in targets { #expect(tree.contains("[\"\(target)\",["), "\(target)") }
  }

  @Test("has the date of the last run as JATS where the book has none, and only there")
  func date() throws {
    for (form, bookDate, wanted) in [
      (EditionForm.jats, "", "2026-03-04"), (.jats, "2025-01-02", "2025-01-02"), (.latex, "", nil),
    ] {
      var report = try Fixture.report()
      report.book.metadata.date = bookDate
      let input = Edition(report, form: form, runDate: "2026-03-04").documents().documents[0].input
      let document = try #require(try JSONSerialization.jsonObject(with: input) as? [String: Any])
      let field = (document["meta"] as? [String: Any])?["date"] as? [String: Any]
      #expect(((field?["c"] as? [[String: Any]])?.first?["c"] as? String ?? field?["c"] as? String) == wanted)
    }
  }

  @Test("has a footnote where its mark stands, and none of what serves a browser alone")
  func notes() throws {
    let chapter = try Chapter(parsing: "# T\n\nA word.[^1]\n\n[^1]: The *note*.\n", file: "01-kinds.md")
    let input = try edition(.latex) { $0.chapters = [chapter] }.documents().documents[0].input
    #expect(try types(input)["Note"] == 1)
    #expect(!text(input).contains("↩") && !text(input).contains("_notes"))
  }

  @Test(
    "has each note once, where it is mentioned first, and refers to it at further mentions",
    arguments: EditionForm.allCases
  )
  func repeatedNotes(form: EditionForm) throws {
    let text = "# T\n\nA.[^b] B.[^a] C.[^b]\n\n[^a]: One.\n[^b]: Two.\n"
    let chapter = try Chapter(parsing: text, file: "01-kinds.md")
    let documents = try edition(form) { $0.chapters = [chapter] }.documents().documents
    let whole = documents.map { self.text($0.input) }.joined()
    let count = try documents.map { try types($0.input)["Note"] ?? 0 }.reduce(0, +)
    #expect(count == (form == .ipynb ? 3 : 2))
    #expect(!whole.contains("\"id\":"))
    let reference: String? =
      switch form {
      case .latex: ##"{"c":["latex","\\textsuperscript{\\ref{note-1}}"],"t":"RawInline"}"##
      case .markdown: ##"{"c":["markdown","[^1]"],"t":"RawInline"}"##
      case .jats: ##"rid=\"fn1\">1<\/xref>"##
      case .epub: ##"["#fn1",""]"##
      case .docx: ##"{"c":[{"c":"1","t":"Str"}],"t":"Superscript"}"##
      case .ipynb: nil
      }
    if let reference {
      #expect(whole.contains(reference), "\(whole.suffix(3000))")
    }
    if form == .latex {
      #expect(whole.contains(##"\\label{note-1}"##) && !whole.contains(##"\\label{note-2}"##))
    }
  }

  @Test("sets in LaTeX the note of a table that holds a table behind it")
  func notesOfTables() throws {
    let text =
      "# T\n\n| a | b |\n|---|---|\n| x[^1] | y[^2] |\n| z[^1] | |\n\n[^1]: Has\n\n    | c |\n    |---|\n    | 1 |\n\n[^2]: Two.\n"
    let chapter = try Chapter(parsing: text, file: "01-kinds.md")
    let input = try edition(.latex) { $0.chapters = [chapter] }.documents().documents[0].input
    let whole = self.text(input)
    for piece in [
      ##"["latex","\\footnotemark{}"]"##,
      ##"["latex","\\footnotetext[\\numexpr\\value{footnote}-1\\relax]{"]"##,
      ##"\\textsuperscript{\\ref{note-1}}"##,
    ] { #expect(whole.contains(piece), "\(piece)") }
    #expect(try types(input)["Note"] == 1)
    // Other formats keep it in its place.
    let word = try edition(.docx) { $0.chapters = [chapter] }.documents().documents[0].input
    #expect(try types(word)["Note"] == 2)
  }

  @Test("numbers the cells of a notebook in place of pandoc's chance")
  func notebook() throws {
    let made = Data(#"{"cells":[{"id":"x1","source":[]},{"id":"y","source":[]}],"nbformat":4}"#.utf8)
    let file = try #require(Edition.numbered(made))
    let notebook = try JSONSerialization.jsonObject(with: file) as? [String: Any]
    let cells = notebook?["cells"] as? [[String: Any]]
    #expect(cells?.compactMap { $0["id"] as? String } == ["cell-1", "cell-2"])
    #expect(Edition.numbered(Data("no JSON".utf8)) == nil)
  }
}
