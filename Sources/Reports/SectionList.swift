internal import Chapters
internal import Markup

/// The headings of a chapter with the ids that links to them use.
struct SectionList {
  struct Entry {
    var id: String
    var level: Int
    var title: String
    var line: Int
  }

  let entries: [Entry]
  private let byLine: [Int: Entry]

  init(_ chapter: Chapter) {
    // A heading never takes the id of a cell: links to cells are part of the chapter language.
    var taken = Set(chapter.cells.map(\.id))
    var entries: [Entry] = []
    Chapter.visit(chapter.blocks) { block in
      guard case .heading(let level, let inlines, let location) = block else { return }
      let title = ChapterHTML.plainText(inlines)
      let slug = Self.slug(title)
      var id = slug
      var repeats = 1
      while !taken.insert(id).inserted {
        repeats += 1
        id = "\(slug)-\(repeats)"
      }
      entries.append(Entry(id: id, level: level, title: title, line: location.line))
    }
    self.entries = entries
    byLine = Dictionary(entries.map { ($0.line, $0) }) { first, _ in first }
  }

  /// A heading's opening tag with its permalink.
  func openingTag(level: Int, line: Int) -> String? {
    guard let entry = byLine[line] else { return nil }
    let link = tag(
      "a",
      ["class": "permalink", "href": "#\(entry.id)", "aria-label": "Link to this section"],
      "#"
    )
    return "<h\(level) id=\"\(Node.text(entry.id).html)\">" + link.html
  }

  /// The letters and digits of a title, in lower case, with hyphens between words.
  static func slug(_ title: String) -> String {
    var slug = ""
    for character in title.lowercased() {
      if character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty && !slug.hasSuffix("-") {
        slug.append("-")
      }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "section" : slug
  }
}
