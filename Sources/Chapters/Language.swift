/// The language of a text, as pages name it, and the direction in which it is written.
package struct Language: Hashable, Sendable {
  /// A BCP 47 tag, for example `en`, `pt-BR` or `he`.
  package var tag: String
  package var isRightToLeft: Bool

  /// The direction, as the attribute `dir` of HTML names it.
  package var direction: String { isRightToLeft ? "rtl" : "ltr" }

  package static let english = Language("en")

  /// - Parameter isRightToLeft: `nil` takes the direction of the language's usual script.
  package init(_ tag: String, isRightToLeft: Bool? = nil) {
    self.tag = tag
    self.isRightToLeft = isRightToLeft ?? Self.isRightToLeft(tag)
  }

  /// Whether a text has the form of a BCP 47 tag: a language of two or three letters, then parts of letters and digits.
  package static func isTag(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return (2...3).contains(parts[0].count) && parts[0].allSatisfy { $0.isASCII && $0.isLetter }
      && parts.dropFirst().allSatisfy { part in
        (1...8).contains(part.count) && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      }
  }

  /// Languages that are written from right to left, and the scripts that are, whatever the language.
  private static func isRightToLeft(_ tag: String) -> Bool {
    let parts = tag.lowercased().split(separator: "-").map(String.init)
    if let script = parts.dropFirst().first(where: { $0.count == 4 }) {
      return ["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"].contains(script)
    }
    return [
      "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi",
    ].contains(parts.first ?? "")
  }

  /// Whether the first letter of a text whose script has a direction runs from right to left; `nil` where no letter does.
  package static func isRightToLeft(text: String) -> Bool? {
    // Most texts begin with a letter of ASCII, if not with a sign before it.
    guard let first = text.utf8.first(where: { (65...90).contains($0 & 0xDF) || $0 >= 0xC3 }) else {
      return nil
    }
    if first < 0x80 { return false }
    // In UTF-8 every letter of these scripts has a byte of 0xD6 or more.
    guard text.utf8.contains(where: { $0 >= 0xD6 }) else { return false }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
        if scalar.properties.isAlphabetic { return true }
      default: if scalar.properties.isAlphabetic { return false }
      }
    }
    return nil
  }
}
