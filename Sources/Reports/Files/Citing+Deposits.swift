internal import Chapters
internal import Foundation
internal import Markup

/// The book's metadata for code hosts and archives.
extension Citing {
  /// `CITATION.cff`, version 1.2.0 of the Citation File Format. Strings are written as JSON, which YAML reads alike.
  var cff: String {
    var lines = [
      "cff-version: 1.2.0", "message: \"If you use this work, please cite it as below.\"", "type: software",
      "title: \(Self.quoted(title))", "authors:",
    ]
    for author in book.authors {
      let name = PersonName(author)
      if name.given.isEmpty {
        lines.append("  - name: \(Self.quoted(name.family))")
      } else {
        lines.append("  - family-names: \(Self.quoted(name.family))")
        lines.append("    given-names: \(Self.quoted(name.given))")
        if !name.suffix.isEmpty { lines.append("    name-suffix: \(Self.quoted(name.suffix))") }
      }
      // An entity, which has one name, has no affiliation.
      if !author.affiliation.isEmpty, !name.given.isEmpty {
        lines.append("    affiliation: \(Self.quoted(author.affiliation))")
      }
      if !author.orcid.isEmpty { lines.append("    orcid: \"https://orcid.org/\(author.orcid)\"") }
    }
    if !metadata.abstract.isEmpty { lines.append("abstract: \(Self.quoted(metadata.abstract))") }
    if !metadata.keywords.isEmpty {
      lines.append("keywords:")
      lines += metadata.keywords.map { "  - \(Self.quoted($0))" }
    }
    // The format knows whole days only.
    if metadata.date.split(separator: "-").count == 3 { lines.append("date-released: \"\(metadata.date)\"") }
    if !metadata.doi.isEmpty { lines.append("doi: \(Self.quoted(metadata.doi))") }
    if !metadata.url.isEmpty { lines.append("url: \(Self.quoted(metadata.url))") }
    if !metadata.license.isEmpty {
      let isAddress = WebAddress.web(metadata.license) != nil
      lines.append("\(isAddress ? "license-url" : "license"): \(Self.quoted(metadata.license))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `.zenodo.json`, which Zenodo reads from a repository that it archives.
  func zenodo() throws -> [UInt8] {
    let paragraphs = metadata.abstract.isEmpty ? [title] : metadata.paragraphs
    var item: [String: Any] = [
      "title": title, "upload_type": "publication", "publication_type": "report", "access_right": "open",
      "description": paragraphs.map { "<p>\(Node.text($0).html)</p>" }.joined(separator: "\n"),
    ]
    item["creators"] = book.authors.map { author in
      var person = ["name": PersonName(author).inverted]
      if !author.affiliation.isEmpty { person["affiliation"] = author.affiliation }
      if !author.orcid.isEmpty { person["orcid"] = author.orcid }
      return person
    }
    if metadata.date.split(separator: "-").count == 3 { item["publication_date"] = metadata.date }
    if !metadata.keywords.isEmpty { item["keywords"] = metadata.keywords }
    // Zenodo's identifiers of licences are those of SPDX in lower case; an address is none.
    if !metadata.license.isEmpty, WebAddress.web(metadata.license) == nil {
      item["license"] = metadata.license.lowercased()
    }
    if !metadata.doi.isEmpty { item["doi"] = metadata.doi }
    if let language = Locale.LanguageCode(String(book.language.tag.prefix { $0 != "-" })).identifier(.alpha3)
    {
      item["language"] = language
    }
    if !metadata.funding.isEmpty { item["notes"] = "Funding: \(metadata.funding.joined(separator: "; "))." }
    if !metadata.url.isEmpty {
      item["related_identifiers"] = [["identifier": metadata.url, "relation": "isIdenticalTo"]]
    }
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try JSONSerialization.data(withJSONObject: item, options: options)) + [10]
  }

  private static func quoted(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let options: JSONSerialization.WritingOptions = [.withoutEscapingSlashes, .fragmentsAllowed]
    return (try? JSONSerialization.data(withJSONObject: line, options: options)).map {
      String(decoding: $0, as: UTF8.self)
    } ?? "\"\""
  }
}

extension Report {
  /// The book's metadata as `CITATION.cff`; `nil` where the book names no author.
  package var citationFile: String? { Citing(book: book).isPossible ? Citing(book: book).cff : nil }

  /// The book's metadata as `.zenodo.json`; `nil` where the book names no author.
  package func zenodoFile() throws -> [UInt8]? {
    Citing(book: book).isPossible ? try Citing(book: book).zenodo() : nil
  }
}
