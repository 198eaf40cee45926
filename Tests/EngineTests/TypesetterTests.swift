internal import Chapters
import Digests
import Engine
import Foundation
import Testing
import Typesetting

@Suite("Typesetting a book")
struct TypesetterTests {
  /// What is made of a book of one chapter, with pandoc from the path or without.
  static func typeset(
    _ text: String,
    bibliography: String? = nil,
    style: String? = nil,
    hasPandoc: Bool = true,
    folder: URL? = nil
  ) throws -> Typesetter {
    let own = FileManager.default.temporaryDirectory.appendingPathComponent("typesetter-\(UUID())")
    let folder = folder ?? own
    defer { try? FileManager.default.removeItem(at: own) }
    var works = Bibliography()
    if let bibliography { _ = works.read(bibliography, file: "r.bib") }
    let book = Book(
      folder: folder.path,
      title: "T",
      chapterFiles: ["01-a.md"],
      bibliographies: bibliography == nil ? [] : ["r.bib"],
      citationStyle: style
    )
    let chapter = try Chapter(parsing: text, file: "01-a.md")
    let path = hasPandoc ? ProcessInfo.processInfo.environment["PATH"] ?? "" : "/nowhere"
    return Typesetter(
      Manuscript(book: book, chapters: [chapter], bibliography: works),
      store: try Store(folder: folder.path + "/.marginalia"),
      path: path
    )
  }

  static func plain(_ text: [CitedText]) -> String {
    text.map(\.plainText).joined().replacing("\u{A0}", with: " ")
  }

