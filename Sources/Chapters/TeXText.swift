internal import Foundation

/// The TeX that occurs in bibliographies, as plain text.
enum TeXText {
  /// Resolves accents and special letters, and drops braces and doubled white space.
  static func plain(_ tex: String) -> String {
    var text = tex
    if tex.contains("\\") {
      text = text.replacing(accent) { match in
        let combining = accents[String(match.output.1)] ?? ""
        let letter = match.output.2 == "i" ? "i" : String(match.output.2)
        return (letter + combining).precomposedStringWithCanonicalMapping
      }
      text = text.replacing(command) { letters[String($0.output.1)] ?? "" }
      text = text.replacing(/\\([&%$#_{} ])/) { String($0.output.1) }
    }
    text = text.replacing(/[{}]/, with: "").replacing("~", with: " ").replacing("---", with: "—")
    return text.replacing("--", with: "–").split { $0.isWhitespace }.joined(separator: " ")
  }

  private static var accent: Regex<(Substring, Substring, Substring)> {
    /\\(["'`^~=.]|[cvuHk](?=[\s{]))\s*\{?\\?([A-Za-z])\}?/
  }
  private static var command: Regex<(Substring, Substring)> { /\\([A-Za-z]+)\s*(?:\{\})?/ }

  private static let accents = [
    "\"": "\u{308}", "'": "\u{301}", "`": "\u{300}", "^": "\u{302}", "~": "\u{303}", "=": "\u{304}",
    ".": "\u{307}", "c": "\u{327}", "v": "\u{30C}", "u": "\u{306}", "H": "\u{30B}", "k": "\u{328}",
  ]

  private static let letters = [
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—",
  ]
}
