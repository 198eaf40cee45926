package import Foundation

/// Documents in pandoc's JSON: elements with a type `t` and a content `c`.
package enum PandocJSON {
  package typealias Element = [String: Any]

  package static func element(_ type: String, _ content: Any? = nil) -> Element {
    content.map { ["t": type, "c": $0] } ?? ["t": type]
  }

  /// Words and spaces of a plain text.
  package static func inlines(_ text: String) -> [Element] {
    var inlines: [Element] = []
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { inlines.append(element("Space")) }
      if !word.isEmpty { inlines.append(element("Str", String(word))) }
    }
    return inlines
  }

  /// The attributes of an element: its id, classes, and further names with values.
  package static func attributes(
    id: String = "",
    _ classes: [String] = [],
    _ pairs: [(String, String)] = []
  ) -> [Any] { [id, classes, pairs.map { [$0.0, $0.1] }] }

  package static func math(_ tex: String, isDisplay: Bool) -> Element {
    element("Math", [element(isDisplay ? "DisplayMath" : "InlineMath"), tex] as [Any])
  }

  /// The value of a metadata field that is text.
  package static func meta(_ text: String) -> Element { element("MetaInlines", inlines(text)) }

  /// Returns a document of blocks.
  package static func document(
    _ blocks: [Any],
    metadata: [String: Any] = [:],
    version: PandocVersion
  ) -> Data {
    let document: [String: Any] = [
      "pandoc-api-version": version.numbers, "meta": metadata, "blocks": blocks,
    ]
    // What is made of strings, numbers, arrays and dictionaries can be written.
    return (try? JSONSerialization.data(withJSONObject: document, options: [.sortedKeys])) ?? Data()
  }
}
