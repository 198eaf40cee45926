/// Joins the pages of a report to one: every id gets its page's name in front, every link follows, style and pictures go
/// inside.
///
/// Only tags are touched. That is safe because our writers escape `<` in text and `>` in values, so that whatever
/// stands between the two is a tag of theirs; neither style nor script has a `<` in it.
struct SinglePage {
  private let pages: [(name: String, text: [UInt8])]
  private let names: Set<String>
  /// What stands in a page for a file beside it, by its path.
  private let pictures: [String: String]

  private static let places: Set<String> = ["id", "for", "aria-labelledby", "href", "src"]

  init(_ pages: [Page], pictures: [String: String]) {
    self.pages = pages.filter { $0.path.hasSuffix(".html") }.map { (String($0.path.dropLast(5)), $0.bytes) }
    names = Set(self.pages.map { $0.name + ".html" })
    self.pictures = pictures
  }

  var bytes: [UInt8] {
    guard let first = pages.first?.text, let main = Self.range(of: "<main", in: first),
      let end = Self.range(of: "</main>", in: first)
    else { return [] }
    var out: [UInt8] = []
    rewrite(first[..<main.lowerBound], page: "", to: &out)
    out += #"<main id="_content" tabindex="-1">"#.utf8
    for (index, page) in pages.enumerated() {
      guard let start = Self.range(of: "<article>", in: page.text),
        let end = Self.range(of: "</article>", in: page.text)
      else { continue }
      out += "<article class=\"joined\" id=\"\(page.name)--\">".utf8
      // One heading of the first level a document: those of later pages step down.
      rewrite(page.text[start.upperBound..<end.lowerBound], page: page.name, stepsDown: index > 0, to: &out)
      out += "</article>\n".utf8
    }
    out += "</main>".utf8
    rewrite(first[end.upperBound...], page: "", to: &out)
    return out
  }

  private static func range(of text: String, in bytes: [UInt8]) -> Range<Int>? {
    let wanted = Array(text.utf8)
    var rest = bytes[...]
    // By first bytes: the library's own search takes seconds for a book.
    while let start = rest.firstIndex(of: wanted[0]) {
      rest = rest[start...]
      if rest.starts(with: wanted) { return start..<start + wanted.count }
      rest = rest.dropFirst()
    }
    return nil
  }

  private func rewrite(
    _ html: ArraySlice<UInt8>,
    page: String,
    stepsDown: Bool = false,
    to out: inout [UInt8]
  ) {
    var rest = html
    while let open = rest.firstIndex(of: UInt8(ascii: "<")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: ">"))
    {
      out += rest[..<open]
      rewriteTag(rest[open...close], page: page, stepsDown: stepsDown, to: &out)
      rest = rest[(close + 1)...]
    }
    out += rest
  }

  private func rewriteTag(
    _ tag: ArraySlice<UInt8>,
    page: String,
    stepsDown: Bool,
    to out: inout [UInt8]
  ) {
    if tag.starts(with: "<link rel=\"stylesheet\"".utf8) {
      out += "<style>\(StyleSheet.css)</style>".utf8
      return
    }
    var rest = tag
    if stepsDown, let level = Self.headingLevel(tag) {
      out += rest[..<level]
      out.append(min(rest[level] + 1, UInt8(ascii: "6")))
      rest = rest[(level + 1)...]
    }
    // Our writers put a quotation mark behind every equals sign between attributes.
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")), equals + 2 < rest.endIndex,
      let end = rest[(equals + 2)...].firstIndex(of: UInt8(ascii: "\""))
    {
      let space = rest[..<equals].lastIndex(of: UInt8(ascii: " ")) ?? rest.startIndex
      let name = String(decoding: rest[(space + 1)..<equals], as: UTF8.self)
      if Self.places.contains(name) {
        let value = String(decoding: rest[(equals + 2)..<end], as: UTF8.self)
        out += rest[..<space]
        if let changed = changed(name, value, page: page) {
          out += rest[space..<equals + 2]
          out += changed.utf8
          out.append(UInt8(ascii: "\""))
        }
      } else {
        out += rest[...end]
      }
      rest = rest[(end + 1)...]
    }
    out += rest
  }

  /// Where the digit of a heading's tag stands; `nil` for any other tag.
  private static func headingLevel(_ tag: ArraySlice<UInt8>) -> Int? {
    var index = tag.startIndex + 1
    if tag[index] == UInt8(ascii: "/") { index += 1 }
    guard tag[index] == UInt8(ascii: "h"), (49...53).contains(tag[index + 1]),
      [UInt8(ascii: " "), UInt8(ascii: ">")].contains(tag[index + 2])
    else { return nil }
    return index + 1
  }

  /// What becomes of an attribute that names a place; `nil` drops it.
  private func changed(_ name: String, _ value: String, page: String) -> String? {
    switch name {
    case "href": href(value, page: page)
    case "src": pictures[value] ?? value
    default: anchor(page, value)
    }
  }

  private func href(_ value: String, page: String) -> String? {
    let parts = value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let fragment = parts.count > 1 ? parts[1] : ""
    if parts[0].isEmpty { return "#" + anchor(page, fragment) }
    // A lone file has no neighbours to link to; the world beyond it stays where it is.
    guard names.contains(parts[0]) else { return value.contains(":") ? value : nil }
    return "#" + anchor(String(parts[0].dropLast(5)), fragment)
  }

  private func anchor(_ page: String, _ id: String) -> String { page.isEmpty ? id : "\(page)--\(id)" }
}
