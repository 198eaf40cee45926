/// The works that a book can cite, read from a BibTeX file.
package struct Bibliography: Hashable, Sendable {
  /// Entries by citation key.
  package var entries: [String: Entry] = [:]

  package init(entries: [String: Entry] = [:]) { self.entries = entries }

  /// One work.
  package struct Entry: Hashable, Sendable {
    package var key: String
    /// `article`, `inproceedings` and so on, in lower case.
    package var type: String
    /// Plain text by lower-case field name: braces and TeX accents are resolved.
    package var fields: [String: String]
    package var location: SourceLocation

    package init(key: String, type: String, fields: [String: String], location: SourceLocation) {
      self.key = key
      self.type = type
      self.fields = fields
      self.location = location
    }

    /// The authors, or else the editors, as `Given Family`.
    package var authors: [Person] {
      (fields["author"] ?? fields["editor"] ?? "").split(separator: /\s+and\s+/).map { Person(String($0)) }
    }

    package var year: String { fields["year"] ?? fields["date"].map { String($0.prefix(4)) } ?? "n.d." }

    /// A link to the work, from `url`, `doi` or an arXiv `eprint`; `nil` where none is an `https` address.
    package var address: String? {
      if let url = fields["url"], url.hasPrefix("https://") || url.hasPrefix("http://") { return url }
      if let doi = fields["doi"] { return "https://doi.org/" + doi }
      if let eprint = fields["eprint"] { return "https://arxiv.org/abs/" + eprint }
      return nil
    }

    /// The work as a line of a list of references.
    package var text: String {
      var text = authors.isEmpty ? "" : Self.joined(authors.map(\.fullName)) + ". "
      text += "\(fields["title"] ?? key). "
      let venue = ["journal", "booktitle", "publisher", "school", "institution", "howpublished"]
        .lazy.compactMap { fields[$0] }.first
      if let venue { text += venue }
      if let volume = fields["volume"] { text += (venue == nil ? "volume " : " ") + volume }
      if let number = fields["number"] {
        let isInVolume = fields["volume"] != nil
        text += isInVolume ? "(\(number))" : venue == nil ? "number \(number)" : ", no. \(number)"
      }
      if let pages = fields["pages"] { text += ", " + pages.replacing(/-{1,2}/, with: "–") }
      text += text.hasSuffix(". ") ? "\(year)." : ", \(year)."
      if let note = fields["note"] { text += " \(note)." }
      return text.replacing("..", with: ".")
    }

    /// The names of the authors as a citation has them: one, two, or the first and `et al.`
    var shortAuthors: String {
      let names = authors.map(\.family)
      return switch names.count {
      case 0: fields["title"] ?? key
      case 1: names[0]
      case 2: "\(names[0]) and \(names[1])"
      default: "\(names[0]) et al."
      }
    }

    private static func joined(_ names: [String]) -> String {
      guard names.count > 1, let last = names.last else { return names.joined() }
      return names.dropLast().joined(separator: ", ") + " and " + last
    }
  }

  /// A person's name, written `Family, Given` or `Given Family`.
  package struct Person: Hashable, Sendable {
    package var given: String
    package var family: String

    init(_ text: String) {
      let parts = text.split(separator: ",", maxSplits: 1).map { $0.trimming() }
      if parts.count == 2 {
        (family, given) = (parts[0], parts[1])
      } else {
        let words = text.split(separator: " ").map(String.init)
        let start = words.dropLast().firstIndex { $0.first?.isLowercase == true } ?? max(0, words.count - 1)
        (given, family) = (words[..<start].joined(separator: " "), words[start...].joined(separator: " "))
      }
    }

    package var fullName: String { given.isEmpty ? family : "\(given) \(family)" }
  }

  /// Returns the labels of what a book cites, such as `Wen et al., 2016`.
  ///
  /// - Parameter keys: the cited keys; those without an entry have no label. Works that would read alike are
  ///   told apart by a letter after the year, in the order of their keys.
  package func labels(citing keys: some Sequence<String>) -> [String: String] {
    var byLabel: [String: [Entry]] = [:]
    for key in Set(keys).sorted() {
      guard let entry = entries[key] else { continue }
      byLabel["\(entry.shortAuthors), \(entry.year)", default: []].append(entry)
    }
    var labels: [String: String] = [:]
    for (label, entries) in byLabel {
      for (index, entry) in entries.enumerated() {
        labels[entry.key] = label + (entries.count > 1 ? Self.letter(index) : "")
      }
    }
    return labels
  }

  /// Returns the cited entries in the order of a list of references: by author, year and title.
  package func cited(_ keys: some Sequence<String>) -> [Entry] {
    Set(keys).compactMap { entries[$0] }.sorted {
      ($0.authors.first?.family ?? "", $0.year, $0.key) < ($1.authors.first?.family ?? "", $1.year, $1.key)
    }
  }

  /// `a` to `z`, then `aa`.
  private static func letter(_ index: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return (index >= 26 ? letter(index / 26 - 1) : "") + String(letters[index % 26])
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  func trimming() -> String {
    let start = drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
