/// The names that references of a book can resolve to: cells, equations, terms, chapters and bibliography keys.
struct References: Sendable {
  private var cells: [String: SourceLocation] = [:]
  private var equations: [String: SourceLocation] = [:]
  private var pictures: [String: SourceLocation] = [:]
  private var chapters: Set<String> = []
  private var terms: Set<String> = []
  private let keys: Set<String>
  private let hasBibliography: Bool
  /// Whether some chapter could not be read whole, so that a missing name may be defined there.
  private let isPartial: Bool
  /// The names of `cells` and `equations`.
  private let cellNames: Set<String>
  private let labels: Set<String>

  init(_ manuscript: Manuscript) {
    for chapter in manuscript.chapters {
      chapters.insert(chapter.id)
      for cell in chapter.cells where cells[cell.id] == nil { cells[cell.id] = cell.location }
      for equation in chapter.mentions.equations where equations[equation.label] == nil {
        equations[equation.label] = equation.location
      }
      terms.formUnion(chapter.mentions.terms.map(\.name))
      for figure in chapter.mentions.figures {
        if let label = figure.label, pictures[label] == nil { pictures[label] = figure.location }
      }
    }
    cellNames = Set(cells.keys)
    labels = Set(equations.keys)
    keys = Set(manuscript.bibliography.entries.keys)
    hasBibliography = !manuscript.book.bibliographies.isEmpty
    isPartial = manuscript.chapters.contains { $0.isBroken }
  }

  /// Whether no cell before this one has its id.
  func isFirst(_ cell: Cell) -> Bool { cells[cell.id] == cell.location }

  /// Returns duplicate names, unresolved references and numbers typed by hand of a chapter, in the order of its text.
  func problems(of chapter: Chapter) -> [Problem] {
    let typed = chapter.typedNumbers.map { typed in
      let sentence =
        "'\(typed.text)' stands beside a finding and is typed by hand; write [\(typed.text)](finding:cell.name)"
      return Problem(.warning, at: typed.location, sentence)
    }
    let links = chapter.mentions.references.compactMap(problem)
    return (duplicates(in: chapter) + links + typed).sorted { $0.location < $1.location }
  }

  /// Returns the unresolved references of settings in `book.yml`: `first-page:` and `reproduces:`.
  func problems(ofSettings references: [Reference]) -> [Problem] { references.compactMap(problem) }

  /// Returns ids and labels of a chapter that another chapter has taken before it.
  private func duplicates(in chapter: Chapter) -> [Problem] {
    let ids = chapter.cells.map { (name: $0.id, place: $0.location, first: cells[$0.id], what: "id") }
    let labels = chapter.mentions.equations.map {
      (name: $0.label, place: $0.location, first: equations[$0.label], what: "label")
    }
    let pictures = chapter.mentions.figures.compactMap { figure in
      figure.label.map {
        (name: $0, place: figure.location, first: self.pictures[$0], what: "picture's label")
      }
    }
    return (ids + labels + pictures).compactMap { name, place, first, what in
      guard let first, first.file != place.file else { return nil }
      return Problem(.error, at: place, "the \(what) '\(name)' is already taken at \(first)")
    }
  }

  /// Returns the error of a reference; `nil` if it can be resolved.
  private func problem(with reference: Reference) -> Problem? {
    let target = reference.target
    let name: String
    let known: Set<String>
    let what: String
    switch reference.kind {
    case .figure where !target.contains("."):
      (name, known, what) = (target, Set(pictures.keys), "picture's label")
    case .finding, .figure, .table:
      name = String(target.prefix { $0 != "." })
      (known, what) = (cellNames, "cell")
    case .equation: (name, known, what) = (target, labels, "equation label")
    case .chapter: (name, known, what) = (target, chapters, "chapter")
    case .term: (name, known, what) = (target, terms, "defined term")
    case .cite: (name, known, what) = (target, keys, "entry of the bibliography")
    }
    // A target of the wrong form was reported when the chapter was read.
    if known.contains(name) || reference.kind.expectation(of: target) != nil { return nil }
    if isPartial, reference.kind != .chapter, reference.kind != .cite { return nil }
    let link = "'\(reference.kind.rawValue):\(target)' leads nowhere: "
    if reference.kind == .cite, !hasBibliography {
      return Problem(.error, at: reference.location, link + "book.yml names no bibliography")
    }
    let isPicture = reference.kind == .figure && !target.contains(".")
    let hint =
      question(Spelling.nearest(to: name, in: known.sorted()))
      + (isPicture ? "; a picture with a label stands alone in its paragraph and has a title" : "")
    return Problem(.error, at: reference.location, link + "there is no \(what) '\(name)'" + hint)
  }
}
