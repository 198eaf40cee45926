import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("The words that pages add")
struct LanguageTests {
  /// A German book whose second chapter is French; each has findings, and each refers to those of the other.
  private func report() throws -> Report {
    let first = """
      # Anfang

      Siehe [](table:curves.loss), [](figure:learned.loss), [](equation:soft), [](chapter:suite) und
      [sie](cite:wen-2016), dazu [^1].

      ```math label=soft
      a
      ```

      > [!WARNING]
      > Nur ein Lauf.

      - [x] gemessen
      - [ ] verglichen

      ```swift id=curves echo=fold
      a
      b
      ```

      [^1]: Eine Anmerkung.
      """
    let second = """
      # Suite

      Voir [](table:curves.loss), [](figure:learned.loss), [](equation:soft), [](chapter:anfang).

      > [!TIP]
      > Essayez.

      ## Une section

      ```swift id=learned
      c
      ```
      """
    var report = try Fixture.report()
    report.chapters = [
      try Chapter(parsing: first, file: "01-anfang.md"), try Chapter(parsing: second, file: "02-suite.md"),
    ]
    report.records = [
      "curves": Fixture.record(
        "curves",
        [Finding(name: "loss", caption: "Verlust.", content: .table(Fixture.schemes))]
      ),
      "learned": Fixture.record(
        "learned",
        [
          Finding(name: "loss", caption: "La perte de [](table:curves.loss).", content: .chart(Fixture.curve))
        ],
        output: "sortie\n"
      ),
    ]
    report.book.language = Language("de-AT")
    report.book.languages = ["02-suite.md": Language("fr")]
    return report
  }

