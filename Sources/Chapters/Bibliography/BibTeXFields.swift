/// What fields and commands of bibliographies hold, as far as pandoc reads it otherwise than BibTeX.
enum BibTeXFields {
  /// Fields that pandoc reads as they stand.
  static let verbatim: Set<String> = ["url", "doi", "file", "eprint", "pdf", "eprinttype"]
  /// Commands whose argument is an address.
  static let addresses: Set<String> = ["url", "href", "path", "nolinkurl"]
  /// Fields of persons, which `and` divides.
  static let names: Set<String> = ["author", "editor", "translator", "bookauthor", "editora"]
  /// Fields whose abbreviations pandoc takes for ends of sentences: `Proc. of the` becomes `Proc. Of the`; `@` is the value
  /// of an `@string`.
  static let titles: Set<String> = ["booktitle", "maintitle", "@"]

  /// The text of the value that begins at an offset, without its braces or quotation marks, where it has an abbreviation
  /// before another word.
  static func abbreviated(_ bytes: [UInt8], from position: Int) -> Range<Int>? {
    var start = position
    while start < bytes.count, bytes[start] <= 32 { start += 1 }
    guard start < bytes.count, bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "\"") else {
      return nil
    }
    let close = bytes[start] == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "\"")
    var depth = 0
    var end = start + 1
    var isAbbreviated = false
    while end < bytes.count, depth > 0 || bytes[end] != close {
      switch bytes[end] {
      case UInt8(ascii: "\\"): end += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ".") where end + 1 < bytes.count && isLetter(bytes[end - 1]):
        isAbbreviated = isAbbreviated || bytes[end + 1] <= 32 || "\\~".utf8.contains(bytes[end + 1])
      default: break
      }
      end += 1
    }
    return isAbbreviated && end < bytes.count ? (start + 1)..<end : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }
}
