/// Formats numbers for readers: percent for fractions, a true minus sign, groups of three, digits by the spread.
package enum NumberText {
  /// A measurement with its spread, for example `99.63 ± 0.07 %`, which may break before the ± alone.
  package static func text(_ measured: Measured) -> String {
    let scale = measured.unit == .fraction ? 100.0 : 1
    let spread = measured.spread.map { abs($0) * scale }
    let digits = spread.flatMap { self.digits(forSpread: $0) }
    let number = plain(measured.value, unit: measured.unit, digits: digits)
    guard let spread, spread.isFinite else { return number + suffix(measured.unit) }
    return number + " ±\u{A0}" + fixed(spread, digits: digits ?? 2) + suffix(measured.unit)
  }

  /// A value with its unit, for example `12.5 %` or `1,024`.
  package static func text(_ value: Double, unit: Measured.Unit, digits: Int? = nil) -> String {
    plain(value, unit: unit, digits: digits) + (value.isNaN ? "" : suffix(unit))
  }

  /// A value in its unit, without the unit's sign.
  package static func plain(_ value: Double, unit: Measured.Unit, digits: Int? = nil) -> String {
    if value.isNaN { return "not a number" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    switch unit {
    case .fraction:
      let percent = value * 100
      return fixed(percent, digits: digits ?? (percent == 0 ? 0 : max(2, significant(percent, figures: 2))))
    case .count, .bytes: return fixed(value, digits: digits ?? (value == value.rounded() ? 0 : 2))
    case .none, .seconds, .symbol: return general(value, digits: digits)
    }
  }

  /// The unit's symbol after a number, with the space before it.
  package static func suffix(_ unit: Measured.Unit) -> String {
    switch unit {
    case .none, .count: ""
    case .fraction: "\u{A0}%"
    case .seconds: "\u{A0}s"
    case .bytes: "\u{A0}B"
    case .symbol(let symbol): symbol.isEmpty ? "" : "\u{A0}" + symbol
    }
  }

  /// The digits after the point that show two figures of a spread; `nil` where the spread says nothing.
  package static func digits(forSpread spread: Double) -> Int? {
    guard spread.isFinite, spread > 0 else { return nil }
    return min(12, max(0, significant(spread, figures: 2)))
  }

  /// A number with so many digits after the point, in groups of three, with a true minus sign.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return plain(value, unit: .none) }
    var unit = 1.0
    for _ in 0..<min(max(digits, 0), 15) { unit *= 10 }
    let scaled = (abs(value) * unit).rounded()
    guard scaled < 9e15 else { return scientific(value) }
    let whole = Int(scaled) / Int(unit)
    let rest = Int(scaled) % Int(unit)
    var text = grouped(whole)
    if digits > 0 {
      let decimals = String(rest)
      text += "." + String(repeating: "0", count: max(0, min(digits, 15) - decimals.count)) + decimals
    }
    return value < 0 && scaled != 0 ? "−" + text : text
  }

  /// Four figures, or the shortest whole number; very small and very large values by powers of ten.
  private static func general(_ value: Double, digits: Int?) -> String {
    if let digits, digits > 0 || abs(value).rounded() >= 1e4 { return fixed(value, digits: digits) }
    if digits != nil { return (value <= -0.5 ? "−" : "") + String(Int(abs(value).rounded())) }
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e9 || size < 1e-4 { return scientific(value) }
    // Four digits without a unit may be a year, and read as well without a comma.
    if value == value.rounded() && size < 1e4 { return (value < 0 ? "−" : "") + String(Int(size)) }
    if value == value.rounded() && size < 1e7 { return fixed(value, digits: 0) }
    // No more decimals than the shortest exact form has: 0.11, not 0.1100.
    return fixed(value, digits: max(0, min(significant(value, figures: 4), decimals(value))))
  }

  /// The digits after the point of the shortest text that means the value.
  private static func decimals(_ value: Double) -> Int {
    let parts = value.description.split(separator: ".")
    return parts.count == 2 && !parts[1].contains("e") ? parts[1].count : .max
  }

  /// Three figures and a power of ten, for example `7.45 × 10⁻⁵`.
  package static func scientific(_ value: Double) -> String {
    // Subnormal numbers have too few significant figures to round.
    guard abs(value) > 1e-300 else { return value.description.replacing("-", with: "−") }
    var exponent = powerOfTen(value)
    var mantissa = value / power(exponent)
    if abs(mantissa) >= 9.995 {
      mantissa /= 10
      exponent += 1
    }
    let digits = mantissa == mantissa.rounded() ? 0 : 2
    return (abs(mantissa) == 1 ? (value < 0 ? "−" : "") : fixed(mantissa, digits: digits) + "\u{A0}×\u{A0}")
      + "10" + raised(exponent)
  }

  /// A power of ten: `10⁻⁵`, but `1` and `10` without an exponent.
  package static func tenTo(_ exponent: Int) -> String {
    exponent == 0 ? "1" : exponent == 1 ? "10" : "10" + raised(exponent)
  }

  private static func raised(_ exponent: Int) -> String {
    String(String(exponent).map { superscripts[$0] ?? $0 })
  }

  private static let superscripts: [Character: Character] = [
    "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹",
  ]

  /// The digits after the point that show so many figures.
  private static func significant(_ value: Double, figures: Int) -> Int { figures - 1 - powerOfTen(value) }

  private static func grouped(_ whole: Int) -> String {
    let digits = Array(String(whole))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}

/// The exponent of the largest power of ten that is not above `|value|`; 0 for 0.
package func powerOfTen(_ value: Double) -> Int {
  var exponent = 0
  let size = abs(value)
  guard size > 0, size.isFinite else { return 0 }
  while exponent < 308 && power(exponent + 1) <= size { exponent += 1 }
  while exponent > -308 && power(exponent) > size { exponent -= 1 }
  return exponent
}

/// `10` to a whole power.
package func power(_ exponent: Int) -> Double {
  // Parsed from decimal: correctly rounded, unlike repeated multiplication.
  Double("1e\(exponent)") ?? 0
}
