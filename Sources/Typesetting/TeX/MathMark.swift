/// What pandoc cannot say of a part of a formula: a mark in the TeX that it reads, found again in its MathML.
enum MathMark: Hashable, Sendable {
  /// `\textcolor`: a CSS colour.
  case colour(String)
  /// `\colorbox`: a CSS colour.
  case background(String)
  /// `\displaystyle` and its like: the style and how many steps smaller.
  case style(isDisplay: Bool, level: Int)
  case cancelled(Strike)
  /// `\vphantom` takes height, `\hphantom` width.
  case phantom(isWide: Bool)
  /// `\hline` above the row that begins here.
  case rowRule
  /// `|` in the columns of an array: before which columns rules stand, counted from 0.
  case columnRules([Int])
  /// An environment of equations, whose cells are in display style, and the class of its table.
  case equations(String?)
  /// `\intertext`: a text as wide as the table.
  case wholeRow
  /// `\hspace` and its like: a width in em.
  case space(Double)
  /// `\tag`: the number of an equation or of a row.
  case tag
  /// `\left … \right`: delimiters that grow with what is between them, which others do not.
  case fenced
  /// `\middle` in front of a delimiter that is no bar.
  case middle
  /// `\multicolumn`: a cell over several columns, and the class of its alignment.
  case columns(Int, String?)

  enum Strike: String, Hashable, Sendable {
    case rising = "cancel"
    case falling = "bcancel"
    case both = "xcancel"
    case through = "strike"
  }

  // Private characters: no font command of TeX changes them, and no formula means them.
  private static let start: Unicode.Scalar = "\u{E000}"
  private static let end: Unicode.Scalar = "\u{E001}"
  private static let digits: UInt32 = 0xE010

  /// The TeX of a mark by its index.
  static func tex(_ index: Int) -> String {
    var text = String.UnicodeScalarView([start])
    for digit in String(index).utf8 {
      if let scalar = Unicode.Scalar(digits + UInt32(digit) - 48) { text.append(scalar) }
    }
    text.append(end)
    return "\\text{\(String(text))}"
  }

  /// The index of the mark that a text is; `nil` for any other text.
  static func index(in text: String) -> Int? {
    let scalars = text.unicodeScalars
    guard scalars.first == start, scalars.last == end, scalars.count < 12 else { return nil }
    var index = 0
    for scalar in scalars.dropFirst().dropLast() {
      guard (digits..<digits + 10).contains(scalar.value) else { return nil }
      index = index * 10 + Int(scalar.value - digits)
    }
    return index
  }

  /// Whether a text holds a character that marks are made of.
  static func isForged(in tex: String) -> Bool {
    tex.unicodeScalars.contains { (0xE000...0xF8FF).contains($0.value) }
  }
}
