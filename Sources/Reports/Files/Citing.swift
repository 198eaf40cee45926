internal import Chapters
internal import Foundation

/// The citation of a book, as a sentence and in the formats of reference managers.
struct Citing {
  let book: Book

  static let paths = (bibTeX: "cite.bib", ris: "cite.ris", csl: "cite.json")

  /// Whether the book has the fields that a citation needs.
  var isPossible: Bool { !book.authors.isEmpty }

  var metadata: Book.Metadata { book.metadata }

  var title: String { book.subtitle.isEmpty ? book.title : "\(book.title): \(book.subtitle)" }

  private var year: String { String(metadata.date.prefix(4)) }

  private var address: String {
    metadata.doi.isEmpty ? metadata.url : "https://doi.org/\(metadata.doi)"
  }

  var sentence: String {
    let names = book.authors.map(\.name)
    let authors =
      names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    return "\(authors)\(year.isEmpty ? "" : " (\(year))"). \(title)." + (address.isEmpty ? "" : " \(address)")
  }

  /// The key of the entry: the first author's name and the year.
  private var key: String {
    let family = book.authors.first.map { PersonName($0).family } ?? "book"
    let name = SectionList.slug(family.folding(options: .diacriticInsensitive, locale: nil))
    let plain = String(name.unicodeScalars.filter(\.isASCII).map(Character.init))
    return [plain.isEmpty ? "book" : plain, year].filter { !$0.isEmpty }.joined(separator: "-")
  }

  var bibTeX: String {
    let authors = book.authors.map { author in
      let name = PersonName(author)
      return name.given.isEmpty
        ? "{\(Self.texEscaped(name.family))}"
        : [name.family, name.suffix, name.given].filter { !$0.isEmpty }.map(Self.texEscaped).joined(
          separator: ", "
        )
    }
    var fields = [("title", "{\(Self.texEscaped(title))}"), ("author", authors.joined(separator: " and "))]
    if !year.isEmpty { fields.append(("year", year)) }
    let parts = metadata.date.split(separator: "-")
    if parts.count > 1 { fields.append(("month", String(Int(parts[1]) ?? 1))) }
    if !metadata.doi.isEmpty { fields.append(("doi", metadata.doi)) }
    if !metadata.url.isEmpty { fields.append(("url", metadata.url)) }
    if !metadata.keywords.isEmpty {
      fields.append(("keywords", Self.texEscaped(metadata.keywords.joined(separator: ", "))))
    }
    let lines = fields.map { "  \($0.0) = {\($0.1)}" }.joined(separator: ",\n")
    return "@misc{\(key),\n\(lines)\n}\n"
  }

  private static func texEscaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&", "%", "$", "#", "_": "\\\(character)"
      case "\\": "{\\textbackslash}"
      case "{", "}": "\\\(character)"
      case "~": "{\\textasciitilde}"
      case "^": "{\\textasciicircum}"
      default: character.isNewline ? " " : String(character)
      }
    }.joined()
  }

  var ris: String {
    var lines = [("TY", "RPRT"), ("TI", title)]
    for author in book.authors {
      lines.append(("AU", PersonName(author).inverted))
    }
    let date = metadata.date.replacing("-", with: "/")
    if !year.isEmpty { lines += [("PY", year), ("DA", date)] }
    if !metadata.abstract.isEmpty { lines.append(("AB", metadata.abstract)) }
    lines += metadata.keywords.map { ("KW", $0) }
    if !metadata.doi.isEmpty { lines.append(("DO", metadata.doi)) }
    if !address.isEmpty { lines.append(("UR", address)) }
    lines.append(("LA", book.language.tag))
    let text = lines.map { name, value in
      "\(name)  - \(value.split(whereSeparator: \.isNewline).joined(separator: " "))"
    }
    return (text + ["ER  - "]).joined(separator: "\r\n") + "\r\n"
  }

  /// The entry as CSL-JSON, a list of one item.
  func csl() throws -> [UInt8] {
    var item: [String: Any] = ["id": key, "type": "report", "title": title, "language": book.language.tag]
    item["author"] = book.authors.map { author in
      let name = PersonName(author)
      if name.given.isEmpty { return ["literal": name.family] }
      var parts = ["family": name.family, "given": name.given]
      if !name.suffix.isEmpty { parts["suffix"] = name.suffix }
      return parts
    }
    let date = metadata.date.split(separator: "-").compactMap { Int($0) }
    if !date.isEmpty { item["issued"] = ["date-parts": [date]] }
    if !metadata.doi.isEmpty { item["DOI"] = metadata.doi }
    if !address.isEmpty { item["URL"] = address }
    if !metadata.abstract.isEmpty { item["abstract"] = metadata.abstract }
    if !metadata.keywords.isEmpty { item["keyword"] = metadata.keywords.joined(separator: ", ") }
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try JSONSerialization.data(withJSONObject: [item], options: options)) + [10]
  }

  /// The book as schema.org's ScholarlyArticle, in one line of JSON-LD.
  var linkedData: String {
    var item: [String: Any] = [
      "@context": "https://schema.org", "@type": "ScholarlyArticle", "headline": title, "name": title,
      "inLanguage": book.language.tag,
    ]
    item["author"] = Self.people(book.authors)
    if !metadata.date.isEmpty { item["datePublished"] = metadata.date }
    if !metadata.abstract.isEmpty { item["abstract"] = metadata.abstract }
    if !metadata.keywords.isEmpty { item["keywords"] = metadata.keywords }
    if !metadata.doi.isEmpty { item["identifier"] = "https://doi.org/\(metadata.doi)" }
    if !metadata.url.isEmpty { item["url"] = metadata.url }
    if !metadata.license.isEmpty {
      item["license"] =
        WebAddress.web(metadata.license) ?? "https://spdx.org/licenses/\(metadata.license).html"
    }
    if !metadata.funding.isEmpty {
      item["funding"] = metadata.funding.map { ["@type": "Grant", "name": $0] }
    }
    return LinkedData.text(item)
  }

  /// Authors as schema.org's Person, or Organization.
  static func people(_ authors: [Book.Author]) -> [[String: Any]] {
    authors.map { author in
      var person: [String: Any] = [
        "@type": author.isGroup ? "Organization" : "Person", "name": author.name,
      ]
      if !author.affiliation.isEmpty {
        person["affiliation"] = ["@type": "Organization", "name": author.affiliation]
      }
      if !author.orcid.isEmpty { person["identifier"] = "https://orcid.org/\(author.orcid)" }
      return person
    }
  }
}
