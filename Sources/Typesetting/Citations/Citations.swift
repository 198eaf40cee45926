internal import Foundation

/// What pandoc's citeproc makes of the citations of a book.
package struct Citations: Hashable, Sendable, Codable {
  /// What stands in the text for each group of the request.
  package var labels: [[CitedText]]
  /// The list of references, in the order of the style.
  package var entries: [Entry]

  package struct Entry: Hashable, Sendable, Codable {
    package var key: String
    package var text: [CitedText]

    package init(key: String, text: [CitedText]) {
      self.key = key
      self.text = text
    }
  }

  package static let none = Citations(labels: [], entries: [])

  private init(labels: [[CitedText]], entries: [Entry]) {
    self.labels = labels
    self.entries = entries
  }

  /// Reads pandoc's answer to a request, of which nothing is taken on trust.
  ///
  /// - Parameter truncated: keys of works with authors left out by `and others`.
  /// - Returns: `nil` where the answer does not fit the request.
  package init?(output: String, request: CitationRequest, truncated: Set<String> = []) {
    guard let document = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any],
      let blocks = document["blocks"] as? [[String: Any]], blocks.count >= request.groups.count
    else { return nil }
    let reader = CitationReader()
    var labels: [[CitedText]] = []
    for block in blocks.prefix(request.groups.count) {
      guard block["t"] as? String == "Para", let inlines = block["c"] as? [Any],
        let label = try? reader.inlines(inlines, depth: 0)
      else { return nil }
      labels.append(label)
    }
    var entries: [Entry] = []
    for block in blocks.dropFirst(request.groups.count) {
      guard let read = try? reader.entries(block) else { return nil }
      entries += read
    }
    for index in entries.indices where truncated.contains(entries[index].key) {
      entries[index].text = CitationReader.abbreviated(entries[index].text)
    }
    self.init(labels: labels, entries: entries)
  }

  /// Says where and why pandoc could not read a bibliography or a style.
  ///
  /// - Returns: the path of the file where pandoc names it, the line where it is known, and the reason.
  package static func failure(in messages: String) -> (path: String?, line: Int?, reason: String) {
    let lines = messages.split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("[") && !$0.hasPrefix("  ")
    }
    let text = lines.joined(separator: " ")
    var path: String?
    if let match = text.firstMatch(of: /Error reading bibliography file (.+?):\s/) {
      path = String(match.output.1)
    }
    let place = text.firstMatch(of: /\(line (\d+), column \d+\):?/)
    let line = place.flatMap { Int($0.output.1) }
    var reason = text
    if let place { reason = String(text[place.range.upperBound...]) }
    if place == nil, let colon = path.flatMap({ text.firstRange(of: $0 + ":") }) {
      reason = String(text[colon.upperBound...])
    }
    reason = reason.trimmingSpaces
    return (path, line, reason.isEmpty ? "pandoc cannot read it" : String(reason.prefix(300)))
  }
}
