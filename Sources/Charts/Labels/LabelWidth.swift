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

  /// A text in lines that fit, broken at spaces; the last line is shortened where there is too much for `count` lines.
  static func lines(_ text: String, width: Double, size: Double, atMost count: Int) -> [String] {
    var lines: [String] = []
    var rest = text.split(separator: " ")[...]
    while lines.count < count - 1, of(rest.joined(separator: " "), size: size) > width {
      var taken = 1
      while taken < rest.count, of(rest.prefix(taken + 1).joined(separator: " "), size: size) <= width {
        taken += 1
      }
      lines.append(shortened(rest.prefix(taken).joined(separator: " "), to: width, size: size))
      rest = rest.dropFirst(taken)
    }
    return rest.isEmpty ? lines : lines + [shortened(rest.joined(separator: " "), to: width, size: size)]
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
