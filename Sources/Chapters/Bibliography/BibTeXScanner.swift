/// Finds the entries of a BibTeX file, and rewrites what pandoc would not read.
///
/// Values are pandoc's to read. This scanner knows where entries begin and end, so that a key can be checked and an open
/// brace named at its entry, and it knows which TeX commands pandoc leaves out without a word.
struct BibTeXScanner {
  /// The entries in the order of the file.
  private(set) var entries: [(key: String, entry: Bibliography.Entry)] = []
  private(set) var problems: [Problem] = []

  private let source: SourceText
  private let bytes: [UInt8]
  private var position = 0
  private var output: [UInt8] = []
  /// Bytes to leave out.
  private var dropped = 0..<0
  /// The field whose value is being read, in lower case.
  private var field = ""
  /// The depth of braces from which on an address is read as it stands.
  private var addressDepth: Int?
  /// Where the value lies, in offsets, whose upper and lower case pandoc must not change.
  private var kept = 0..<0
  /// Names of `@string`, and where values name one.
  private var strings: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private var mentions: [(name: String, place: SourceLocation)] = []

  init(_ text: String, file: String) {
    source = SourceText(text, file: file)
    bytes = Array(text.utf8)
    output.reserveCapacity(bytes.count)
  }

  /// The text for pandoc.
  var rewritten: String { String(decoding: output, as: UTF8.self) }