  @Test(
    "typesets formulas and citations of captions and numbers of equations, and says which caption has a wrong one"
  )
  func captions() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("typesetter-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    var works = Bibliography()
    _ = works.read("@book{k, author={Ann Knot}, title={On $\\foo x$}, year={1984}}", file: "r.bib")
    let book = Book(folder: folder.path, title: "T", chapterFiles: ["02-a.md"], bibliographies: ["r.bib"])
    let chapter = try Chapter(
      parsing: "# A\n\n```math label=e\nx\n```\n\n$`y = \\eqref{e}`$\n",
      file: "02-a.md"
    )
    let captions = ["By [](cite:k): $`z \\eqref{e}`$", "of $`\\foo`$"].compactMap {
      Caption($0, finding: "c.f", at: .init(file: "02-a.md", line: 12), hasDollarMath: false)
    }
    let typesetter = Typesetter(
      Manuscript(book: book, chapters: [chapter], bibliography: works),
      captions: captions,
      store: try Store(folder: folder.path + "/.marginalia"),
      path: ProcessInfo.processInfo.environment["PATH"] ?? ""
    )
    for tex in ["y = \\text{(2.1)}", "z \\text{(2.1)}"] {
      #expect(
        typesetter.mathematics[TeXFormula(tex: tex, isDisplay: false)]?.contains("<mtext>(2.1)</mtext>")
          == true
      )
    }
    #expect(typesetter.labels[captions[0].citations[0]].map(Self.plain) == "(Knot, 1984)")
    #expect(typesetter.references.map(\.key) == ["k"])
    #expect(
      typesetter.problems.map(\.description) == [
        "02-a.md:12:1: error: the formula '\\foo' in the caption of 'c.f' cannot be typeset: the command '\\foo' is not "
          + "known, or not with what follows it",
        "r.bib:1:1: error: the formula '\\foo x' of 'k' cannot be typeset: the command '\\foo' is not known, or not with what "
          + "follows it",
      ]
    )
  }

  @Test("keeps what pandoc answered also for a store that is only read, where its folder may be written")
  func readOnlyStore() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("typesetter-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let chapter = try Chapter(parsing: "# A\n\n$`x^2`$\n", file: "01-a.md")
    let book = Book(folder: folder, title: "T", chapterFiles: ["01-a.md"])
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let formula = TeXFormula(tex: "x^2", isDisplay: false)
    func kept() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder + "/memo")) ?? [] }
    func typeset() throws -> Typesetter {
      let store = try Store(folder: folder, access: .read)
      return Typesetter(
        Manuscript(book: book, chapters: [chapter], bibliography: .init()),
        store: store,
        path: path
      )
    }
    // Where there is no store, none is made.
    #expect(try typeset().mathematics[formula] != nil)
    #expect(!FileManager.default.fileExists(atPath: folder))
    try FileManager.default.createDirectory(atPath: folder + "/memo", withIntermediateDirectories: true)
    #expect(try typeset().mathematics[formula]?.contains("<msup>") == true)
    // The formula, and the list of all formulas.
    #expect(kept().count == 2)
    // What is kept is taken: a kept answer that says something else shows it.
    for name in kept() {
      let file = folder + "/memo/" + name
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let content = String(text.split(separator: "\n", maxSplits: 1)[1].replacing("msup", with: "msub"))
      try "\(Digest(of: content).hex)\n\(content)".write(toFile: file, atomically: true, encoding: .utf8)
    }
    #expect(try typeset().mathematics[formula]?.contains("<msub>") == true)
    #expect(try Store(folder: folder, access: .read).memo.recall(["key"]) { nil } == nil)
  }

  @Test("says where a formula is wrong, and typesets the others")
  func formulas() throws {
    let text = "# T\n\nA $`\\foo x`$ and $`x`$.\n\n```math\na\n& b\n```"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("typesetter-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    for _ in 0..<2 {
      let made = try Self.typeset(text, folder: folder)
      #expect(
        made.problems.map(\.description) == [
          "01-a.md:3:5: error: this formula cannot be typeset: the command '\\foo' is not known, or not with what follows it",
          "01-a.md:7:1: error: this formula cannot be typeset: '&' outside an environment with columns, such as align; "
            + "write \\& for the sign",
        ]
      )
      #expect(made.mathematics == [TeXFormula(tex: "x", isDisplay: false): "<math><mi>x</mi></math>"])
    }
  }

  @Test("writes out macros of the book in formulas, captions and titles of works, with the places of faults")
  func macros() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("typesetter-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    var works = Bibliography()
    _ = works.read("@book{k, author={Ann Knot}, title={On $\\R y$}, year={1984}}", file: "r.bib")
    func typeset(_ macro: String) throws -> Typesetter {
      let book = try Book(
        parsing: "title: T\nbibliography: r.bib\nmacros: {R: '\(macro)', half: '\\frac12'}",
        folder: folder.path,
        files: ["01-a.md", "r.bib"]
      )
      let text = "# A $`\\R`$\n\n$`\\half\\R + \\foo`$ [](cite:k)\n\n```math\n\\def\\a{\\a}\n\\R \\a\n```\n"
      let chapter = try Chapter(parsing: text, file: "01-a.md")
      let caption = Caption(
        "in $`\\R z`$",
        finding: "c.f",
        at: .init(file: "01-a.md", line: 9),
        hasDollarMath: false
      )
      return Typesetter(
        Manuscript(book: book, chapters: [chapter], bibliography: works),
        captions: [caption].compactMap { $0 },
        store: try Store(folder: folder.path + "/.marginalia"),
        path: ProcessInfo.processInfo.environment["PATH"] ?? ""
      )
    }
    let made = try typeset("\\mathbb{R}")
    #expect(Set(made.mathematics.keys.map(\.tex)) == ["\\mathbb{R}", "\\mathbb{R}y", "\\mathbb{R}z"])
    #expect(made.mathematics.values.allSatisfy { $0.contains("ℝ") })
    #expect(
      made.problems.map(\.description) == [
        "01-a.md:3:13: error: this formula cannot be typeset: the command '\\foo' is not known, or not with what follows it",
        "01-a.md:7:4: error: this formula cannot be typeset: the text of '\\a' grows without end or beyond 20000 bytes; a "
          + "command must not use itself, not by others either",
      ]
    )
    // Another meaning gives other formulas, whatever the cache holds of the first.
    #expect(
      try typeset("\\mathbf{R}").mathematics.values.allSatisfy { !$0.contains("ℝ") && $0.contains("𝐑") }
    )
  }

  @Test("leaves a book readable where there is no pandoc, and says what to install")
  func missing() throws {
    let bibliography = "@misc{k, title={T}}"
    let made = try Self.typeset("$`x`$ [](cite:k)", bibliography: bibliography, hasPandoc: false)
    #expect(
      made.problems.map(\.description) == [
        "01-a.md:1:3: warning: formulas are shown as TeX and citations as their keys, since there is no 'pandoc' on the "
          + "path: apt-get install pandoc"
      ]
    )
    #expect(try Self.typeset("Text.", hasPandoc: false).problems == [])
  }
}
