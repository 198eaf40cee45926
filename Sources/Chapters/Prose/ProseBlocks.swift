/// A pipe table.
package struct ProseTable: Hashable, Sendable {
  package var header: [[Inline]]
  /// Each row has as many cells as the header.
  package var rows: [[[Inline]]]
  /// Of each column; `nil` where the table says none.
  package var alignments: [Alignment?]

  package enum Alignment: String, Hashable, Sendable { case left, center, right }
}

/// A quote that warns or advises: `> [!NOTE]`.
package enum Callout: String, Hashable, Sendable, CaseIterable {
  case note, tip, important, warning, caution

  /// Returns a quote, or a callout where the first line says so and nothing else.
  static func block(quoting blocks: [Block]) -> Block {
    guard case .paragraph(let inlines)? = blocks.first, case .text(let mark)? = inlines.first,
      mark.hasPrefix("[!"), mark.hasSuffix("]"), inlines.count == 1 || inlines[1] == .softBreak,
      let kind = Callout(rawValue: mark.dropFirst(2).dropLast().lowercased())
    else { return .quote(blocks) }
    let rest = Array(inlines.dropFirst(2))
    return .callout(kind, (rest.isEmpty ? [] : [.paragraph(rest)]) + blocks.dropFirst())
  }
}

/// Terms and what they mean.
package struct Definition: Hashable, Sendable {
  package var terms: [[Inline]]
  package var texts: [[Block]]

  /// The name by which `term:` refers to a term: its letters and digits in lower case, with hyphens between words; empty
  /// where it has none.
  package static func name(of term: String) -> String {
    term.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
  }

  /// The words of its first paragraph.
  package var meaning: String {
    for case .paragraph(let inlines) in texts.joined() { return Chapter.plainText(inlines) }
    return ""
  }
}

/// A picture with a caption and a number.
package struct ProseFigure: Hashable, Sendable {
  package var source: String
  /// What is said to those who cannot see it.
  package var text: String
  package var caption: [Inline]
  /// What makes it `figure:label`; `nil` where nothing refers to it.
  package var label: String?
  package var location: SourceLocation
}

/// A note at the foot of the chapter, with its number from 1.
package struct Note: Hashable, Sendable {
  package var number: Int
  package var blocks: [Block]
}
