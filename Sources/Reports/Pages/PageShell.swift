internal import Chapters
internal import Charts
internal import Markup

/// The frame of all pages: head, style, contents, skip link. A page makes no network request.
struct PageShell {
  let report: Report
  let catalogue: Catalogue
  let title: String
  /// The page's own name, which the contents mark as the current one.
  let path: String
  /// Where the page's chapter stands in reading order; `nil` on other pages.
  var position: Int?
  var sections: [SectionList.Entry] = []
  var content: [Node]
  /// The part after the article: links to the neighbouring chapters.
  var after: Node = .empty

  /// The metadata of the book on its title page, and those of a chapter on its own.
  private var metadata: Node {
    let isOfBook = path == IndexPage.path
    guard isOfBook || position != nil else { return .empty }
    return [
      PageMetadata(book: report.book, title: title, isOfBook: isOfBook, language: language).node,
      isOfBook ? ClaimReviews(report: report, catalogue: catalogue).node : .empty,
    ]
  }

  /// That of the page's chapter, or the book's.
  private var language: Language {
    let file = position.map { report.chapters[$0].file }
    return file.flatMap { report.book.languages[$0] } ?? report.book.language
  }

  private var phrases: Phrases { report.book.phrases(of: position.map { report.chapters[$0].file }) }

  static func title(_ text: String) -> Node { tag("title", [:], .text(text)) }

  var node: Node { node(main: [tag("article", [:], content), after]) }

  /// The page with other content in its main part.
  func node(main: [Node]) -> Node {
    let full = title == report.book.title ? title : "\(title) · \(report.book.title)"
    return tag(
      "html",
      ["lang": language.tag, "dir": language.direction],
      tag(
        "head",
        [:],
        tag("meta", ["charset": "utf-8"]),
        tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        tag("meta", ["name": "color-scheme", "content": "light dark"]),
        // A second line of defence: injected markup could neither run scripts nor send requests. Some browsers do not count
        // files beside a page opened from disk as 'self', so `file:` is allowed.
        tag(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; script-src \(PageScript.source); style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data:",
          ]
        ),
        Self.title(full),
        metadata,
        tag("link", ["rel": "stylesheet", "href": .some(StyleSheet.path)])
      ),
      tag(
        "body",
        [:],
        tag("a", ["class": "skip", "href": "#_content"], .text(phrases[.skip])),
        tag(
          "header",
          ["class": "top"],
          bookLink,
          tag("a", ["class": "to-contents", "href": "#_contents"], .text(phrases[.contents]))
        ),
        tag("main", ["id": "_content", "tabindex": "-1"], [ParameterMarkup(report: report).notice] + main),
        contents,
        tag("footer", [:], tag("p", [:], footerLinks)),
        tag("script", [:], .text(PageScript.text))
      )
    )
  }

  private var bookLink: Node {
    tag("a", ["class": "book", "href": IndexPage.path], .text(report.book.title))
  }

  private var footerLinks: [Node] {
    [
      tag("a", ["href": ProvenancePage.path], .text(phrases[.provenance])), " · ",
      tag("a", ["href": FindingsFile.path], .text(FindingsFile.path)), " · ",
      tag("a", ["href": ProvenanceFile.path], .text(ProvenanceFile.path)),
    ]
  }

  /// The chapters that the contents list: all of them, or in a long book those around the current one. If each page
  /// listed every chapter, the size of the report would grow with the square of their number.
  private var listed: Range<Int> {
    let count = catalogue.entries.count
    guard count > Self.mostChapters else { return 0..<count }
    let start = min(max(0, (position ?? 0) - Self.neighbours), count - 2 * Self.neighbours - 1)
    return start..<start + 2 * Self.neighbours + 1
  }

  /// How many chapters a book may have whose contents are whole on every page.
  private static let mostChapters = 100
  /// How many chapters are listed before and after the current one of a longer book.
  private static let neighbours = 12

  /// The chapters, and within the current one its sections.
  private var contents: Node {
    let listed = listed
    let items = listed.map { index -> Node in
      guard index == position else { return catalogue.items[index] }
      let entry = catalogue.entries[index]
      return tag(
        "li",
        [:],
        Self.link(entry.path, entry.titleNode, entry.number, isCurrent: true),
        sectionItems
      )
    }
    let isWhole = listed.count == catalogue.entries.count
    return tag(
      "nav",
      ["id": "_contents", "class": "contents", "aria-label": .some(phrases[.contents]), "tabindex": "-1"],
      tag(
        "p",
        ["class": "contents-title"],
        tag(
          "a",
          ["href": IndexPage.path, "aria-current": path == IndexPage.path ? "page" : nil],
          .text(report.book.title)
        )
      ),
      tag("ol", [:], items),
      tag(
        "ol",
        ["class": "extra"],
        isWhole
          ? .empty
          : tag(
            "li",
            [:],
            Self.link(
              IndexPage.path + "#_chapters",
              .text(phrases(.allChapters, "\(catalogue.entries.count)")),
              isCurrent: path == IndexPage.path
            )
          ),
        tag(
          "li",
          [:],
          Self.link(
            ContentsPage.path + "#_search",
            .text(phrases[.fullContents]),
            look: "to-search",
            isCurrent: path == ContentsPage.path
          )
        ),
        tag(
          "li",
          [:],
          Self.link(ProvenancePage.path, .text(phrases[.provenance]), isCurrent: path == ProvenancePage.path)
        )
      )
    )
  }

  /// An entry of the contents.
  static func link(
    _ address: String,
    _ title: Node,
    _ number: Int? = nil,
    look: String? = nil,
    isCurrent: Bool = false
  ) -> Node {
    tag(
      "a",
      ["class": look, "href": .some(address), "aria-current": isCurrent ? "page" : nil],
      tag("span", ["class": "ordinal"], .text(number.map(String.init) ?? "")),
      tag("span", [:], title)
    )
  }

  private var sectionItems: Node {
    let shown = sections.filter { $0.level <= 3 }
    let titles = TitleMarkup(report: report, catalogue: catalogue, phrases: phrases)
    guard !shown.isEmpty else { return .empty }
    return tag(
      "ol",
      ["class": "sections"],
      shown.map { section in
        tag(
          "li",
          ["class": section.level > 2 ? "deep" : nil],
          tag("a", ["href": "#\(section.id)"], tag("span", [:], titles.node(section.title)))
        )
      }
    )
  }
}
