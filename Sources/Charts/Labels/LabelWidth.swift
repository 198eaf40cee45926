/// Estimates how wide a label is drawn.
///
/// The widths are those of DejaVu Sans, rounded up: it is wider than the system fonts of phones and desks, so that a label
/// with room for it has room everywhere.
enum LabelWidth {
  /// The width of a text in the unit of `size`, its height.
  static func of(_ text: String, size: Double) -> Double {
    size * text.unicodeScalars.reduce(0) { $0 + em($1) }
  }

  /// The longest beginning of a text that fits, with an ellipsis where something is left out.
  static func shortened(_ text: String, to limit: Double, size: Double) -> String {
    if of(text, size: size) <= limit { return text }
    var kept = text.dropLast()
    while !kept.isEmpty, of(kept + "…", size: size) > limit { kept = kept.dropLast() }
    return kept + "…"
  }

  private static func em(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", "|", "!", ".", ",", ":", ";", " ", "\u{A0}": 0.4
    case "f", "t", "r", "(", ")", "[", "]", "/", "-", "\"", "*": 0.46
    case "m", "M", "W", "w", "@", "%", "…", "—": 1
    case "A"..."Z": 0.78
    case _ where scalar.isASCII: 0.64
    case _ where scalar.properties.generalCategory == .nonspacingMark: 0
    case _ where scalar.value >= 0x2E80: 1.1
    default: 0.78
    }
  }
}
