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
    case .trusted(let markup): bytes.append(contentsOf: markup.utf8)
    case .fragment(let nodes): for node in nodes { node.write(to: &bytes) }
    case .element(let element): element.write(to: &bytes)
    }
  }

  /// The text without its markup, as a screen reader would say it; trusted markup says nothing.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .trusted: ""
    case .fragment(let nodes): nodes.map(\.plainText).joined()
    case .element(let element): element.children.map(\.plainText).joined()
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
      if attribute.value.isEmpty && attribute.name != "alt" && attribute.name != "value" { continue }
      bytes.append(contentsOf: "=\"".utf8)
      escape(attribute.value, quotes: true, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    if voidElements.contains(name) { return bytes.append(UInt8(ascii: ">")) }
    if children.isEmpty && shapes.contains(name) { return bytes.append(contentsOf: "/>".utf8) }
    bytes.append(UInt8(ascii: ">"))
    for child in children { child.write(to: &bytes) }
    bytes.append(contentsOf: "</".utf8)
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: ">"))
  }
}

/// HTML's elements without an end tag.
private let voidElements: Set<String> = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"]

/// SVG's elements that close themselves.
private let shapes: Set<String> = ["circle", "line", "path", "rect", "stop", "use"]

/// Writes text so that it stays text.
///
/// Code points that HTML forbids (controls but tab and line feed, non-characters) become U+FFFD; a carriage return, alone or
/// before a line feed, becomes a line feed.
private func escape(_ text: String, quotes: Bool, to bytes: inout [UInt8]) {
  var wasReturn = false
  for scalar in text.unicodeScalars {
    defer { wasReturn = scalar == "\r" }
    switch scalar {
    case "&": bytes.append(contentsOf: "&amp;".utf8)
    case "<": bytes.append(contentsOf: "&lt;".utf8)
    case ">": bytes.append(contentsOf: "&gt;".utf8)
    case "\"" where quotes: bytes.append(contentsOf: "&quot;".utf8)
    case "\r": bytes.append(UInt8(ascii: "\n"))
    case "\n" where wasReturn: break
    case _ where isForbidden(scalar): bytes.append(contentsOf: "\u{FFFD}".utf8)
    default: bytes.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    }
  }
}

private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0...8, 11...12, 14...31, 0x7F...0x9F, 0xFDD0...0xFDEF: true
  default: scalar.value & 0xFFFE == 0xFFFE
  }
}