  mutating func scan() {
    while let byte = current {
      if byte == UInt8(ascii: "@") {
        entry()
      } else if byte == UInt8(ascii: "%") {
        while let byte = current, byte != 10 { copy(byte) }
      } else {
        copy(byte)
      }
    }
    for (name, place) in mentions where !strings.contains(name.lowercased()) {
      let sentence = "there is no @string '\(name)' in this file; a text stands in braces or quotation marks"
      problems.append(Problem(.warning, at: place, sentence))
    }
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func copy(_ byte: UInt8) {
    output.append(byte)
    position += 1
  }

  private mutating func replace(by text: String) {
    output += text.utf8
    position += 1
  }

  private mutating func word() -> String {
    let start = position
    while let byte = current, byte > 32, !"{}(),=#\"%@".utf8.contains(byte) { copy(byte) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipSpace() {
    while let byte = current, byte <= 32 { copy(byte) }
  }

  private mutating func entry() {
    let start = position
    copy(bytes[position])
    skipSpace()
    let type = word().lowercased()
    skipSpace()
    // An '@' in the text between entries, such as an address.
    guard !type.isEmpty, let open = current, open == UInt8(ascii: "{") || open == UInt8(ascii: "(") else {
      return
    }
    // pandoc reads only entries in braces.
    replace(by: "{")
    let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
    if type == "comment" || type == "preamble" || type == "string" {
      if type == "string" {
        skipSpace()
        strings.insert(word().lowercased())
      }
      _ = body(of: "@\(type)", at: start, until: close, isEntry: false)
      return
    }
    skipSpace()
    let key = word()
    skipSpace()
    let place = source.location(of: start)
    if key.isEmpty || current == UInt8(ascii: "=") {
      problems.append(Problem(.error, at: place, "this '@\(type)' has no key to cite it by"))
    } else if current != UInt8(ascii: ","), current != close {
      missingComma("behind the key '\(key)'")
    }
    let isTruncated = body(of: key, at: start, until: close, isEntry: true)
    if !key.isEmpty { entries.append((key, .init(location: place, isTruncated: isTruncated))) }
  }

  /// Copies an entry to its end and returns whether its names end in `and others`.
  private mutating func body(of name: String, at start: Int, until close: UInt8, isEntry: Bool) -> Bool {
    var depth = 0
    var isFormula = false
    var isQuoted = false
    let first = position
    // Values stand in entries and in what they name; a comment and a preamble are no text of the list.
    let isShown = isEntry || name == "@string"
    var isTruncated = false
    (field, addressDepth, kept) = (isEntry ? "" : "@", nil, 0..<0)
    while let byte = current {
      if position == kept.upperBound, !kept.isEmpty { output.append(UInt8(ascii: "}")) }
      if position == dropped.lowerBound, !dropped.isEmpty {
        position = dropped.upperBound
        continue
      }
      if byte == close, depth == 0, !isQuoted {
        replace(by: "}")
        return isTruncated
      }
      if byte == UInt8(ascii: "@"), position > 0, bytes[position - 1] == 10, isStartOfEntry { break }
      switch byte {
      case UInt8(ascii: "\\"):
        let start = position
        command(isFormula: isFormula || !isShown)
        if BibTeXFields.addresses.contains(String(decoding: bytes[(start + 1)..<position], as: UTF8.self)) {
          addressDepth = addressDepth ?? depth + 1
        }
      case UInt8(ascii: "{"):
        depth += 1
        copy(byte)
        if position == kept.lowerBound, !kept.isEmpty { output.append(byte) }
      case UInt8(ascii: "}"):
        depth -= 1
        copy(byte)
        if let address = addressDepth, depth < address { addressDepth = nil }
        if depth == 0, !isQuoted, isEntry { endOfValue(in: name) }
      case UInt8(ascii: "\""):
        // A parenthesis in quotation marks does not end an entry in parentheses.
        if depth == 0, isEntry || close == UInt8(ascii: ")") { isQuoted.toggle() }
        copy(byte)
        if position == kept.lowerBound, !kept.isEmpty { output.append(UInt8(ascii: "{")) }
        if depth == 0, !isQuoted, isEntry { endOfValue(in: name) }
      case UInt8(ascii: "%") where isEntry && depth == 0 && !isQuoted:
        while let byte = current, byte != 10 { copy(byte) }
      case UInt8(ascii: "%") where isEntry:
        // In BibTeX a sign like every other, for pandoc the start of a comment, which would leave out the rest.
        if addressDepth == nil, !BibTeXFields.verbatim.contains(field) { output.append(UInt8(ascii: "\\")) }
        copy(byte)
      case UInt8(ascii: "A") where isAnd(at: position) && isNames(depth, isQuoted):
        output += "and".utf8
        position += 3
      case UInt8(ascii: "$"):
        isFormula.toggle()
        copy(byte)
      case UInt8(ascii: "=") where depth == 0 && !isQuoted:
        if isEntry { field = fieldName(since: first) }
        copy(byte)
        dropAddress()
        keepCase()
        mention(isEntry: isEntry)
      case UInt8(ascii: "#") where depth == 0 && !isQuoted:
        copy(byte)
        mention(isEntry: isEntry)
      case UInt8(ascii: "o") where isOthers && isNames(depth, isQuoted):
        isTruncated = true
        copy(byte)
      default: copy(byte)
      }
    }
    let sentence = "'\(name)' is never closed: a '{' or a quotation mark in it has no partner"
    problems.append(Problem(.error, at: source.location(of: start), sentence))
    return false
  }

  /// Whether an entry begins here: `@word{`.
  private var isStartOfEntry: Bool {
    var index = position + 1
    while index < bytes.count, isLetter(bytes[index]) { index += 1 }
    return index > position + 1 && index < bytes.count && bytes[index] == UInt8(ascii: "{")
  }

  /// The word before the sign of equality.
  private func fieldName(since first: Int) -> String {
    let name = bytes[first..<position].reversed().drop { $0 <= 32 }.prefix {
      $0 > 32 && !",{}\"#".utf8.contains($0)
    }
    return String(decoding: name.reversed(), as: UTF8.self).lowercased()
  }

  /// Whether names are being read, and not one that stands in braces of its own, such as `{Barnes AND Noble}`.
  private func isNames(_ depth: Int, _ isQuoted: Bool) -> Bool {
    depth == (isQuoted ? 0 : 1) && BibTeXFields.names.contains(field)
  }

  /// Whether an `and` between names begins at a place. BibTeX reads `And` and `AND` as well, between any white space.
  private func isAnd(at start: Int) -> Bool {
    start > 0 && start + 3 < bytes.count && bytes[start - 1] <= 32 && bytes[start + 3] <= 32
      && bytes[start..<start + 3].elementsEqual("and".utf8) { $0 | 32 == $1 }
  }

  /// Whether the `others` that ends a list of names begins here: a word of its own behind `and`.
  private var isOthers: Bool {
    let end = position + 6
    guard bytes[position...].starts(with: "others".utf8), end < bytes.count,
      bytes[end] <= 32 || "}\"".utf8.contains(bytes[end])
    else { return false }
    let before = bytes[..<position].reversed().prefix { $0 <= 32 }.count
    return position >= before + 3 && isAnd(at: position - before - 3)
  }

  private mutating func missingComma(_ place: String) {
    problems.append(Problem(.error, at: source.location(of: position), "a comma is missing \(place)"))
    output.append(UInt8(ascii: ","))
  }

  /// Reports a value that another field follows without a comma, and writes the comma.
  private mutating func endOfValue(in name: String) {
    let value = output.count
    skipSpace()
    guard let byte = current, isLetter(byte) else { return }
    let space = Array(output[value...])
    output.removeLast(output.count - value)
    missingComma("between this field of '\(name)' and the one before")
    output += space
  }

  /// Finds the text of a title with an abbreviation, to be put into braces of its own.
  private mutating func keepCase() {
    if BibTeXFields.titles.contains(field) { kept = BibTeXFields.abbreviated(bytes, from: position) ?? 0..<0 }
  }

  /// Notes the `@string` that a value names.
  private mutating func mention(isEntry: Bool) {
    var start = position
    while start < bytes.count, bytes[start] <= 32 { start += 1 }
    // Months are written in many ways.
    guard isEntry, field != "month", start < bytes.count, isLetter(bytes[start]) else { return }
    let name = bytes[start...].prefix { $0 > 32 && !"{}(),=#\"%".utf8.contains($0) }
    mentions.append((String(decoding: name, as: UTF8.self), source.location(of: start)))
  }

  /// Finds `https://doi.org/` or `doi:` where a DOI is expected, to be left out.
  private mutating func dropAddress() {
    guard field == "doi" else { return }
    var start = position
    while start < bytes.count, bytes[start] <= 32 || "{\"".utf8.contains(bytes[start]) { start += 1 }
    let head = String(decoding: bytes[start..<min(start + 24, bytes.count)], as: UTF8.self).lowercased()
    for prefix in [
      "https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:",
    ]
    where head.hasPrefix(prefix) {
      dropped = start..<(start + prefix.utf8.count)
    }
  }

  /// Copies a TeX command, or what stands for it in Unicode.
  private mutating func command(isFormula: Bool) {
    let start = position
    position += 1
    guard let first = current else { return output.append(UInt8(ascii: "\\")) }
    guard isLetter(first) else {
      position += 1
      return output += bytes[start..<position]
    }
    while let byte = current, isLetter(byte) { position += 1 }
    let name = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
    guard !isFormula, let letters = BibTeXLetters.text[name] else {
      if !isFormula, !BibTeXLetters.known.contains(name) { report(name, at: start) }
      return output += bytes[start..<position]
    }
    output += letters.utf8
    // TeX takes the spaces after a command, and `{}` only ends it.
    while let byte = current, byte == 32 { position += 1 }
    if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "{"),
      bytes[position + 1] == UInt8(ascii: "}")
    {
      position += 2
    }
  }

  private mutating func report(_ name: String, at start: Int) {
    let sentence = "the TeX command '\\\(name)' is not known and is left out; write what it stands for"
    problems.append(Problem(.warning, at: source.location(of: start), sentence))
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
