extension Chapter {
  /// The references, equations, formulas and headings of a chapter's title and prose, in the order of the text. They are
  /// collected in one pass, since every page of a book uses them.
  package struct Mentions: Hashable, Sendable {
    /// Every link that the book resolves.
    package private(set) var references: [Reference] = []
    /// The labelled equations.
    package private(set) var equations: [Equation] = []
    /// The citations, each as often as it is written.
    package private(set) var citations: [CitationGroup] = []
    /// The defined terms.
    package private(set) var terms: [Term] = []
    /// The numbered pictures.
    package private(set) var figures: [ProseFigure] = []
    /// The formulas, each as often as it is written.
    package private(set) var formulas: [Formula] = []
    /// The headings except the title, including those in quotes and lists.
    package private(set) var headings: [Heading] = []

    init(title: [Inline], blocks: [Block]) {
      note(title)
      Chapter.visit(blocks) { block in
        switch block {
        case .paragraph(let inlines): note(inlines)
        case .heading(let level, let inlines, let location):
          headings.append(Heading(level: level, inlines: inlines, location: location))
          note(inlines)
        case .math(let tex, let label, let location):
          note(Formula(tex, isDisplay: true, location: location))
          // A fence has its label in the line above the TeX.
          let fence = SourceLocation(file: location.file, line: location.line - 1, column: location.column)
          if let label { note(equation: label, tex, at: fence) }
        case .table(let table): for row in [table.header] + table.rows { for cell in row { note(cell) } }
        case .definitions(let definitions):
          for definition in definitions {
            for term in definition.terms {
              terms.append(Term(words: Chapter.plainText(term), meaning: definition.meaning))
              note(term)
            }
          }
        case .figure(let figure):
          figures.append(figure)
          note(figure.caption)
        // The blocks that they hold are visited by themselves.
        case .quote, .list, .callout, .notes, .listing, .cell, .thematicBreak, .html: break
        }
      }
    }

    /// Notes a labelled formula, and each row of it that has a label of its own.
    private mutating func note(equation label: String, _ tex: String, at place: SourceLocation) {
      let rows = EquationNumbers.rows(of: tex)
      let tag = rows.isEmpty ? EquationNumbers.tag(in: tex) : rows.first { $0.label == label }?.tag
      equations.append(Equation(label: label, tex: tex, tag: tag, anchor: label, location: place))
      for row in rows where rows.count > 1 && row.label != label {
        equations.append(Equation(label: row.label, tex: tex, tag: row.tag, anchor: label, location: place))
      }
    }

    private mutating func note(_ formula: Formula) {
      formulas.append(formula)
      references += EquationNumbers.references(in: formula.tex).map { label, offset in
        Reference(kind: .equation, target: label, text: [], location: formula.place(of: offset))
      }
    }

    private mutating func note(_ inlines: [Inline]) {
      for inline in inlines {
        switch inline {
        case .text, .softBreak, .lineBreak, .code, .html, .note: break
        case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
          note(inner)
        case .math(let tex, let location):
          note(Formula(tex, isDisplay: false, location: location))
        case .reference(let reference):
          references.append(reference)
          if reference.kind == .cite { citations.append(CitationGroup(ownWords: reference)) }
          note(reference.text)
        case .citation(let group):
          citations.append(group)
          references += group.works.map {
            Reference(kind: .cite, target: $0.key, text: [], location: $0.location)
          }
        }
      }
    }
  }

  /// A term of a list of definitions.
  package struct Term: Hashable, Sendable {
    package var words: String
    package var meaning: String

    /// How `term:` refers to it.
    package var name: String { Definition.name(of: words) }
  }

  /// An equation that can be referred to.
  package struct Equation: Hashable, Sendable {
    package var label: String
    package var tex: String
    /// The text of `\tag`, which is the number then.
    package var tag: String?
    /// The first label of the formula, to which links lead: a formula may have one for each row.
    package var anchor: String
    package var location: SourceLocation
  }

  /// A heading below the title.
  package struct Heading: Hashable, Sendable {
    package var level: Int
    package var inlines: [Inline]
    package var location: SourceLocation
  }

  /// A formula in TeX.
  package struct Formula: Hashable, Sendable {
    /// Without the white space around it, which means nothing.
    package var tex: String
    package var isDisplay: Bool
    /// Where the TeX begins.
    package var location: SourceLocation

    /// - Parameter location: where the text begins, with the white space before it.
    init(_ text: String, isDisplay: Bool, location: SourceLocation) {
      let (tex, before) = Self.trimmed(text)
      self.tex = tex
      self.isDisplay = isDisplay
      self.location = Self.place(of: before, in: text, from: location)
    }

    /// Returns the place of a byte of the TeX.
    package func place(of offset: Int) -> SourceLocation { Self.place(of: offset, in: tex, from: location) }

    private static func place(of offset: Int, in text: String, from start: SourceLocation) -> SourceLocation {
      var place = start
      for byte in text.utf8.prefix(offset) {
        place.column += 1
        if byte == 10 { (place.line, place.column) = (place.line + 1, 1) }
      }
      return place
    }

    /// The text without white space around it, and how many bytes of it were before.
    package static func trimmed(_ text: String) -> (tex: String, before: Int) {
      let start = text.utf8.firstIndex { $0 > 32 } ?? text.endIndex
      let end = text[start...].utf8.lastIndex { $0 > 32 }.map { text.utf8.index(after: $0) } ?? start
      return (String(text[start..<end]), text.utf8.distance(from: text.startIndex, to: start))
    }
  }
}
