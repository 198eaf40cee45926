internal import Foundation

/// Reads the inlines and references that citeproc writes in pandoc's JSON.
package struct CitationReader {
  struct Malformed: Error {}

  private static let deepestNesting = 60

  /// Returns the references in a block: `div#refs` with a `div#ref-KEY` for each.
  func entries(_ block: [String: Any]) throws(Malformed) -> [Citations.Entry] {
    guard block["t"] as? String == "Div", let content = block["c"] as? [Any], content.count == 2,
      let blocks = content[1] as? [[String: Any]]
    else { throw Malformed() }
    if let id = Self.id(content[0]), id.hasPrefix("ref-") {
      var text: [CitedText] = []
      for block in blocks {
        guard ["Para", "Plain"].contains(block["t"] as? String), let inlines = block["c"] as? [Any] else {
          throw Malformed()
        }
        if !text.isEmpty { text.append(.text(" ")) }
        text += try self.inlines(inlines, depth: 0)
      }
      return [Citations.Entry(key: String(id.dropFirst(4)), text: text)]
    }
    var entries: [Citations.Entry] = []
    for block in blocks { entries += try self.entries(block) }
    return entries
  }

  private static func id(_ attributes: Any) -> String? { (attributes as? [Any])?.first as? String }

  private static func classes(_ attributes: Any) -> [String] {
    let attributes = attributes as? [Any] ?? []
    return attributes.count > 1 ? attributes[1] as? [String] ?? [] : []
  }

  /// Returns inlines; neighbouring texts become one.
  func inlines(_ inlines: [Any], depth: Int) throws(Malformed) -> [CitedText] {
    if depth > Self.deepestNesting { throw Malformed() }
    var result: [CitedText] = []
    for inline in inlines {
      for text in try self.inline(inline, depth: depth) {
        if case .text(let piece) = text, case .text(let before)? = result.last {
          result[result.count - 1] = .text(before + piece)
        } else {
          result.append(text)
        }
      }
    }
    return result
  }

  private func inline(_ inline: Any, depth: Int) throws(Malformed) -> [CitedText] {
    guard let inline = inline as? [String: Any], let type = inline["t"] as? String else { throw Malformed() }
    let content = inline["c"]
    switch type {
    case "Str":
      guard let text = content as? String else { throw Malformed() }
      return [.text(text.precomposedStringWithCanonicalMapping)]
    case "Space", "SoftBreak", "LineBreak": return [.text(" ")]
    case "Emph", "Underline": return [.styled(.emphasis, try inner(content, depth))]
    case "Strong": return [.styled(.strong, try inner(content, depth))]
    case "Superscript": return [.styled(.superscript, try inner(content, depth))]
    case "Subscript": return [.styled(.subscript, try inner(content, depth))]
    case "SmallCaps": return [.styled(.smallCapitals, try inner(content, depth))]
    case "Strikeout": return try inner(content, depth)
    case "Note":
      // A style of notes: its text stands in the sentence, in parentheses.
      guard let blocks = content as? [[String: Any]] else { throw Malformed() }
      var text: [CitedText] = [.text(" (")]
      for block in blocks { text += try inner(block["c"], depth) }
      return text + [.text(")")]
    default: break
    }
    guard let parts = content as? [Any], parts.count >= 2 else { throw Malformed() }
    switch type {
    case "Quoted":
      let isSingle = (parts[0] as? [String: Any])?["t"] as? String == "SingleQuote"
      return [.text(isSingle ? "‘" : "“")] + (try inner(parts[1], depth)) + [.text(isSingle ? "’" : "”")]
    case "Cite": return try inner(parts[1], depth)
    case "Code":
      guard let text = parts[1] as? String else { throw Malformed() }
      return [.styled(.code, [.text(text)])]
    case "Math":
      guard let tex = parts[1] as? String else { throw Malformed() }
      return [.math(tex)]
    // TeX that has no meaning for pandoc, of which the reader of the bibliography has warned.
    case "RawInline": return []
    case "Span":
      let text = try inner(parts[1], depth)
      let classes = Self.classes(parts[0])
      if classes.contains("smallcaps") { return [.styled(.smallCapitals, text)] }
      return classes.contains("csl-left-margin") ? text + [.text(" ")] : text
    case "Link":
      let text = try inner(parts[1], depth)
      guard parts.count == 3, let target = (parts[2] as? [Any])?.first as? String else { throw Malformed() }
      if target.hasPrefix("#ref-") { return [.entry(key: String(target.dropFirst(5)), text)] }
      let isWeb = target.hasPrefix("https://") || target.hasPrefix("http://")
      return isWeb ? [.link(address: target, text)] : text
    default: throw Malformed()
    }
  }

  private func inner(_ content: Any?, _ depth: Int) throws(Malformed) -> [CitedText] {
    guard let inlines = content as? [Any] else { throw Malformed() }
    return try self.inlines(inlines, depth: depth + 1)
  }

  /// Writes "et al." for the author "others", as styles without a limit of authors show `and others`.
  package static func abbreviated(_ text: [CitedText]) -> [CitedText] {
    var text = text.map { piece -> CitedText in
      if case .text(let words) = piece { return .text(separated(words)) }
      return piece
    }
    for index in text.indices {
      guard case .text(let piece) = text[index], !piece.contains("et al") else { continue }
      if let match = piece.firstMatch(of: /(,? (?:and|&) |, |\.)others\b\.?/) {
        let lead = match.output.1 == "." ? ". " : match.output.1.hasPrefix(",") ? ", " : " "
        text[index] = .text(piece.replacingCharacters(in: match.range, with: lead + "et al."))
        break
      }
    }
    return text
  }
}

extension CitationReader {
  /// Divides what citeproc writes of editors, `B. Jonesothers (Eds.)`.
  fileprivate static func separated(_ text: String) -> String {
    text.replacing(/(\p{Lu}[\p{L}\-’']*?)others\b/) { match in
      let word = match.output.0.lowercased()
      let isWord = ["brothers", "mothers", "smothers", "bothers"].contains { word.hasSuffix($0) }
      return isWord ? String(match.output.0) : String(match.output.1) + " et al."
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
