/// Marks in the text that cmark reads, in place of what CommonMark does not know.
///
/// They are private characters of the last plane of Unicode: cmark treats them as letters, and they are resolved when its
/// tree is read. Every line of the text stays the line that it was.
enum ProseMarks {
  private static let start: Unicode.Scalar = "\u{10FF00}"
  private static let end: Unicode.Scalar = "\u{10FF01}"
  /// Fills a line whose text belongs to the mark above it.
  static let filler: Character = "\u{10FF02}"

  /// What a mark stands for.
  enum Piece {
    /// A formula in dollars, with its place; `source` is what was written.
    case math(tex: String, isDisplay: Bool, location: SourceLocation, source: String)
    /// `[^label]`.
    case note(label: String)
    /// The start of the text of a note.
    case noteText(label: String, location: SourceLocation)
    /// The start of a definition.
    case definition
    /// The start of a cell of a table, so that nothing in it starts a block.
    case cell

    /// What was written, for code and addresses.
    var source: String {
      switch self {
      case .math(_, _, _, let source): source
      case .note(let label): "[^\(label)]"
      case .noteText(let label, _): "[^\(label)]:"
      case .definition: ":"
      case .cell: ""
      }
    }
  }

  static func mark(_ index: Int) -> String { "\(start)\(index)\(end)" }

  /// Whether a text holds any of the marks; four bytes in UTF-8, of which the first is rare.
  static func isIn(_ text: String) -> Bool {
    text.utf8.contains(0xF4) && text.unicodeScalars.contains(where: isMark)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x10FF00...0x10FF02).contains(scalar.value)
  }

  /// The text with such characters replaced by the sign for what cannot be shown.
  static func cleaned(_ source: SourceText) -> SourceText {
    guard source.bytes.contains(0xF4) else { return source }
    let text = String(decoding: source.bytes, as: UTF8.self)
    guard isIn(text) else { return source }
    var clean = String.UnicodeScalarView()
    clean.append(contentsOf: text.unicodeScalars.map { isMark($0) ? "\u{FFFD}" : $0 })
    return SourceText(String(clean), file: source.file)
  }

  /// A part of a text with marks.
  enum Part {
    case text(String)
    case mark(Int)
    case filler
  }

  /// Divides a text at its marks.
  static func parts(of text: String) -> [Part] {
    var parts: [Part] = []
    var plain = String.UnicodeScalarView()
    func flush() {
      if !plain.isEmpty { parts.append(.text(String(plain))) }
      plain = String.UnicodeScalarView()
    }
    var number: Int?
    for scalar in text.unicodeScalars {
      switch scalar {
      case start:
        flush()
        number = 0
      case end:
        if let index = number { parts.append(.mark(index)) }
        number = nil
      case "\u{10FF02}":
        flush()
        parts.append(.filler)
      default:
        // A numeric reference such as &#x10FF00; can forge a mark; one without a plausible number is none.
        if let value = number, value < 1 << 40, (48...57).contains(scalar.value) {
          number = value * 10 + Int(scalar.value) - 48
        } else {
          number = nil
          plain.append(scalar)
        }
      }
    }
    flush()
    return parts
  }

  /// The text as it was written.
  static func restored(_ text: String, _ pieces: [Piece]) -> String {
    guard isIn(text) else { return text }
    return parts(of: text).map { part in
      switch part {
      case .text(let text): text
      case .mark(let index): pieces.indices.contains(index) ? pieces[index].source : ""
      case .filler: ""
      }
    }.joined()
  }
}
