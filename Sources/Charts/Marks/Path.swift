/// The data of an SVG path, with coordinates rounded to two decimals.
struct Path {
  private(set) var data = ""
  private var isOpen = false

  mutating func move(_ x: Double, _ y: Double) {
    data += "M" + coordinate(x) + " " + coordinate(y)
    isOpen = true
  }

  mutating func line(_ x: Double, _ y: Double) {
    guard isOpen else { return move(x, y) }
    data += "L" + coordinate(x) + " " + coordinate(y)
  }

  /// Adds commands relative to the last place.
  mutating func append(_ commands: String) { data += commands }

  /// Ends a piece; the next `line` begins another.
  mutating func lift() { isOpen = false }

  mutating func close() {
    if isOpen { data += "Z" }
    isOpen = false
  }
}

/// A coordinate with at most two decimals, for example `12.5`.
func coordinate(_ value: Double) -> String {
  let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
  let whole = abs(hundredths) / 100
  let rest = abs(hundredths) % 100
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return sign + String(whole) }
  if rest % 10 == 0 { return sign + String(whole) + "." + String(rest / 10) }
  return sign + String(whole) + (rest < 10 ? ".0" : ".") + String(rest)
}
