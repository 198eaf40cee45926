extension Chapter {
  /// A number typed by hand beside a finding.
  package struct TypedNumber: Hashable, Sendable {
    package var text: String
    package var location: SourceLocation
  }

  /// Numbers that look measured and are typed: decimals or percentages in the text of a paragraph that also
  /// refers to a finding. Numbers inside links, code and formulas are not looked at.
  package var typedNumbers: [TypedNumber] {
    guard mentions.references.contains(where: { $0.kind == .finding }) else { return [] }
    var found: [TypedNumber] = []
    Self.visit(blocks) { block in
      guard case .paragraph(let inlines) = block else { return }
      var place: SourceLocation?
      Self.visit(inlines) { inline in
        if case .reference(let reference) = inline, reference.kind == .finding {
          place = place ?? reference.location
        }
      }
      guard let place else { return }
      for text in Self.ownText(of: inlines) {
        found += Self.measuredNumbers(in: text).map { TypedNumber(text: $0, location: place) }
      }
    }
    return found
  }

  private static func ownText(of inlines: [Inline]) -> [String] {
    inlines.flatMap { inline -> [String] in
      switch inline {
      case .text(let text): [text]
      case .emphasis(let inner), .strong(let inner): ownText(of: inner)
      case .softBreak, .lineBreak, .code, .html, .link, .image, .math, .reference, .citation, .note: []
      }
    }
  }

  /// Finds numbers with decimals or a percent sign, such as `0.93` or `99 %`.
  static func measuredNumbers(in text: String) -> [String] {
    var found: [String] = []
    var rest = text[...]
    while let start = rest.firstIndex(where: { $0.isASCII && $0.isNumber }) {
      let before = start > text.startIndex ? text[text.index(before: start)] : " "
      let word = text[start...].prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
      rest = text[word.endIndex...]
      let number = word.last == "." ? word.dropLast() : word
      let percent = text[number.endIndex...].prefix { $0 == " " || $0 == "\u{A0}" || $0 == "%" }
      let isRate = percent.contains("%")
      guard !before.isLetter, before != ".", Double(number) != nil, isRate || number.contains(".") else {
        continue
      }
      found.append(isRate ? number + percent.prefix { $0 != "%" } + "%" : String(number))
    }
    return found
  }
}
