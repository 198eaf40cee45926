/// Durations as chapters and `book.yml` write them.
package enum TimeText {
  /// Reads a time above 0, such as `90s`, `15m`, `2h`, or a bare number of seconds.
  package static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
      let number = Double(digits),
      number > 0, number.isFinite
    else { return nil }
    return number * (unit ?? 1)
  }
}
