/// How ids and times are written in chapters and in `book.yml`.
package enum Name {
  /// Whether a text is lower-case letters, digits and single hyphens, with a letter first.
  package static func isKebabCase(_ text: String) -> Bool {
    var previous = UInt8(ascii: "-")
    for byte in text.utf8 {
      let isFirst = previous == UInt8(ascii: "-")
      switch byte {
      case UInt8(ascii: "-") where !isFirst: break
      case _ where isDigit(byte): break
      case _ where isLetter(byte): break
      default: return false
      }
      previous = byte
    }
    return previous != UInt8(ascii: "-") && text.utf8.first.map(isLetter) == true
  }

  /// Reads a time above 0, such as `90s`, `15m`, `2h`, or a bare number of seconds.
  package static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }), let number = Double(digits),
      number > 0, number.isFinite
    else { return nil }
    return number * (unit ?? 1)
  }

  /// Takes the name of a chapter's file apart: `08-experiment-4.md` is number 8 and id `experiment-4`.
  package static func chapter(_ file: String) -> (number: Int?, id: String) {
    var stem = file.split(separator: "/").last.map(String.init) ?? file
    if stem.hasSuffix(".md") { stem.removeLast(3) }
    let digits = stem.prefix { $0.isASCII && $0.isNumber }
    let rest = stem.dropFirst(digits.count)
    guard let number = Int(digits), rest.first == "-", rest.count > 1 else { return (nil, stem) }
    return (number, String(rest.dropFirst()))
  }

  /// Returns a relative path without `.` steps and closing slash; `nil` for one that could leave its folder.
  package static func pathInBook(_ text: String) -> String? {
    let steps = text.split(separator: "/").filter { $0 != "." }
    guard !text.hasPrefix("/"), !text.contains("\0"), !steps.contains(".."), !steps.isEmpty else {
      return nil
    }
    return steps.joined(separator: "/")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
