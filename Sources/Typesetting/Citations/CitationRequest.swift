package import Foundation

/// What a book cites, in its order, as pandoc is asked to set it.
package struct CitationRequest: Hashable, Sendable, Codable {
  /// Citations that stand together, such as `(Wen et al., 2016; Deng et al., 2017, p. 4)`.
  package struct Group: Hashable, Sendable, Codable {
    package var items: [Item]

    package init(items: [Item]) { self.items = items }
  }

  /// One cited work in a group.
  package struct Item: Hashable, Sendable, Codable {
    package var key: String
    package var mode: Mode
    /// The text before the work, for example `see`.
    package var prefix: String
    /// The place in the work and what else follows it: `p. 12`.
    package var suffix: String

    package init(key: String, mode: Mode = .normal, prefix: String = "", suffix: String = "") {
      self.key = key
      self.mode = mode
      self.prefix = prefix
      self.suffix = suffix
    }
  }

  package enum Mode: String, Hashable, Sendable, Codable {
    case normal = "NormalCitation"
    /// The author in the sentence: Wen et al. (2016).
    case inText = "AuthorInText"
    /// The author left out: (2016).
    case suppressAuthor = "SuppressAuthor"
  }

  /// In the order of the book; a group without a text of its own counts for the order and the list of references.
  package var groups: [Group]
  /// The language of the book as a BCP 47 tag, such as `en` or `de-AT`.
  package var language: String

  package init(groups: [Group], language: String) {
    self.groups = groups
    self.language = language
  }

  /// What pandoc is started with.
  ///
  /// - Parameters:
  ///   - bibliographies: paths of files in BibTeX, BibLaTeX or CSL-JSON, as their names' ends say.
  ///   - style: path of a CSL style; `nil` for pandoc's own, Chicago author-date.
  package static func arguments(bibliographies: [String], style: String?) -> [String] {
    ["--sandbox", "--citeproc", "--from=json", "--to=json"] + bibliographies.map { "--bibliography=" + $0 }
      + (style.map { ["--csl=" + $0] } ?? [])
  }

  /// Two and three hyphens, as in TeX's `pp. 3--5`, are dashes.
  private static func dashes(_ text: String) -> String {
    text.replacing("---", with: "\u{2014}").replacing("--", with: "\u{2013}")
  }

  /// Standard input: a document with a paragraph for each group.
  package func input(version: PandocVersion = .debian12) -> Data {
    let paragraphs = groups.map { group -> Any in
      let citations = group.items.map { item -> [String: Any] in
        let suffix = Self.dashes(item.suffix)
        let isPunctuated = suffix.first.map { ",;:.".contains($0) } ?? true
        return [
          "citationId": item.key, "citationPrefix": PandocJSON.inlines(Self.dashes(item.prefix)),
          "citationSuffix": PandocJSON.inlines(isPunctuated ? suffix : ", " + suffix),
          "citationMode": PandocJSON.element(item.mode.rawValue), "citationNoteNum": 0, "citationHash": 0,
        ]
      }
      return PandocJSON.element("Para", [PandocJSON.element("Cite", [citations, [Any]()] as [Any])])
    }
    return PandocJSON.document(
      paragraphs,
      metadata: [
        "lang": PandocJSON.element("MetaInlines", [PandocJSON.element("Str", language)]),
        "link-citations": PandocJSON.element("MetaBool", true),
      ],
      version: version
    )
  }
}
