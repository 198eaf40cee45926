/// Reads well-formed markup: elements, quoted attributes, text, five named entities and character numbers.
///
/// There are no comments, declarations or processing instructions: a writer of MathML or XHTML fragments needs none,
/// and what is not expected is refused.
struct MarkupReader {
  /// The deepest nesting.
  static let deepestNesting = 200

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  struct Malformed: Error {}

  /// Returns the elements and text of a fragment; `nil` where it is not well-formed.
  static func read(_ markup: String) -> [MarkupElement.Child]? {
    var markup = markup
    return markup.withUTF8 { bytes in
      var reader = MarkupReader(bytes: bytes)
      guard let children = try? reader.children(of: nil, depth: 0), reader.position == bytes.count else {
        return nil
      }
      return children
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func children(of name: String?, depth: Int) throws(Malformed) -> [MarkupElement.Child] {
    if depth > Self.deepestNesting { throw Malformed() }
    var children: [MarkupElement.Child] = []
    while let byte = current {
      if byte != UInt8(ascii: "<") {
        children.append(.text(try text(until: UInt8(ascii: "<"))))
      } else if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "/") {
        guard let name else { throw Malformed() }
        position += 2
        guard try self.name() == name else { throw Malformed() }
        skipSpace()
        try expect(UInt8(ascii: ">"))
        return children
      } else {
        children.append(.element(try element(depth: depth)))
      }
    }
    if name != nil { throw Malformed() }
    return children
  }

  private mutating func element(depth: Int) throws(Malformed) -> MarkupElement {
    try expect(UInt8(ascii: "<"))
    var element = MarkupElement(name: try name())
    while true {
      skipSpace()
      switch current {
      case UInt8(ascii: ">"):
        position += 1
        element.children = try children(of: element.name, depth: depth + 1)
        return element
      case UInt8(ascii: "/"):
        position += 1
        try expect(UInt8(ascii: ">"))
        return element
      default:
        let name = try name()
        skipSpace()
        try expect(UInt8(ascii: "="))
        skipSpace()
        guard let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
          throw Malformed()
        }
        position += 1
        if element.attributes[name] != nil { throw Malformed() }
        element.attributes[name] = try text(until: quote)
        try expect(quote)
      }
    }
  }

  private mutating func name() throws(Malformed) -> String {
    let start = position
    while let byte = current, Self.isName(byte) { position += 1 }
    if start == position { throw Malformed() }
    return string(start..<position)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  private mutating func text(until end: UInt8) throws(Malformed) -> String {
    var text = ""
    var start = position
    while let byte = current, byte != end {
      if byte == UInt8(ascii: "<") { throw Malformed() }
      guard byte == UInt8(ascii: "&") else {
        position += 1
        continue
      }
      text += string(start..<position)
      text.unicodeScalars.append(try entity())
      start = position
    }
    let rest = string(start..<position)
    return text.isEmpty ? rest : text + rest
  }

  private mutating func entity() throws(Malformed) -> Unicode.Scalar {
    let start = position + 1
    while let byte = current, byte != UInt8(ascii: ";") {
      position += 1
      if position - start > 10 { throw Malformed() }
    }
    let name = string(start..<position)
    try expect(UInt8(ascii: ";"))
    if let scalar = Self.entities[name] { return scalar }
    let number =
      name.hasPrefix("#x")
      ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    guard let scalar = number.flatMap(Unicode.Scalar.init) else { throw Malformed() }
    return scalar
  }

  private static let entities: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'",
  ]

  private mutating func skipSpace() {
    while let byte = current, byte == 32 || (9...13).contains(byte) { position += 1 }
  }

  private mutating func expect(_ byte: UInt8) throws(Malformed) {
    guard current == byte else { throw Malformed() }
    position += 1
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
