internal import Chapters
internal import Markup

/// The metadata in the head of a page, for search engines and reference managers: Highwire's tags, Open Graph, JSON-LD.
struct PageMetadata {
  let book: Book
  /// The title of the page.
  let title: String
  /// Whether the page is the book's title page.
  let isOfBook: Bool
  let language: Language

  /// Nothing where the book names no author.
  var node: Node {
    let citing = Citing(book: book)
    guard citing.isPossible else { return .empty }
    let metadata = book.metadata
    var tags: [(name: String, content: String)] = [("citation_title", title)]
    for author in book.authors {
      tags.append(("citation_author", author.name))
      tags.append(("citation_author_institution", author.affiliation))
      tags.append(("citation_author_orcid", author.orcid))
    }
    tags += [
      ("citation_publication_date", metadata.date.replacing("-", with: "/")),
      ("citation_inbook_title", isOfBook ? "" : book.title), ("citation_doi", metadata.doi),
      ("citation_language", language.tag), ("citation_abstract_html_url", metadata.url),
      ("citation_keywords", metadata.keywords.joined(separator: "; ")),
      ("description", isOfBook ? metadata.abstract : ""),
    ]
    let properties = [
      ("og:type", isOfBook ? "book" : "article"), ("og:title", title), ("og:site_name", book.title),
      ("og:locale", language.tag.replacing("-", with: "_")),
      ("og:description", isOfBook ? metadata.abstract : ""), ("og:url", isOfBook ? metadata.url : ""),
    ]
    return [
      .fragment(
        tags.filter { !$0.content.isEmpty }.map { tag("meta", ["name": $0.name, "content": $0.content]) }
      ),
      .fragment(
        properties.filter { !$0.1.isEmpty }.map { tag("meta", ["property": $0.0, "content": $0.1]) }
      ),
      isOfBook
        ? tag("script", ["type": "application/ld+json"], .text(citing.linkedData)) : .empty,
    ]
  }
}

/// How to cite the book, with a copy for BibTeX in sight and files for other programs.
struct CitingBox {
  let book: Book

  var node: Node {
    let citing = Citing(book: book)
    guard citing.isPossible else { return .empty }
    let metadata = book.metadata
    let phrases = book.phrases()
    return tag(
      "section",
      ["aria-labelledby": "_cite", "class": "citing"],
      tag("h2", ["id": "_cite"], .text(phrases[.cite])),
      tag("p", [:], .text(citing.sentence)),
      tag(
        "details",
        [:],
        tag("summary", [:], "BibTeX"),
        ListingMarkup(info: "bibtex", text: citing.bibTeX, name: "BibTeX entry").node
      ),
      tag(
        "p",
        ["class": "downloads"],
        tag("a", ["href": Citing.paths.bibTeX, "download": ""], "BibTeX"),
        " ",
        tag("a", ["href": Citing.paths.ris, "download": ""], "RIS"),
        " ",
        tag("a", ["href": Citing.paths.csl, "download": ""], "CSL-JSON")
      ),
      metadata.license.isEmpty
        ? .empty : tag("p", ["class": "remark"], .text(phrases(.licence, metadata.license) + ".")),
      metadata.funding.isEmpty
        ? .empty
        : tag(
          "p",
          ["class": "remark"],
          .text(phrases(.funding, metadata.funding.joined(separator: "; ")) + ".")
        )
    )
  }
}
