/// Works that are cited together and set by the citation style, such as `(Wen et al., 2016, p. 3; Deng et al., 2017)`.
package struct CitationGroup: Hashable, Sendable {
  package var works: [Work]

  /// One cited work.
  package struct Work: Hashable, Sendable {
    package var key: String
    package var form: Form
    /// What stands before the work: `see`.
    package var prefix: String
    /// The place in the work and what else follows it: `p. 12`.
    package var suffix: String
    package var location: SourceLocation
  }

  /// How a work is named in the sentence.
  package enum Form: Hashable, Sendable {
    /// (Wen et al., 2016)
    case whole
    /// Wen et al. (2016)
    case inText
    /// (2016)
    case withoutAuthor
    /// The author's own words, which link to the work.
    case ownWords
  }

  /// A group of the one work that a link with the author's own words cites.
  init(ownWords reference: Reference) {
    works = [
      Work(key: reference.target, form: .ownWords, prefix: "", suffix: "", location: reference.location)
    ]
  }

  private init(works: [Work]) { self.works = works }

  /// Makes groups of the citations among inlines whose links have no words of their own; spaces, commas and semicolons
  /// between neighbours are the style's to write.
  static func grouped(_ inlines: [Inline]) -> [Inline] {
    var result: [Inline] = []
    var index = 0
    while index < inlines.count {
      guard let work = work(inlines[index]) else {
        result.append(inlines[index])
        index += 1
        continue
      }
      var works = [work]
      index += 1
      while work.form != .inText {
        var next = index
        while next < inlines.count, isSeparator(inlines[next]) { next += 1 }
        guard next < inlines.count, let neighbour = self.work(inlines[next]), neighbour.form != .inText else {
          break
        }
        works.append(neighbour)
        index = next + 1
      }
      result.append(.citation(CitationGroup(works: works)))
    }
    return result
  }

  private static func isSeparator(_ inline: Inline) -> Bool {
    switch inline {
    case .softBreak: true
    case .text(let text): text.allSatisfy { $0 == " " || $0 == ";" || $0 == "," }
    default: false
    }
  }

  /// The work that a link cites; `nil` for any other inline and for a link with words of its own.
  private static func work(_ inline: Inline) -> Work? {
    guard case .reference(let reference) = inline, reference.kind == .cite else { return nil }
    let text = Chapter.plainText(reference.text).trimming()
    var work = Work(
      key: reference.target,
      form: .whole,
      prefix: "",
      suffix: "",
      location: reference.location
    )
    if text.isEmpty { return work }
    guard let sign = text.firstIndex(of: "@") else {
      guard isPlace(text) else { return nil }
      work.suffix = text
      return work
    }
    // An '@' in the text stands for the work, as in pandoc's own citations.
    var before = text[..<sign].trimming()
    var after = text[text.index(after: sign)...]
    if after.hasPrefix(reference.target) { after = after.dropFirst(reference.target.count) }
    if before.hasSuffix("-") {
      before = String(before.dropLast()).trimming()
      work.form = .withoutAuthor
    } else if before.isEmpty {
      work.form = .inText
    }
    work.prefix = before
    work.suffix = after.drop { $0 == "," || $0 == " " }.trimming()
    return work
  }

  /// Whether a text is a place in a work: a number, or a word such as `p.` and a number.
  private static func isPlace(_ text: String) -> Bool {
    let word = text.prefix { $0.isLetter || $0 == "§" }
    var rest = text[word.endIndex...]
    if word.isEmpty { return !rest.isEmpty && rest.allSatisfy { $0.isNumber || "–-, ".contains($0) } }
    guard placeWords.contains(word.lowercased()) else { return false }
    if rest.first == "." { rest = rest.dropFirst() }
    rest = rest.drop { $0 == " " || $0 == "\u{A0}" }
    let number = rest.prefix { !$0.isWhitespace && $0 != "," }
    return number.first?.isNumber == true
      || (!number.isEmpty && number.allSatisfy { "ivxlcdmIVXLCDM–-".contains($0) })
  }

  /// Words for places in works, as styles of some languages know them, in lower case.
  private static let placeWords: Set<String> = [
    "p", "pp", "page", "pages", "chap", "chaps", "chapter", "chapters", "ch", "sec", "secs", "sect",
    "section",
    "sections", "§", "§§", "fig", "figs", "figure", "figures", "vol", "vols", "volume", "no", "nos", "issue",
    "l",
    "ll", "line", "lines", "v", "vv", "verse", "verses", "para", "paras", "paragraph", "part", "pt", "eq",
    "eqs",
    "equation", "equations", "tab", "table", "tables", "thm", "theorem", "lemma", "col", "cols", "column",
    "fol",
    "folio", "op", "opus", "book", "bk", "note", "n", "nn", "art", "article", "s", "seite", "seiten", "kap",
    "kapitel", "abschn", "abschnitt", "abb", "abbildung", "bd", "band", "nr", "teil", "gl", "gleichung",
    "tabelle",
    "satz", "abs", "spalte", "zeile", "vers", "chapitre", "sección", "pág", "págs", "cap", "capítulo",
    "figura", "tabla", "tome",
  ]
}

extension StringProtocol {
  /// The text without white space at both ends.
  func trimming() -> String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
