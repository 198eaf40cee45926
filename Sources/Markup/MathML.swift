/// A parser of the typesetter's MathML into nodes: the only markup in a page that the program does not generate.
///
/// Elements and attributes are those of MathML Core and of TeX's typesetters. A text with any other element, with text
/// outside of its tags or with a tag that is not closed is refused whole; attributes that are not listed are dropped.
package enum MathML {
  /// The formula as nodes; `nil` where the text is not one `math` element of the listed kind.
  ///
  /// A hyphen that stands alone as an operator becomes a minus sign, as TeX prints it.
  package static func node(_ text: String) -> Node? {
    var reader = MathMLReader(text)
    guard let node = reader.element(depth: 0), case .element(let root) = node, root.name == "math",
      reader.isAtEnd
    else { return nil }
    return node
  }

  static let elements: Set<String> = [
    "annotation", "math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
    "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub",
    "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics",
  ]

  static let attributes: Set<String> = [
    "accent", "accentunder", "align", "columnalign", "columnlines", "columnspacing", "columnspan", "depth",
    "dir", "display", "displaystyle", "encoding", "fence", "fontfamily", "fontstyle", "fontweight", "form",
    "frame", "height", "intent", "largeop", "linethickness", "lspace", "mathbackground", "mathcolor",
    "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowalign", "rowlines",
    "rowspacing", "rowspan", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset",
    "width", "xmlns",
  ]

  /// How many elements may stand inside each other.
  static let deepestNesting = 200

  /// Whether the value of a listed attribute may be written: it names no address but that of MathML itself.
  static func isPlain(_ name: String, _ value: String) -> Bool {
    name == "xmlns"
      ? value == "http://www.w3.org/1998/Math/MathML" : !value.contains("(") && !value.contains(":")
  }
}

extension MathML {
  /// A formula in the characters of one line: fractions as `a/b`, indices as `a_b`, powers as `a^b`, roots as `√a`.
  static func plainText(_ element: Node.Element) -> String {
    let parts = element.children.compactMap(text).filter { !$0.isEmpty }
    guard parts.count > 1 else { return (element.name == "msqrt" ? "√" : "") + parts.joined() }
    switch element.name {
    case "mfrac": return parts.map(grouped).joined(separator: "/")
    case "msub", "munder": return parts[0] + "_" + grouped(parts[1])
    case "msup", "mover": return parts[0] + "^" + grouped(parts[1])
    case "msubsup" where parts.count > 2, "munderover" where parts.count > 2:
      return parts[0] + "_" + grouped(parts[1]) + "^" + grouped(parts[2])
    case "msqrt": return "√" + grouped(parts.joined())
    case "mtable", "mtr": return parts.joined(separator: " ")
    default: return parts.joined()
    }
  }

  private static func text(_ node: Node) -> String? {
    switch node {
    case .text(let text): text.allSatisfy(\.isWhitespace) ? nil : text
    case .element(let element) where element.name == "annotation": nil
    case .element(let element): plainText(element)
    case .fragment, .comment, .written: nil
    }
  }

  private static func grouped(_ text: String) -> String { text.count > 1 ? "(\(text))" : text }
}

/// A strict reader of XML elements, attributes and text without document types, comments or processing instructions.
private struct MathMLReader {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipSpace()
  }

  var isAtEnd: Bool { index == bytes.count }

  /// Reads an element; `nil` for anything else.
  mutating func element(depth: Int) -> Node? {
    guard depth < MathML.deepestNesting, take("<") else { return nil }
    let name = self.name()
    guard MathML.elements.contains(name), let attributes = attributes() else { return nil }
    if take("/>") { return finished(name, attributes, [], depth) }
    guard take(">") else { return nil }
    var children: [Node] = []
    while index < bytes.count {
      if take("</") {
        guard self.name() == name else { return nil }
        skipSpace()
        return take(">") ? finished(name, attributes, children, depth) : nil
      }
      if bytes[index] == UInt8(ascii: "<") {
        guard let child = element(depth: depth + 1) else { return nil }
        children.append(child)
      } else {
        let start = index
        index = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        guard let text = unescaped(bytes[start..<index]) else { return nil }
        children.append(.text(name == "mo" && text == "-" ? "\u{2212}" : text))
      }
    }
    return nil
  }

  private mutating func finished(
    _ name: String,
    _ attributes: [Attributes.Pair],
    _ children: [Node],
    _ depth: Int
  ) -> Node {
    if depth == 0 { skipSpace() }
    return .element(.init(name: name, attributes: Attributes(pairs: attributes), children: children))
  }

  private mutating func attributes() -> [Attributes.Pair]? {
    var pairs: [Attributes.Pair] = []
    while true {
      skipSpace()
      let name = self.name()
      if name.isEmpty { return pairs }
      guard take("="), index < bytes.count,
        bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
      else { return nil }
      let quote = bytes[index]
      guard let end = bytes[(index + 1)...].firstIndex(of: quote),
        let value = unescaped(bytes[(index + 1)..<end])
      else { return nil }
      index = end + 1
      if MathML.attributes.contains(name), MathML.isPlain(name, value),
        !pairs.contains(where: { $0.name == name })
      {
        pairs.append(.init(name: name, value: value))
      }
    }
  }

  private mutating func name() -> String {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: ":"): index += 1
      default: return String(decoding: bytes[start..<index], as: UTF8.self)
      }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func skipSpace() {
    while index < bytes.count, [9, 10, 13, 32].contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  /// The text with XML's five named entities and numeric references decoded; `nil` where it has any other.
  private func unescaped(_ text: ArraySlice<UInt8>) -> String? {
    guard text.contains(UInt8(ascii: "&")) else { return String(decoding: text, as: UTF8.self) }
    var result = ""
    var rest = text
    while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
      result += String(decoding: rest[..<start], as: UTF8.self)
      guard let end = rest[start...].firstIndex(of: UInt8(ascii: ";")),
        let character = Self.character(String(decoding: rest[(start + 1)..<end], as: UTF8.self))
      else { return nil }
      result += character
      rest = rest[(end + 1)...]
    }
    return result + String(decoding: rest, as: UTF8.self)
  }

  private static func character(_ entity: String) -> String? {
    switch entity {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard entity.hasPrefix("#") else { return nil }
      let isHexadecimal = entity.hasPrefix("#x")
      let number = UInt32(entity.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
      return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }
  }
}