  @Test("are those of the chapter's language, also where a chapter refers to another's findings")
  func chapters() throws {
    let pages = try report().texts()
    let german = try #require(pages["01-anfang.html"])
    for piece in [
      "<p class=\"kicker\">Kapitel 1</p>", "href=\"#_content\">Zum Inhalt springen</a>",
      "href=\"#curves.loss\">Tabelle 1.1</a>", "href=\"02-suite.html#learned.loss\">Abbildung 2.1</a>",
      ">Gleichung 1.1</a>", "href=\"02-suite.html\">Kapitel 2</a>",
      "aria-label=\"Vorschau: das zitierte Werk\"",
      "<p class=\"callout-title\">Warnung</p>", "aria-label=\"Erledigt:\">", "aria-label=\"Zu erledigen:\">",
      "aria-label=\"Anmerkung 1\"", "<h2 id=\"_notes\">Anmerkungen</h2>", "aria-label=\"Zurück zum Text\"",
      "<h2 id=\"_references\">Literatur</h2>", "aria-label=\"Gleichung\"",
      "<summary>Code, 2 Zeilen</summary>",
      "aria-label=\"Code der Zelle curves\"", "aria-label=\"Benachbarte Kapitel\"", ">Herkunft</a>",
      "aria-label=\"Herkunft von Tabelle 1.1\"", "aria-label=\"Tabelle 1.1 als CSV\"", ">Zur Stelle</a>",
    ] { #expect(german.contains(piece), "\(piece)") }
    let french = try #require(pages["02-suite.html"])
    for piece in [
      "<p class=\"kicker\">Chapitre 2</p>", ">Aller au contenu</a>", ">Tableau 1.1</a>",
      "href=\"#learned.loss\">Figure 2.1</a>", ">Équation 1.1</a>", "href=\"01-anfang.html\">Chapitre 1</a>",
      "<p class=\"callout-title\">Astuce</p>", "aria-label=\"Lien vers cette section\"",
      "aria-label=\"Aperçu\u{A0}: Tableau 1.1\"", "<summary>Données</summary>",
      "aria-label=\"Données de Figure 2.1\"",
      "aria-label=\"Sortie de la cellule learned\"",
      "La perte de <a href=\"01-anfang.html#curves.loss\">Tableau 1.1</a>.",
      "ligne 10",
    ] { #expect(french.contains(piece), "\(piece)") }
    for english in [
      ">Contents<", "Figure 1", "Table 1", "Skip to", "Preview", "Go there", ">provenance<", ">Provenance<",
      "Search",
    ] {
      #expect(!german.contains(english), "\(english)")
    }
    let contents = try #require(pages["contents.html"])
    #expect(
      contents.contains("<h1>Inhalt</h1>") && contents.contains(">Abbildung 2.1 La perte de Tableau 1.1.</a>")
    )
    #expect(pages["index.html"]?.contains("<h2 id=\"_cite\">Zitieren</h2>") == true)
    #expect(pages["index.html"]?.contains("<h2 id=\"_chapters\">Kapitel</h2>") == true)
  }

  @Test("change no address: files, ids and links are those of the English book")
  func addresses() throws {
    func addresses(_ page: String) -> [String] {
      page.matches(of: #/ (?:id|href)="([^"]*)"/#).map { String($0.output.1) }
    }
    let other = try report()
    var english = other
    english.book.language = .english
    english.book.languages = [:]
    let (pages, expected) = (try other.texts(), try english.texts())
    #expect(pages.keys.sorted() == expected.keys.sorted())
    #expect(pages["data/figure-2-1-learned.loss.csv"] != nil)
    for (path, page) in expected where path.hasSuffix(".html") {
      #expect(try addresses(#require(pages[path])) == addresses(page), "\(path)")
    }
  }

  @Test("are the author's own where book.yml gives them, in the language of the book alone")
  func own() throws {
    var report = try report()
    report.book.phrases = [.figure: "Bild", .table: "Tafel", .chapter: "…. Kapitel", .originOf: "Woher"]
    let pages = try report.texts()
    let german = try #require(pages["01-anfang.html"])
    for piece in [
      ">Bild 2.1</a>", ">Tafel 1.1</a>", ">1. Kapitel</p>", "aria-label=\"Woher Tafel 1.1\"",
      "data/table-1-1-curves.loss.csv",
    ] { #expect(german.contains(piece), "\(piece)") }
    let french = try #require(pages["02-suite.html"])
    #expect(french.contains(">Figure 2.1</a>") && french.contains(">Chapitre 2</p>"))
  }

  @Test("fall back from a region to its language, and from an unknown language to English")
  func fallback() {
    for (tag, figure) in [
      ("de-AT", "Abbildung"), ("PT-br", "Figura"), ("zh", "图"), ("zh-Hans-TW", "图"), ("zh-TW", "Figure"),
      ("iw", "איור"),
      ("en-GB", "Figure"), ("eu", "Figure"),
    ] { #expect(Phrases(Language(tag))[.figure] == figure, "\(tag)") }
    let chinese = Phrases(Language("zh"))
    #expect(chinese(.chapter, "3") == "第 3 章" && chinese(.figure, "3.1") == "图 3.1")
    #expect(chinese[.chapter] == "第 章" && chinese(.fileOf, "图 3.1", "CSV") == "图 3.1（CSV）")
    #expect(Phrases.english(.preview, "Table 1") == "Preview: Table 1")
    let own = Phrases(.english, own: [.figure: "…. … fig", .goThere: "more …"])
    #expect(own(.figure, "2") == "2. … fig" && own[.goThere] == "more …")
  }

  @Test(
    "have every phrase in every table, each with the places of its arguments",
    arguments: Phrases.tables.keys
  )
  func tables(language: String) throws {
    let table = try #require(Phrases.tables[language])
    for phrase in Phrase.allCases {
      let words = try #require(table[phrase], "\(phrase.rawValue)")
      #expect(!words.isEmpty && words.first?.isWhitespace == false && words.last?.isWhitespace == false)
      let gaps = words.count { $0 == "…" }
      // Only the word for a chapter stands around its number in some languages.
      #expect(phrase == .chapter ? gaps <= 1 : gaps == phrase.rawValue.count { $0 == "…" }, "\(words)")
    }
    #expect(Set(table.values).count > Phrase.allCases.count / 2)
  }

  @Test(
    "are the same in editions, where code is still known as Swift and the line that unfolds it is left out"
  )
  func editions() throws {
    for form in EditionForm.allCases {
      let inputs = Edition(try report(), form: form).documents().documents.map {
        String(decoding: $0.input, as: UTF8.self)
      }
      let all = inputs.joined()
      for word in ["\"Literatur\"", "\"Warnung\"", "\"Abbildung\"", "\"Tableau\""] {
        #expect(all.contains(word), "\(form): \(word)")
      }
      // In Markdown the first page begins with the book's title.
      #expect(all.contains("\"Überblick\"") == (form != .markdown), "\(form)")
      for word in ["\"References\"", "\"Overview\"", "\"Warning\"", "\"Zeilen\""] {
        #expect(!all.contains(word), "\(form): \(word)")
      }
      #expect(all.ranges(of: "[\"\",[\"swift\"],[]]").count == 2, "\(form)")
    }
  }
}
