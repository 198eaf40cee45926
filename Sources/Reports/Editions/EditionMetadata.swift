internal import Chapters
internal import Digests
internal import Foundation
internal import Typesetting

/// The metadata of a book as the templates of pandoc's writers read them.
struct EditionMetadata {
  let book: Book
  let form: EditionForm
  let runDate: String

  var fields: [String: Any] {
    let metadata = book.metadata
    var fields: [String: Any] = [
      "title": PandocJSON.meta(book.title), "lang": PandocJSON.meta(book.language.tag),
    ]
    if !book.subtitle.isEmpty { fields["subtitle"] = PandocJSON.meta(book.subtitle) }
    if book.language.isRightToLeft { fields["dir"] = PandocJSON.meta("rtl") }
    if !book.authors.isEmpty {
      fields["author"] = list(form == .jats ? book.authors.map(contributor) : names)
    }
    // JATS has no article without a date of publication.
    let date = metadata.date.isEmpty && form == .jats ? runDate : metadata.date
    if !date.isEmpty { fields["date"] = PandocJSON.meta(date) }
    if !metadata.abstract.isEmpty {
      let paragraphs = metadata.paragraphs.map { PandocJSON.element("Para", PandocJSON.inlines($0)) }
      fields["abstract"] = PandocJSON.element("MetaBlocks", paragraphs)
    }
    switch form {
    case .jats: journal(&fields)
    case .epub: publication(&fields)
    case .ipynb:
      let kernel = ["display_name": "Swift", "language": "swift", "name": "swift"].mapValues(
        PandocJSON.meta
      )
      fields["jupyter"] = map([
        "kernelspec": map(kernel), "nbformat": PandocJSON.element("MetaString", "4"),
        "nbformat_minor": PandocJSON.element("MetaString", "5"),
      ])
    case .docx, .latex, .markdown:
      if form == .latex { fields["header-includes"] = Self.preamble }
      if !metadata.keywords.isEmpty {
        fields["keywords"] = list(metadata.keywords.map(PandocJSON.meta))
      }
    }
    return fields
  }

  /// Captions hold the book's numbers, so LaTeX adds none; long lines of code are broken where the package for
  /// it is installed. Letters and signs that the text fonts of LaTeX lack are taken from its fonts of mathematics.
  private static var preamble: PandocJSON.Element {
    let lines =
      """
      \\usepackage{caption}
      \\captionsetup{labelformat=empty,labelsep=none}
      \\IfFileExists{fvextra.sty}{\\usepackage{fvextra}\\fvset{breaklines}}{}
      \\IfFileExists{newunicodechar.sty}{\\usepackage{newunicodechar}}{\\newcommand{\\newunicodechar}[2]{}}

      """
      + zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-").map { sign, digit in
        "\\newunicodechar{\(sign)}{\\ensuremath{^{\(digit)}}}\n"
      }.joined()
      + zip("αβγδεζηθλμξπρστφχψω", greek).map { letter, name in
        "\\newunicodechar{\(letter)}{\\ensuremath{\\\(name)}}\n"
      }.joined()
    return PandocJSON.element("MetaBlocks", [PandocJSON.element("RawBlock", ["latex", lines])])
  }

  /// TeX's names of the small Greek letters that look like no Latin one.
  private static let greek = [
    "alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "lambda", "mu", "xi", "pi",
    "rho", "sigma",
    "tau", "varphi", "chi", "psi", "omega",
  ]

  private var names: [PandocJSON.Element] {
    book.authors.map { author in
      let place = author.affiliation.isEmpty || form == .epub ? "" : " (\(author.affiliation))"
      return PandocJSON.meta(author.name + place)
    }
  }

  private var affiliations: [String] {
    book.authors.map(\.affiliation).reduce(into: []) { all, name in
      if !name.isEmpty, !all.contains(name) { all.append(name) }
    }
  }

  private func contributor(_ author: Book.Author) -> PandocJSON.Element {
    let name = PersonName(author)
    let family = [name.family, name.suffix].filter { !$0.isEmpty }.joined(separator: " ")
    var person = ["surname": PandocJSON.meta(family)]
    if !name.given.isEmpty { person["given-names"] = PandocJSON.meta(name.given) }
    if !author.orcid.isEmpty { person["orcid"] = PandocJSON.meta(author.orcid) }
    if let index = affiliations.firstIndex(of: author.affiliation) {
      person["affiliation"] = list([PandocJSON.meta("\(index + 1)")])
    }
    return map(person)
  }

  private func journal(_ fields: inout [String: Any]) {
    let metadata = book.metadata
    if !metadata.doi.isEmpty { fields["article"] = map(["doi": PandocJSON.meta(metadata.doi)]) }
    if !metadata.keywords.isEmpty { fields["tags"] = list(metadata.keywords.map(PandocJSON.meta)) }
    if !affiliations.isEmpty {
      fields["affiliation"] = list(
        affiliations.enumerated().map { index, name in
          map(["id": PandocJSON.meta("\(index + 1)"), "organization": PandocJSON.meta(name)])
        }
      )
    }
    // The tag set wants a journal; a report that no journal published names its series.
    fields["journal"] = map(["title": PandocJSON.meta(book.title)])
  }

  private func publication(_ fields: inout [String: Any]) {
    let metadata = book.metadata
    // Without an identifier pandoc makes one by chance.
    let hex = Digest(of: book.title + "\n" + book.authors.map(\.name).joined(separator: "\n")).hex
    let uuid = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
      String(hex.dropFirst(range.lowerBound).prefix(range.count))
    }
    let identifier =
      metadata.doi.isEmpty
      ? (metadata.url.isEmpty ? "urn:uuid:" + uuid.joined(separator: "-") : metadata.url)
      : "https://doi.org/\(metadata.doi)"
    fields["identifier"] = PandocJSON.meta(identifier)
    if !metadata.license.isEmpty { fields["rights"] = PandocJSON.meta(metadata.license) }
    if !metadata.keywords.isEmpty {
      fields["subject"] = list(metadata.keywords.map(PandocJSON.meta))
    }
  }

  private func list(_ values: [PandocJSON.Element]) -> PandocJSON.Element {
    PandocJSON.element("MetaList", values)
  }

  private func map(_ values: [String: PandocJSON.Element]) -> PandocJSON.Element {
    PandocJSON.element("MetaMap", values)
  }
}
