internal import Foundation

/// Joins the pages of a report to one: every id gets its page's name in front, every link follows.
///
/// Only tags are touched. That is safe because our writers escape `<` in text and `>` in values, so that whatever
/// stands between the two is a tag of theirs.
struct SinglePage {
  private let pages: [(name: String, text: String)]

  init(_ pages: [Page]) {
    self.pages = pages.filter { $0.path.hasSuffix(".html") }.map {
      (String($0.path.dropLast(5)), String(decoding: $0.bytes, as: UTF8.self))
    }
  }

  var html: String {
    guard let first = pages.first, let start = first.text.firstRange(of: "<main"),
      let end = first.text.firstRange(of: "</main>")
    else { return "" }
    let articles = pages.enumerated().map { index, page in
      let inner = Self.between("<article>", "</article>", in: page.text)
      // One heading of the first level a document: the later ones step down.
      return "<article class=\"joined\" id=\"\(page.name)--\">"
        + rewritten(inner, page: page.name, isFirst: index == 0)
        + "</article>"
    }
    let head = String(first.text[..<start.lowerBound])
    let tail = String(first.text[end.upperBound...])
    return rewritten(head, page: "", isFirst: true) + "<main id=\"_content\" tabindex=\"-1\">"
      + articles.joined(separator: "\n") + "</main>" + rewritten(tail, page: "", isFirst: true)
  }

  private static func between(_ start: String, _ end: String, in text: String) -> String {
    guard let first = text.firstRange(of: start), let last = text.ranges(of: end).last else { return "" }
    return String(text[first.upperBound..<last.lowerBound])
  }

  private func rewritten(_ html: String, page: String, isFirst: Bool) -> String {
    var out = ""
    var rest = Substring(html)
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      out += rest[..<open]
      out += tag(String(rest[open...close]), page: page, isFirst: isFirst)
      rest = rest[rest.index(after: close)...]
    }
    return out + rest
  }

  private func tag(_ tag: String, page: String, isFirst: Bool) -> String {
    if !isFirst {
      // A page's levels begin anew below the book's title.
      for level in (1...5).reversed() {
        for start in ["<h\(level)", "</h\(level)"] where tag == start + ">" || tag.hasPrefix(start + " ") {
          return self.tag(
            start.dropLast() + "\(level + 1)" + tag.dropFirst(start.count),
            page: page,
            isFirst: true
          )
        }
      }
    }
    guard tag.contains("=\"") else { return tag }
    return tag.replacing(#/ (id|href|aria-labelledby)="([^"]*)"/#) { match in
      let (name, value) = (String(match.1), String(match.2))
      switch name {
      case "href": return href(value, page: page)
      default: return " \(name)=\"\(anchor(page, value))\""
      }
    }
  }

  private func href(_ value: String, page: String) -> String {
    let parts = value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let fragment = parts.count > 1 ? parts[1] : ""
    if parts[0].isEmpty { return " href=\"#\(anchor(page, fragment))\"" }
    guard parts[0].hasSuffix(".html"), pages.contains(where: { $0.name + ".html" == parts[0] }) else {
      // A lone file has no neighbours to link to; the world beyond it stays where it is.
      return value.contains(":") ? " href=\"\(value)\"" : ""
    }
    return " href=\"#\(anchor(String(parts[0].dropLast(5)), fragment))\""
  }

  private func anchor(_ page: String, _ id: String) -> String { page.isEmpty ? id : "\(page)--\(id)" }
}
