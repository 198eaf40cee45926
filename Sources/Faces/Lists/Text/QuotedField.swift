/// What lies between the fields of a line.
package enum FieldSeparator: Hashable, Sendable {
  case tab, comma, semicolon
  /// Any number of spaces and tabs.
  case blanks

  /// The separators in the order in which they are tried: a name may hold what comes after its separator.
  static let all: [FieldSeparator] = [.tab, .comma, .semicolon, .blanks]

  /// The byte; `nil` for blanks.
  var byte: UInt8? {
    switch self {
    case .tab: 9
    case .comma: 44
    case .semicolon: 59
    case .blanks: nil
    }
  }

  /// The separator that a first line such as `sep=;` names, as Excel writes and reads it; `nil` for another line.
  ///
  /// - Parameter start: the beginning of a file.
  /// - Throws: a ``DataError`` for a separator that is not read.
  init?(ofFirstLine start: [UInt8], _ path: String) throws {
    var line = start.prefix { $0 != 10 && $0 != 13 }
    if line.first == 34, line.last == 34, line.count > 1 { line = line.dropFirst().dropLast() }
    let text = String(decoding: line.prefix(12), as: UTF8.self)
    guard line.count <= 8, text.lowercased().hasPrefix("sep="), text.count <= 5 else { return nil }
    switch text.dropFirst(4) {
    case "\t": self = .tab
    case ",": self = .comma
    case ";": self = .semicolon
    case " ": self = .blanks
    case let other:
      throw DataError(
        .format(
          found: "the separator '\(other)' (\(text))",
          expected: "a comma, a semicolon, a tab or a space: save it with one of them"
        ),
        file: path,
        line: 1
      )
    }
  }

  @inline(__always)
  fileprivate func isSeparator(_ candidate: UInt8) -> Bool {
    byte.map { $0 == candidate } ?? isBlank(candidate)
  }
}

/// A field of a line, without white space and double quotes around it.
///
/// Quotes follow CSV (RFC 4180): a field that begins with a double quote ends with one; a separator within is text, and two
/// double quotes are one. A double quote elsewhere is text.
package struct QuotedField {
  /// The field; two double quotes are still two.
  package let bytes: UnsafeRawBufferPointer
  private let hasDoubledQuotes: Bool

  /// Takes the quotes from a field; `nil` where one begins the field and does not close at its end.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer) {
    let field = trimmed(bytes)
    guard field.first == 34 else {
      self.bytes = field
      hasDoubledQuotes = false
      return
    }
    guard let (end, isDoubled) = Self.closingQuote(field, from: 0), end == field.count - 1 else { return nil }
    self.bytes = trimmed(UnsafeRawBufferPointer(rebasing: field[1..<end]))
    hasDoubledQuotes = isDoubled
  }

  /// The text; `nil` for bytes that are not UTF-8.
  package var text: String? {
    let text = String(validating: bytes, as: UTF8.self)
    return hasDoubledQuotes ? text?.replacing("\"\"", with: "\"") : text
  }

  /// Returns the fields of a line; `nil` where a double quote does not close its field.
  package static func fields(
    of line: UnsafeRawBufferPointer,
    between separator: FieldSeparator
  ) -> [QuotedField]? {
    var fields: [QuotedField] = []
    var start = 0
    while true {
      while start < line.count, isBlank(line[start]), separator.byte != line[start] { start += 1 }
      if separator == .blanks, start == line.count { return fields }
      var end = start
      if start < line.count, line[start] == 34 {
        guard let (quote, _) = closingQuote(line, from: start) else { return nil }
        end = quote + 1
      }
      while end < line.count, !separator.isSeparator(line[end]) { end += 1 }
      guard let field = QuotedField(UnsafeRawBufferPointer(rebasing: line[start..<end])) else { return nil }
      fields.append(field)
      if end == line.count { return fields }
      start = end + 1
    }
  }

  /// The double quote that closes the one at a place, and whether there are doubled ones between.
  private static func closingQuote(
    _ line: UnsafeRawBufferPointer,
    from start: Int
  ) -> (place: Int, isDoubled: Bool)? {
    var (place, isDoubled) = (start + 1, false)
    while place < line.count {
      if line[place] == 34 {
        guard place + 1 < line.count, line[place + 1] == 34 else { return (place, isDoubled) }
        isDoubled = true
        place += 1
      }
      place += 1
    }
    return nil
  }
}

extension DataError.Problem {
  /// A double quote that does not close its field.
  static let openQuote = Self.format(
    found: "a double quote that does not close its field",
    expected: "quotes around the whole field, and two for one within it, as CSV has them (RFC 4180)"
  )
}

/// Returns a text without white space and double quotes around it; quotes that do not enclose it as a whole are part of it.
func unquoted(_ text: String) -> String {
  var text = text
  return text.withUTF8 { QuotedField(UnsafeRawBufferPointer($0))?.text } ?? text
}
