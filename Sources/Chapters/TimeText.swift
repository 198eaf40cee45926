/// Durations as chapters and `book.yml` write them.
package enum TimeText {
  /// The longest time in seconds, about 32 years: clocks count no time of 1e20 s.
  static let longest = 1e9
  /// What an error says is expected.
  static let expected = "a time above 0 such as 90s, 15m or 2h, and at most 1000000000s"

  /// Reads a time above 0 and up to `longest`, such as `90s`, `15m`, `2h`, or a bare number of seconds.
  package static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(digits)
    else { return nil }
    let seconds = number * (unit ?? 1)
    return seconds > 0 && seconds <= longest ? seconds : nil
  }
}
