/// A text that pages add to the words of the author; its raw value is the English one, by which `phrases:` in `book.yml`
/// names it.
///
/// Only what a reader of the chapters meets has a phrase: sentences about runs, records and errors are English in every book.
/// `…` stands for a number, a label or a name.
package enum Phrase: String, Hashable, Sendable, CaseIterable {
  // The names of what has a number. Without `…` the number follows a space: `Figure 5.2`.
  case figure = "Figure"
  case table = "Table"
  case equation = "Equation"
  case chapter = "Chapter"

  // Headings.
  case chapters = "Chapters"
  case contents = "Contents"
  case references = "References"
  case notes = "Notes"
  case overview = "Overview"
  case contentsAndSearch = "Contents and search"

  // What stands above callouts.
  case note = "Note"
  case tip = "Tip"
  case important = "Important"
  case warning = "Warning"
  case caution = "Caution"

  // Ways through the book.
  case skip = "Skip to content"
  case fullContents = "Search and full contents"
  case searchBook = "Search the book"
  case allChapters = "All … chapters"
  case neighbours = "Neighbouring chapters"
  case permalink = "Link to this section"
  case noteMark = "Note …"
  case noteBack = "Back to the text"
  case preview = "Preview: …"
  case goThere = "Go there"
  case citedWork = "the work cited"

  // What screen readers say of parts of the text.
  case done = "Done:"
  case toDo = "To do:"
  case listing = "Listing"
  case formula = "Formula"

  // Cells and findings.
  case cellCode = "Code of cell …"
  case cellOutput = "Output of cell …"
  case cellLine = "line …"
  case foldedLine = "Code, 1 line"
  case foldedLines = "Code, … lines"
  case measurements = "… numbers, by their names"
  case data = "Data"
  case dataOf = "Data of …"
  case fileOf = "… as …"
  case show = "Show"
  case all = "All"
  case provenance = "Provenance"
  case origin = "provenance"
  case originOf = "Provenance of …"

  // How to cite the book.
  case cite = "Cite this"
  case licence = "Licence: …"
  case funding = "Funding: …"
}

/// The words of all phrases in one language.
package struct Phrases: Hashable, Sendable {
  private let table: [Phrase: String]

  package static let english = Phrases(.english)

  /// Takes the table of a language, or English where there is none.
  ///
  /// - Parameter own: an author's words, which come before those of the table.
  package init(_ language: Language, own: [Phrase: String] = [:]) {
    table = (Self.tables[language.primary] ?? [:]).merging(own) { _, own in own }
  }

  /// The words of a phrase without arguments, or the mere word for what has a number.
  package subscript(_ phrase: Phrase) -> String {
    let words = words(phrase)
    guard [.figure, .table, .equation, .chapter].contains(phrase), words.contains(Self.gap) else {
      return words
    }
    return words.split(separator: Self.gap).map { String($0).trimming() }.joined(separator: " ")
  }

  /// The words of a phrase around its arguments, in their order; an argument without a place of its own follows a space.
  package func callAsFunction(_ phrase: Phrase, _ arguments: String...) -> String {
    let pieces = words(phrase).split(separator: Self.gap, omittingEmptySubsequences: false)
    var text = String(pieces[0])
    for (index, argument) in arguments.enumerated() {
      text += index + 1 < pieces.count ? argument + pieces[index + 1] : " " + argument
    }
    // A `…` that is no place of an argument is a sign like any other.
    return text + pieces.dropFirst(arguments.count + 1).map { String(Self.gap) + $0 }.joined()
  }

  /// Whether a text is a phrase around an argument.
  package func isText(_ text: String, of phrase: Phrase) -> Bool {
    let pieces = words(phrase).split(separator: Self.gap, omittingEmptySubsequences: false)
    return text.hasPrefix(pieces[0]) && text.hasSuffix(pieces.count > 1 ? pieces[1] : "")
  }

  /// The words of every phrase in the order of the phrases: two values with the same are the same for a page.
  package var all: [String] { Phrase.allCases.map(words) }

  /// The place of an argument.
  private static let gap: Character = "…"

  private func words(_ phrase: Phrase) -> String { table[phrase] ?? phrase.rawValue }

  /// By the primary part of a language's tag; English is the phrases themselves.
  package static let tables: [String: [Phrase: String]] = [
    "ar": arabic, "de": german, "es": spanish, "fr": french, "he": hebrew, "it": italian, "ja": japanese,
    "nl": dutch, "pt": portuguese, "zh": chinese,
  ]
}

extension Language {
  /// The part of the tag that names the language itself, in lower case; empty for Chinese in traditional characters, whose
  /// readers would take simplified ones for another's.
  var primary: String {
    let parts = tag.lowercased().split(separator: "-").map(String.init)
    guard let first = parts.first else { return "" }
    if first == "zh", !parts.contains("hans"), parts.contains(where: ["hant", "tw", "hk", "mo"].contains) {
      return ""
    }
    return first == "iw" ? "he" : first
  }

  /// The attributes of a sentence that is English in every book, on a page in this language.
  package var ofEnglish: (language: String?, direction: String?) {
    primary == "en" ? (nil, nil) : ("en", isRightToLeft ? "ltr" : nil)
  }
}

extension Callout {
  /// What stands above it.
  package var phrase: Phrase {
    switch self {
    case .note: .note
    case .tip: .tip
    case .important: .important
    case .warning: .warning
    case .caution: .caution
    }
  }
}

extension Book {
  /// The words of a chapter's page, or of the pages of the whole book. The author's own words are those of the book's
  /// language.
  package func phrases(of file: String? = nil) -> Phrases {
    let other = file.flatMap { languages[$0] } ?? language
    return Phrases(other, own: other.primary == language.primary ? phrases : [:])
  }

  /// Reads `phrases:`, a mapping of English phrases to the author's own words.
  mutating func readPhrases(_ settings: YAMLReader.Settings, _ reader: inout YAMLReader) {
    let known = Phrase.allCases.map(\.rawValue)
    guard let value = settings["phrases"],
      let list = reader.settings(value, key: "phrases", known: known, unknown: BookError.unknownPhrase)
    else { return }
    for key in list.keys {
      if let phrase = Phrase(rawValue: key), let value = list[key] {
        phrases[phrase] = reader.text(value, key: "phrases: \(key)")
      }
    }
  }
}
