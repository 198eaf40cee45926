/// Letters and digits of mathematical alphabets, where Unicode has them and pandoc leaves ASCII.
enum MathMLAlphabet {
  /// Returns a text in an alphabet that `mathvariant` names; other characters stay.
  static func text(_ text: String, variant: String) -> String {
    guard let zero = digits[variant] else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      result.append(isDigit ? Unicode.Scalar(zero + scalar.value - 48) ?? scalar : scalar)
    }
    return String(result)
  }

  /// The digit 0 of each alphabet that has digits.
  private static let digits: [String: UInt32] = [
    "bold": 0x1D7CE, "bold-italic": 0x1D7CE, "double-struck": 0x1D7D8, "sans-serif": 0x1D7E2,
    "bold-sans-serif": 0x1D7EC, "sans-serif-bold-italic": 0x1D7EC, "sans-serif-italic": 0x1D7E2,
    "monospace": 0x1D7F6,
  ]

  /// Spacing forms of the combining characters that pandoc writes as accents.
  static let accents: [String: String] = [
    "\u{300}": "\u{60}", "\u{301}": "\u{B4}", "\u{302}": "^", "\u{303}": "~", "\u{304}": "\u{AF}",
    "\u{305}": "\u{AF}", "\u{306}": "\u{2D8}", "\u{307}": "\u{2D9}", "\u{308}": "\u{A8}",
    "\u{30A}": "\u{2DA}",
    "\u{30C}": "\u{2C7}", "\u{20D7}": "\u{2192}", "\u{20D6}": "\u{2190}", "\u{20DB}": "\u{22EF}",
    "\u{332}": "_", "\u{333}": "_",
  ]
}
