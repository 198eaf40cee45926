package import Chapters
internal import Foundation
package import Typesetting

/// The formulas and citations of a book, typeset by pandoc.
package struct Typesetter {
  /// What cannot be typeset, with its place.
  package private(set) var problems: [Problem] = []
  /// MathML as markup, for `MathML(reading:)`; a formula that is missing is shown as TeX.
  package private(set) var mathematics: [TeXFormula: String] = [:]
  /// What the style makes of each group of citations; one that is missing is shown by its keys.
  package private(set) var labels: [CitationGroup: [CitedText]] = [:]
  /// The works that the book cites, in the order of the style.
  package private(set) var references: [Citations.Entry] = []

  /// Identifies what typesets a book: the program, the rules of this one and the style; another may give other pages.
  package static func identity(of book: Book, path: String) -> String {
    guard let pandoc = Pandoc(path: path) else { return "no pandoc" }
    return ([pandoc.identity, CitationTypesetter.styleIdentity(of: book)] + book.macros.descriptions).joined(
      separator: " "
    )
  }

  /// Typesets a book, from the store's cache where it can.
  ///
  /// - Parameters:
  ///   - captions: those of the findings that have markup.
  ///   - store: its cache keeps what pandoc answered; one that is only looked at keeps nothing.
  ///   - path: folders with programs, such as `PATH`.
  package init(_ manuscript: Manuscript, captions: [Caption] = [], store: Store, path: String) {
    let chapters = manuscript.chapters
    let groups = chapters.flatMap(\.mentions.citations) + captions.flatMap(\.citations)
    let numbers = EquationNumbers(chapters, macros: manuscript.book.macros)
    let texts = chapters.map(\.mentions.formulas) + captions.map(\.formulas)
    var failures: [TeXFormula: FormulaProblem] = [:]
    var formulas: Set<TeXFormula> = []
    for part in texts.concurrentMap({ Self.resolved($0, numbers) }) {
      formulas.formUnion(part.formulas)
      failures.merge(part.faults) { first, _ in first }
    }
    let hasCitations = !manuscript.bibliography.files.isEmpty
    if formulas.isEmpty, failures.isEmpty, !hasCitations { return }
    guard let pandoc = Pandoc(path: path) else {
      let what = [
        formulas.isEmpty ? nil : "formulas are shown as TeX", hasCitations ? "citations as their keys" : nil,
      ]
      let sentence =
        what.compactMap { $0 }.joined(separator: " and ")
        + ", since there is no 'pandoc' on the path: apt-get install pandoc"
      let places = chapters.flatMap {
        $0.mentions.formulas.map(\.location) + $0.mentions.citations.map(\.works[0].location)
      }
      let place = places.min() ?? SourceLocation(file: Book.file, line: 1)
      problems = [Problem(.warning, at: place, sentence)]
      return
    }
    if hasCitations { cite(groups, manuscript, pandoc, store) }
    for entry in references {
      for text in entry.text {
        text.visitFormulas { formulas.insert(TeXFormula(tex: numbers.resolved($0), isDisplay: false)) }
      }
    }
    let outcomes = FormulaTypesetter(pandoc: pandoc, memo: store.typesetting).outcomes(formulas)
    for (formula, outcome) in outcomes {
      switch outcome {
      case .success(let markup): mathematics[formula] = markup
      case .failure(let problem): failures[formula] = problem
      }
    }
    if failures.isEmpty { return }
    note(failures, chapters, numbers)
    for caption in captions { note(failures, caption, numbers) }
    note(failures, manuscript.bibliography, numbers)
  }

  /// The formulas of a text without macros, and what is wrong with the macros of others.
  private static func resolved(_ formulas: [Chapter.Formula], _ numbers: EquationNumbers) -> (
    formulas: Set<TeXFormula>, faults: [TeXFormula: FormulaProblem]
  ) {
    var resolved: Set<TeXFormula> = []
    var faults: [TeXFormula: FormulaProblem] = [:]
    for formula in formulas {
      let whole = TeXFormula(tex: numbers.resolved(formula.tex), isDisplay: formula.isDisplay)
      do throws(FormulaMacros.Fault) {
        _ = try numbers.expanded(formula.tex)
        resolved.insert(whole)
      } catch { faults[whole] = FormulaProblem(error.sentence, at: error.offset) }
    }
    return (resolved, faults)
  }

  private mutating func cite(
    _ groups: [CitationGroup],
    _ manuscript: Manuscript,
    _ pandoc: Pandoc,
    _ store: Store
  ) {
    let known = manuscript.bibliography.entries
    // Keys that no bibliography has are errors already.
    let cited = groups.filter { group in group.works.allSatisfy { known[$0.key] != nil } }
    let request = CitationRequest(
      groups: cited.map(CitationRequest.Group.init),
      language: manuscript.book.language.tag
    )
    let typesetter = CitationTypesetter(
      pandoc: pandoc,
      memo: store.typesetting,
      book: manuscript.book,
      bibliography: manuscript.bibliography
    )
    let (citations, problems) = typesetter.typeset(request)
    self.problems += problems
    references = citations.entries
    for (group, label) in zip(cited, citations.labels) { labels[group] = label }
  }

  /// Says where the formulas stand that cannot be typeset.
  private mutating func note(
    _ failures: [TeXFormula: FormulaProblem],
    _ chapters: [Chapter],
    _ numbers: EquationNumbers
  ) {
    for chapter in chapters {
      for formula in chapter.mentions.formulas {
        let resolved = TeXFormula(tex: numbers.resolved(formula.tex), isDisplay: formula.isDisplay)
        guard let failure = failures[resolved] else { continue }
        let offset = failure.offset ?? 0
        let place = formula.place(of: (try? numbers.expanded(formula.tex).source(of: offset)) ?? offset)
        problems.append(Problem(.error, at: place, "this formula cannot be typeset: " + failure.sentence))
      }
    }
  }

  /// Says which formulas of cited works cannot be typeset.
  private mutating func note(
    _ failures: [TeXFormula: FormulaProblem],
    _ bibliography: Bibliography,
    _ numbers: EquationNumbers
  ) {
    for entry in references {
      guard let place = bibliography.entries[entry.key]?.location else { continue }
      for text in entry.text {
        text.visitFormulas { tex in
          guard let failure = failures[TeXFormula(tex: numbers.resolved(tex), isDisplay: false)] else {
            return
          }
          let sentence = "the formula '\(tex)' of '\(entry.key)' cannot be typeset: "
          problems.append(Problem(.error, at: place, sentence + failure.sentence))
        }
      }
    }
  }

  /// Says which formulas of a caption cannot be typeset: their places in the cell's code are not known.
  private mutating func note(
    _ failures: [TeXFormula: FormulaProblem],
    _ caption: Caption,
    _ numbers: EquationNumbers
  ) {
    for formula in caption.formulas {
      let resolved = TeXFormula(tex: numbers.resolved(formula.tex), isDisplay: formula.isDisplay)
      guard let failure = failures[resolved] else { continue }
      let place = SourceLocation(file: formula.location.file, line: formula.location.line)
      let sentence = "the formula '\(formula.tex)' in the caption of '\(caption.finding)' cannot be typeset: "
      problems.append(Problem(.error, at: place, sentence + failure.sentence))
    }
  }
}

extension CitationRequest.Group {
  fileprivate init(_ group: CitationGroup) {
    self.init(
      items: group.works.map { work in
        let mode: CitationRequest.Mode =
          switch work.form {
          case .whole, .ownWords: .normal
          case .inText: .inText
          case .withoutAuthor: .suppressAuthor
          }
        return .init(key: work.key, mode: mode, prefix: work.prefix, suffix: work.suffix)
      }
    )
  }
}
