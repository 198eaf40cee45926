/// Writes nodes as HTML: the only writer of the program's pages, with the only escaping.
extension Node {
  /// The node as HTML.
  package var html: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the node's HTML in UTF-8.
  package func write(to bytes: inout [UInt8]) {
    switch self {
    case .text(let text): escape(text, quotes: false, to: &bytes)
    case .fragment(let nodes): for node in nodes { node.write(to: &bytes) }
    case .element(let element): element.write(to: &bytes)
    case .written(let html): bytes.append(contentsOf: html.utf8)
    case .comment(let comment): bytes.append(contentsOf: "<!-- \(comment.rawValue) -->".utf8)
    }
  }
}

extension Node.Element {
  fileprivate func write(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "<"))
    bytes.append(contentsOf: name.utf8)
    for attribute in attributes.pairs {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: attribute.name.utf8)
      if attribute.value.isEmpty && booleanAttributes.contains(attribute.name) { continue }
      bytes.append(contentsOf: "=\"".utf8)
      escape(attribute.value, quotes: true, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    if children.isEmpty {
      if voidElements.contains(name) { return bytes.append(UInt8(ascii: ">")) }
      if shapes.contains(name) { return bytes.append(contentsOf: "/>".utf8) }
    }
    bytes.append(UInt8(ascii: ">"))
    if name == "style" || name == "script" {
      for child in children { writeRaw(child.plainText, to: &bytes) }
    } else {
      for child in children { child.write(to: &bytes) }
    }
    bytes.append(contentsOf: "</".utf8)
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: ">"))
  }
}

/// HTML's elements without an end tag.
private let voidElements: Set<String> = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"]

/// Elements of SVG and MathML that close themselves where they are empty.
private let shapes: Set<String> = ["circle", "line", "mspace", "path", "rect", "stop", "use"]

/// Boolean attributes; an empty value is written as the bare name.
private let booleanAttributes: Set<String> = ["checked", "disabled", "download", "hidden", "open", "popover"]

/// Writes the text of `style` or `script`, which HTML reads without entities.
///
/// Only `</` could end the element; a backslash between the two means the same to a string of CSS or JavaScript.
private func writeRaw(_ text: String, to bytes: inout [UInt8]) {
  var text = text
  text.withUTF8 { source in
    var start = 0
    for index in source.indices.dropLast() where source[index] == UInt8(ascii: "<") {
      guard source[index + 1] == UInt8(ascii: "/") else { continue }
      bytes.append(contentsOf: source[start...index])
      bytes.append(UInt8(ascii: "\\"))
      start = index + 1
    }
    bytes.append(contentsOf: source[start...])
  }
}

/// Writes text, or the value of an attribute, so that none of it is read as markup.
///
/// Code points that HTML forbids (controls but tab and line feed, non-characters) become U+FFFD; a carriage return, alone or
/// before a line feed, becomes a line feed.
private func escape(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
  var text = text
  let plain = quotes ? plainInValues : plainInText
  text.withUTF8 { source in
    var start = 0
    var index = 0
    while index < source.count {
      if plain[Int(source[index])] {
        index += 1
        continue
      }
      let (length, replacement) = replacement(at: index, in: source)
      if let replacement {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
        bytes.append(contentsOf: replacement.utf8)
        start = index + length
      }
      index += length
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
  }
}

/// The length in bytes of a character that may need escaping, and its escaped form; `nil` for a character that needs none.
private func replacement(at index: Int, in source: UnsafeBufferPointer<UInt8>) -> (Int, String?) {
  let forbidden = "\u{FFFD}"
  switch source[index] {
  case UInt8(ascii: "&"): return (1, "&amp;")
  case UInt8(ascii: "<"): return (1, "&lt;")
  case UInt8(ascii: ">"): return (1, "&gt;")
  case UInt8(ascii: "\""): return (1, "&quot;")
  case UInt8(ascii: "\r"):
    let isPair = index + 1 < source.count && source[index + 1] == UInt8(ascii: "\n")
    return (isPair ? 2 : 1, "\n")
  // U+0080 to U+009F.
  case 0xC2: return (2, source[index + 1] < 0xA0 ? forbidden : nil)
  case 0xEF:
    let (second, third) = (source[index + 1], source[index + 2])
    let isArabic = second == 0xB7 && (0x90...0xAF).contains(third)
    return (3, isArabic || (second == 0xBF && third >= 0xBE) ? forbidden : nil)
  // The last two of each plane beyond the first.
  case 0xF0...0xF4:
    let isLast = source[index + 1] & 15 == 15 && source[index + 2] == 0xBF && source[index + 3] >= 0xBE
    return (4, isLast ? forbidden : nil)
  default: return (1, forbidden)
  }
}

/// Whether each byte is written unchanged, in text and in values of attributes.
private let plainInText = (0...255).map { byte -> Bool in
  switch UInt8(byte) {
  case 9, 10, UInt8(ascii: "\""): true
  case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), 0..<32, 127, 0xC2, 0xEF...: false
  default: true
  }
}
private let plainInValues = plainInText.enumerated().map { $0 == Int(UInt8(ascii: "\"")) ? false : $1 }
