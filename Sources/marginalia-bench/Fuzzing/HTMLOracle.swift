/// Judges whether HTML holds only what Markdown can make, or a page of the report, with every tag closed.
struct HTMLOracle {
  private let bytes: [UInt8]
  private let isPage: Bool

  init(_ html: String) { (bytes, isPage) = (Array(html.utf8), false) }

  /// A whole page of a report without figures and formulas.
  init(page: [UInt8]) { (bytes, isPage) = (page, true) }

  /// What is wrong, or `nil`.
  var complaint: String? {
    var open: [String] = []
    var once: Set<String> = []
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        if bytes[position] == UInt8(ascii: ">") { return "a bare mark" }
        position += 1
        continue
      }
      if let known = [Self.omitted, Self.start].first(where: { bytes[position...].starts(with: $0) }) {
        position += known.count
        continue
      }
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: ">")) else {
        return "a tag without an end"
      }
      let tag = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
      position = end + 1
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { return "</\(tag)> closes nothing" }
      } else if isPage, tag == Self.styleSheet {
        if !once.insert(tag).inserted { return "a second style sheet" }
      } else if let name = name(of: tag) {
        // The one script is ours alone, and no markup.
        if name == "script" {
          if !once.insert(name).inserted { return "a second script" }
          position = bytes[position...].firstRange(of: Array("</\(name)>".utf8))?.lowerBound ?? bytes.count
        }
        if !Self.empty.contains(name) { open.append(name) }
      } else {
        return "<\(tag)> is no tag of ours"
      }
    }
    return open.isEmpty ? nil : "never closed: \(open)"
  }

  /// The name of a tag that may be here, with no attribute but its own.
  private func name(of tag: String) -> String? {
    let name = String(tag.prefix { $0 != " " })
    var rest = tag.dropFirst(name.count)
    // Attributes without a value.
    if isPage, rest.hasSuffix(" hidden") { rest = rest.dropLast(7) }
    if isPage { rest = Substring(rest.replacing(" popover id=", with: " id=")) }
    guard let allowed = isPage && Self.pageTags.contains(name) ? Self.pageAttributes : Self.attributes[name]
    else {
      return nil
    }
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
  private static let start = Array("<!DOCTYPE html>".utf8)
  private static let styleSheet = #"link rel="stylesheet" href="style.css""#
  private static let empty: Set<String> = ["img", "br", "hr", "meta", "input"]
  private static let pageTags: Set<String> = [
    "html", "head", "meta", "script", "form", "label", "input", "output", "button", "bdi", "mark", "title",
    "body", "header", "main", "article", "nav", "footer", "section",
    "div",
    "span", "details", "summary", "samp", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td",
    "figure",
    "figcaption", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "pre", "code", "a", "strong",
    "sup", "b",
  ]
  private static let pageAttributes: Set<String> = [
    "dir", "property", "for", "type", "autocomplete", "colspan", "lang", "charset", "name", "content",
    "http-equiv", "class",
    "id", "href", "title", "tabindex", "role",
    "rel",
    "aria-label", "aria-labelledby", "aria-current", "scope", "start", "popovertarget",
  ]
  private static let attributes: [String: Set<String>] = [
    "p": ["dir", "class"], "h1": ["dir"], "h2": ["dir", "id"], "h3": ["dir"], "h4": ["dir"], "h5": ["dir"],
    "h6": ["dir"], "blockquote": ["dir"], "ul": ["dir"], "li": ["dir", "id"], "ol": ["start", "dir"],
    "pre": [],
    "code": ["class"], "em": [], "strong": [], "a": ["href", "title", "class", "id", "aria-label"],
    "table": [], "thead": [], "tbody": [], "tr": [], "th": ["scope", "class"], "td": ["class"], "dl": [],
    "dt": [],
    "dd": [], "figure": [], "figcaption": [], "section": ["class"], "sup": ["class"],
    "div": ["class", "tabindex", "role", "aria-label"], "span": ["class", "role", "aria-label"],
    "img": ["src", "alt", "title"], "br": [], "hr": [],
  ]
}
