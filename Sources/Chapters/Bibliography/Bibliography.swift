internal import Foundation

/// The works that a book can cite: where each stands in the bibliography's files, and the files as pandoc reads them.
package struct Bibliography: Hashable, Sendable {
  /// Entries by citation key.
  package private(set) var entries: [String: Entry] = [:]
  package private(set) var files: [File] = []

  package init() {}

  /// One work.
  package struct Entry: Hashable, Sendable {
    package var location: SourceLocation
    /// Whether its list of authors or editors ends in `and others`.
    package var isTruncated: Bool
  }

  /// A bibliography's file.
  package struct File: Hashable, Sendable {
    /// The path in the book's folder.
    package var name: String
    /// The text for pandoc: as it is written, but for letters that pandoc does not know and addresses in place of
    /// DOIs. Each line stays the line that it is.
    package var text: String

    /// The end of the name, which says the format: `bib` (BibLaTeX and BibTeX), `bibtex` or `json`.
    package var format: String { name.split(separator: ".").last.map { $0.lowercased() } ?? "" }
  }

  /// The formats by the ends of files' names.
  static let formats = ["bib", "bibtex", "json"]

  /// Reads a file into the bibliography.
  ///
  /// - Returns: what is wrong with it: entries that are never closed, keys used twice, TeX that pandoc leaves out.
  package mutating func read(_ text: String, file: String) -> [Problem] {
    if File(name: file, text: "").format == "json" { return readJSON(text, file: file) }
    var scanner = BibTeXScanner(text, file: file)
    scanner.scan()
    files.append(File(name: file, text: scanner.rewritten))
    var problems = scanner.problems
    for (key, entry) in scanner.entries { problems += add(key, entry) }
    return problems
  }

  private mutating func add(_ key: String, _ entry: Entry) -> [Problem] {
    if let first = entries[key]?.location {
      return [Problem(.error, at: entry.location, "the key '\(key)' is already taken at \(first)")]
    }
    entries[key] = entry
    return []
  }

  private mutating func readJSON(_ text: String, file: String) -> [Problem] {
    let source = SourceText(text, file: file)
    let items: [[String: Any]]
    do {
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      guard let list = value as? [[String: Any]] else {
        return [Problem(.error, at: source.location(of: 0), "this is no list of references in CSL-JSON")]
      }
      items = list
    } catch {
      let offset = (error as NSError).userInfo["NSJSONSerializationErrorIndex"] as? Int ?? 0
      let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? "it cannot be read"
      return [Problem(.error, at: source.location(of: offset), "this is not JSON: \(reason)")]
    }
    let address = /("DOI"\s*:\s*")(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/.ignoresCase()
    files.append(File(name: file, text: text.replacing(address) { $0.output.1 }))
    var problems: [Problem] = []
    var search = 0
    for item in items {
      guard let key = item["id"].map({ "\($0)" }), !key.isEmpty else {
        problems.append(
          Problem(.error, at: source.location(of: search), "a reference without an 'id' to cite it by")
        )
        continue
      }
      let offset = source.firstOffset(of: "\"\(key)\"", in: search..<text.utf8.count) ?? search
      search = offset
      problems += add(key, Entry(location: source.location(of: offset), isTruncated: false))
    }
    return problems
  }
}
