internal import Foundation

/// Documents in pandoc's JSON: elements with a type `t` and a content `c`.
enum PandocJSON {
  /// The version of the format that Debian 12's pandoc 2.17 writes, and that later ones read.
  private static let version = [1, 22, 2, 1]

  static func element(_ type: String, _ content: Any? = nil) -> [String: Any] {
    content.map { ["t": type, "c": $0] } ?? ["t": type]
  }

  /// Words and spaces of a plain text.
  static func inlines(_ text: String) -> [[String: Any]] {
    var inlines: [[String: Any]] = []
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { inlines.append(element("Space")) }
      if !word.isEmpty { inlines.append(element("Str", String(word))) }
    }
    return inlines
  }

  /// Returns a document of blocks.
  static func document(_ blocks: [Any], metadata: [String: Any] = [:]) -> Data {
    let document: [String: Any] = ["pandoc-api-version": version, "meta": metadata, "blocks": blocks]
    // What is made of strings, numbers, arrays and dictionaries can be written.
    return (try? JSONSerialization.data(withJSONObject: document, options: [.sortedKeys])) ?? Data()
  }
}
