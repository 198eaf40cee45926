/// The colours of TeX's packages `color` and `xcolor` as CSS colours, `#rrggbb`.
enum TeXColours {
  /// Returns the colour that a name, a hexadecimal number or the values of a model stand for.
  ///
  /// - Parameters:
  ///   - value: what stands in the braces: `red`, `#0a7`, `0.2,0.4,0.6`.
  ///   - model: `rgb` (0 to 1), `RGB` (0 to 255), `HTML` (six hexadecimal digits), `gray`, `cmyk` (0 to 1); `nil`
  ///     for a name.
  ///   - defined: colours of `\definecolor` by name.
  static func css(_ value: String, model: String?, defined: [String: String] = [:]) -> String? {
    let value = value.trimmingSpaces
    let parts = value.split(separator: ",").map { Double($0.trimmingSpaces) }
    let numbers = parts.compactMap { $0 }
    switch model?.trimmingSpaces {
    case nil, "named":
      if value.hasPrefix("#") { return hexadecimal(value.dropFirst()) }
      return defined[value] ?? names[value] ?? names[value.lowercased()]
    case "HTML": return hexadecimal(value[...])
    case "rgb" where numbers.count == 3 && parts.count == 3: return hex(numbers.map { $0 * 255 })
    case "RGB" where numbers.count == 3 && parts.count == 3: return hex(numbers)
    case "gray" where numbers.count == 1: return hex([Double](repeating: numbers[0] * 255, count: 3))
    case "cmyk" where numbers.count == 4 && parts.count == 4:
      return hex(numbers.prefix(3).map { 255 * (1 - min(1, $0 + numbers[3])) })
    default: return nil
    }
  }

  private static func hexadecimal(_ digits: Substring) -> String? {
    guard digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    switch digits.utf8.count {
    case 6: return "#" + digits.lowercased()
    case 3: return "#" + digits.lowercased().map { "\($0)\($0)" }.joined()
    default: return nil
    }
  }

  private static func hex(_ values: [Double]) -> String? {
    guard values.allSatisfy({ (0...255.5).contains($0) }) else { return nil }
    return "#"
      + values.map { value in
        let digits = String(Int(value.rounded()), radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// The names of `xcolor` and of its option `dvipsnames` that differ from CSS in nothing but case.
  private static let names: [String: String] = [
    "black": "#000000", "blue": "#0000ff", "brown": "#bf8040", "cyan": "#00ffff", "darkgray": "#404040",
    "gray": "#808080", "grey": "#808080", "green": "#00ff00", "lightgray": "#bfbfbf", "lime": "#bfff00",
    "magenta": "#ff00ff", "olive": "#808000", "orange": "#ff8000", "pink": "#ffbfbf", "purple": "#bf0040",
    "red": "#ff0000", "teal": "#008080", "violet": "#800080", "white": "#ffffff", "yellow": "#ffff00",
    "navy": "#000080", "maroon": "#af3235", "crimson": "#dc143c", "indigo": "#4b0082", "gold": "#ffd700",
    "forestgreen": "#009b55", "royalblue": "#0071bc", "navyblue": "#006eb8", "brickred": "#b6321c",
    "redorange": "#f26035", "bluegreen": "#00b3b8", "plum": "#92268f", "periwinkle": "#7977b8",
    "salmon": "#f69289", "turquoise": "#00b4ce", "tan": "#da9d76", "emerald": "#00a99d",
    "darkgreen": "#006400", "darkblue": "#00008b", "darkred": "#8b0000", "steelblue": "#4682b4",
    "tomato": "#ff6347", "coral": "#ff7f50", "orchid": "#da70d6", "chocolate": "#d2691e",
  ]
}
