internal import Chapters
internal import Markup

/// The headings of a chapter with the ids that links to them use.
struct SectionList {
  struct Entry {
    var id: String
    var level: Int
    var title: [Inline]
    var line: Int
  }

  let entries: [Entry]
  private let byLine: [Int: Entry]

  init(_ chapter: Chapter) {
    // A heading never takes the id of a cell: links to cells are part of the chapter language.
    var taken = Set(chapter.cells.map(\.id))
    var entries: [Entry] = []
    // How often each slug was used, so that many equal headings do not take quadratic time.
    var counts: [String: Int] = [:]
    for heading in chapter.mentions.headings {
      let slug = Self.slug(Chapter.plainText(heading.inlines))
      var id = slug
      var repeats = counts[slug] ?? 1
      while !taken.insert(id).inserted {
        repeats += 1
        id = "\(slug)-\(repeats)"
      }
      counts[slug] = repeats
      entries.append(Entry(id: id, level: heading.level, title: heading.inlines, line: heading.location.line))
    }
    self.entries = entries
    byLine = Dictionary(entries.map { ($0.line, $0) }) { first, _ in first }
  }

  func entry(atLine line: Int) -> Entry? { byLine[line] }

  /// A heading with its id and its permalink.
  func heading(level: Int, direction: String?, _ text: [Node], line: Int, _ phrases: Phrases) -> Node? {
    guard let entry = entry(atLine: line) else { return nil }
    let link = tag(
      "a",
      ["class": "permalink", "href": "#\(entry.id)", "aria-label": .some(phrases[.permalink])],
      "#"
    )
    return tag(ProseMarkup.headingName(level), ["id": entry.id, "dir": direction], [link] + text)
  }

  /// The letters and digits of a title, in lower case, with hyphens between words.
  static func slug(_ title: String) -> String {
    var slug = ""
    var isPending = false
    for character in title.lowercased() {
      // A fast path for ASCII.
      let isWord =
        character.asciiValue.map { (97...122).contains($0) || (48...57).contains($0) }
        ?? (character.isLetter || character.isNumber)
      if isWord {
        if isPending { slug.append("-") }
        slug.append(character)
        isPending = false
      } else {
        isPending = !slug.isEmpty
      }
    }
    return slug.isEmpty ? "section" : slug
  }
}
