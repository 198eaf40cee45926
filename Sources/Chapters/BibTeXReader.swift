extension Bibliography {
  /// Reads BibTeX: entries, `@string` abbreviations, `#` between parts of a value; `@comment` and
  /// `@preamble` are passed over. What cannot be read is a problem with its line, and reading goes on at the
  /// next entry.
  package static func read(_ text: String, file: String) -> (Bibliography, [Problem]) {
    var reader = BibTeXReader(text, file: file)
    reader.read()
    return (Bibliography(entries: reader.entries), reader.problems)
  }
}

/// Walks through a BibTeX file.
private struct BibTeXReader {
  private let source: SourceText
  private let bytes: [UInt8]
  private var position = 0
  private var abbreviations: [String: String] = [:]
  private(set) var entries: [String: Bibliography.Entry] = [:]
  private(set) var problems: [Problem] = []

  /// Stops the reading of one entry.
  private struct Malformed: Error {
    var offset: Int
    var sentence: String
  }

  init(_ text: String, file: String) {
    source = SourceText(text, file: file)
    bytes = Array(text.utf8)
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let names = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December",
    ]
    abbreviations = Dictionary(uniqueKeysWithValues: zip(months, names))
  }

  mutating func read() {
    while skip(to: "@") {
      let start = position
      position += 1
      do throws(Malformed) {
        try entry(at: start)
      } catch {
        problems.append(Problem(.error, at: source.location(of: error.offset), error.sentence))
      }
    }
  }

  private mutating func entry(at start: Int) throws(Malformed) {
    let type = word().lowercased()
    skipSpace()
    guard let open = current, open == UInt8(ascii: "{") || open == UInt8(ascii: "(") else {
      throw Malformed(offset: position, sentence: "expected '{' after '@\(type)'")
    }
    if type == "comment" || type == "preamble" {
      _ = try open == UInt8(ascii: "{") ? braced() : parenthesised()
      return
    }
    position += 1
    let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
    if type == "string" {
      let (name, value) = try field()
      abbreviations[name] = value
      skipSpace()
      return try expect(close, "the end of '@string'")
    }
    skipSpace()
    let place = source.location(of: start)
    let key = word()
    if key.isEmpty { throw Malformed(offset: position, sentence: "this '@\(type)' has no key to cite it by") }
    let fields = try fields(of: key, until: close)
    if let first = entries[key]?.location {
      problems.append(Problem(.error, at: place, "the key '\(key)' is already taken at \(first)"))
      return
    }
    for name in ["title", "year"] where fields[name] == nil && !(name == "year" && fields["date"] != nil) {
      problems.append(Problem(.warning, at: place, "the entry '\(key)' has no '\(name)'"))
    }
    entries[key] = .init(key: key, type: type, fields: fields.mapValues(TeXText.plain), location: place)
  }

  private mutating func fields(of key: String, until close: UInt8) throws(Malformed) -> [String: String] {
    var fields: [String: String] = [:]
    while true {
      skipSpace()
      if current == close {
        position += 1
        return fields
      }
      try expect(UInt8(ascii: ","), "a comma or the end of the entry '\(key)'")
      skipSpace()
      if current == close { continue }
      let (name, value) = try field()
      fields[name] = value
    }
  }

  private mutating func field() throws(Malformed) -> (name: String, value: String) {
    skipSpace()
    let name = word().lowercased()
    if name.isEmpty { throw Malformed(offset: position, sentence: "expected the name of a field") }
    skipSpace()
    try expect(UInt8(ascii: "="), "'=' after '\(name)'")
    var value = try part()
    skipSpace()
    while current == UInt8(ascii: "#") {
      position += 1
      value += try part()
      skipSpace()
    }
    return (name, value)
  }

  private mutating func part() throws(Malformed) -> String {
    skipSpace()
    if current == UInt8(ascii: "{") { return try braced() }
    if current == UInt8(ascii: "\"") { return try quoted() }
    let start = position
    let name = word()
    if name.isEmpty { throw Malformed(offset: start, sentence: "expected a value in braces or quotes") }
    if name.utf8.allSatisfy({ (48...57).contains($0) }) { return name }
    if let value = abbreviations[name.lowercased()] { return value }
    let hint = question(Spelling.nearest(to: name, in: abbreviations.keys.sorted()))
    throw Malformed(offset: start, sentence: "'\(name)' is no abbreviation; write the value in braces" + hint)
  }

  private mutating func braced() throws(Malformed) -> String {
    let start = position
    var depth = 0
    while let byte = current {
      if byte == UInt8(ascii: "\\") { position += 1 }
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      position += 1
      if depth == 0 { return text(start + 1..<position - 1) }
    }
    throw unended(start, "a '{'")
  }

  private mutating func quoted() throws(Malformed) -> String {
    let start = position
    var depth = 0
    position += 1
    while let byte = current {
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      position += 1
      if depth == 0, byte == UInt8(ascii: "\"") { return text(start + 1..<position - 1) }
    }
    throw unended(start, "a '\"'")
  }

  private mutating func parenthesised() throws(Malformed) -> String {
    let start = position
    guard skip(to: ")") else { throw unended(start, "a '('") }
    position += 1
    return ""
  }

  /// Takes up the search for the next entry on the line below, so that one open brace loses one entry.
  private mutating func unended(_ start: Int, _ what: String) -> Malformed {
    position = source.start(ofLine: source.location(of: start).line + 1)
    return Malformed(offset: start, sentence: "\(what) that is never closed")
  }

  // MARK: Bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func text(_ range: Range<Int>) -> String {
    let end = min(range.upperBound, bytes.count)
    return String(decoding: bytes[min(range.lowerBound, end)..<end], as: UTF8.self)
  }

  private mutating func word() -> String {
    let start = position
    while let byte = current, byte > 32, !"{}(),=#\"%@".utf8.contains(byte) { position += 1 }
    return text(start..<position)
  }

  private mutating func skipSpace() {
    while let byte = current {
      if byte == UInt8(ascii: "%") {
        while let byte = current, byte != 10, byte != 13 { position += 1 }
      } else if byte <= 32 {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func skip(to mark: String) -> Bool {
    while let byte = current, byte != mark.utf8.first { position += 1 }
    return current != nil
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(Malformed) {
    guard current == byte else { throw Malformed(offset: position, sentence: "expected \(what)") }
    position += 1
  }
}
