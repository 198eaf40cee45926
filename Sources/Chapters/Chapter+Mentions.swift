extension Chapter {
  /// The references, equations, formulas and headings of a chapter's title and prose, in the order of the text. They are
  /// collected in one pass, since every page of a book uses them.
  package struct Mentions: Hashable, Sendable {
    /// Every link that the book resolves.
    package private(set) var references: [Reference] = []
    /// The labelled equations.
    package private(set) var equations: [Equation] = []
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
          formulas.append(Formula(tex: tex, isDisplay: true, location: location))
          if let label { equations.append(Equation(label: label, location: location)) }
        default: break
        }
      }
    }

    private mutating func note(_ inlines: [Inline]) {
      for inline in inlines {
        switch inline {
        case .text, .softBreak, .lineBreak, .code, .html: break
        case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
          note(inner)
        case .math(let tex, let location):
          formulas.append(Formula(tex: tex, isDisplay: false, location: location))
        case .reference(let reference):
          references.append(reference)
          note(reference.text)
        }
      }
    }
  }

  /// An equation that can be referred to.
  package struct Equation: Hashable, Sendable {
    package var label: String
    package var location: SourceLocation
  }

  /// A heading below the title.
  package struct Heading: Hashable, Sendable {
    package var level: Int
    package var inlines: [Inline]
    package var location: SourceLocation
  }

  /// A formula in TeX, as written.
  package struct Formula: Hashable, Sendable {
    package var tex: String
    package var isDisplay: Bool
    package var location: SourceLocation
  }
}
