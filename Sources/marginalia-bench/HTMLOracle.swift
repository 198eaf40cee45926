/// Judges whether HTML holds only what Markdown can make, with every tag closed.
struct HTMLOracle {
  private let bytes: [UInt8]

  init(_ html: String) { bytes = Array(html.utf8) }

  /// What is wrong, or `nil`.
  var complaint: String? {
    var open: [String] = []
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        if bytes[position] == UInt8(ascii: ">") || bytes[position] == UInt8(ascii: "\"") {
          return "a bare mark"
        }
        position += 1
        continue
      }
      if bytes[position...].starts(with: Self.omitted) {
        position += Self.omitted.count
        continue
      }
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: ">")) else {
        return "a tag without an end"
      }
      let tag = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
      position = end + 1
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { return "</\(tag)> closes nothing" }
      } else if let name = Self.name(of: tag) {
        if !Self.empty.contains(name) { open.append(name) }
      } else {
        return "<\(tag)> is no tag of ours"
      }
    }
    return open.isEmpty ? nil : "never closed: \(open)"
  }

  /// The name of a tag that Markdown can make, with no attribute but its own.
  private static func name(of tag: String) -> String? {
    let name = String(tag.prefix { $0 != " " })
    let rest = tag.dropFirst(name.count)
    guard let allowed = attributes[name] else { return nil }
    if rest.isEmpty || rest == " /" { return name }
    // Attribute values hold no quotation mark, so an even split finds the names between them.
    let parts = rest.split(separator: "\"", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() where index.isMultiple(of: 2) && index < parts.count - 1 {
      guard part.hasPrefix(" "), part.hasSuffix("="), allowed.contains(String(part.dropFirst().dropLast()))
      else {
        return nil
      }
      let value = parts[index + 1].lowercased()
      if value.hasPrefix("javascript:") || value.hasPrefix("vbscript:") { return nil }
    }
    return parts.last == "" || parts.last == " /" ? name : nil
  }

  private static let omitted = Array("<!-- raw HTML omitted -->".utf8)
  private static let empty: Set<String> = ["img", "br", "hr"]
  private static let attributes: [String: Set<String>] = [
    "p": [], "h1": [], "h2": [], "h3": [], "h4": [], "h5": [], "h6": [], "blockquote": [], "ul": [], "li": [],
    "ol": ["start"], "pre": [], "code": ["class"], "em": [], "strong": [], "a": ["href", "title"],
    "img": ["src", "alt", "title"], "br": [], "hr": [],
  ]
}
