internal import Typesetting

/// The notes of a document: each stands where it is mentioned first, and further mentions refer to it, where the format can.
///
/// Notes have the key `id` until then, which names the note of a page.
struct PandocNotes {
  typealias Element = PandocJSON.Element

  private let form: EditionForm
  /// How often each note is mentioned.
  private var mentions: [String: Int] = [:]
  /// The numbers of the notes that have been written.
  private var numbers: [String: Int] = [:]
  private var count = 0
  /// The notes of the table that is being read, where LaTeX cannot have them within; `nil` outside of tables.
  private var moved: [(place: Int, blocks: [Element])]?
  private var countInTable = 0

  /// Returns the blocks of a document with each note once.
  static func resolved(_ blocks: [Element], _ form: EditionForm) -> [Element] {
    var notes = PandocNotes(form: form)
    notes.countMentions(blocks)
    return blocks.flatMap { notes.block($0) }
  }

  private init(form: EditionForm) { self.form = form }

  private mutating func countMentions(_ value: Any) {
    if let list = value as? [Any] {
      for item in list { countMentions(item) }
    } else if let element = value as? Element {
      if let id = element["id"] as? String { mentions[id, default: 0] += 1 }
      if let content = element["c"] { countMentions(content) }
    }
  }

  private mutating func block(_ element: Element) -> [Element] {
    // pandoc numbers the notes of each file of an EPUB anew, and its files begin with headings of the first level.
    if form == .epub, element["t"] as? String == "Header", (element["c"] as? [Any])?.first as? Int == 1 {
      count = 0
    }
    guard form == .latex, element["t"] as? String == "Table", moved == nil else { return [whole(element)] }
    (moved, countInTable) = ([], 0)
    let table = whole(element)
    let texts = (moved ?? []).flatMap { place, blocks -> [Element] in
      let back = countInTable - place
      let number = back == 0 ? "" : "[\\numexpr\\value{footnote}-\(back)\\relax]"
      return [Self.raw("\\footnotetext\(number){")] + blocks + [Self.raw("}")]
    }
    moved = nil
    return [table] + texts
  }

  private static func raw(_ tex: String) -> Element { PandocJSON.element("RawBlock", ["latex", tex]) }

  private mutating func whole(_ element: Element) -> Element {
    if let id = element["id"] as? String { return note(element, id) }
    guard let content = element["c"] else { return element }
    var element = element
    element["c"] = value(content)
    return element
  }

  private mutating func value(_ value: Any) -> Any {
    if let element = value as? Element { return whole(element) }
    guard let list = value as? [Any] else { return value }
    var items: [Any] = []
    for item in list {
      if let element = item as? Element {
        items += block(element) as [Any]
      } else {
        items.append(self.value(item))
      }
    }
    return items
  }

  private mutating func note(_ note: Element, _ id: String) -> Element {
    if let number = numbers[id] { return reference(number) }
    count += 1
    countInTable += 1
    // Numbers of LaTeX are its own, so that a mention needs a label.
    numbers[id] = form == .latex ? numbers.count + 1 : count
    var blocks = note["c"] as? [Element] ?? []
    if form == .latex, mentions[id] ?? 1 > 1, let number = numbers[id] {
      let label = PandocJSON.element("RawInline", ["latex", "\\label{note-\(number)}"])
      if let first = blocks.first, ["Para", "Plain"].contains(first["t"] as? String),
        let words = first["c"] as? [Element]
      {
        blocks[0]["c"] = [label] + words
      } else {
        blocks.insert(PandocJSON.element("Plain", [label]), at: 0)
      }
    }
    // A table of LaTeX can hold no note that holds a table.
    if form == .latex, moved != nil, Self.holdsTable(blocks) {
      moved?.append((countInTable, blocks))
      return PandocJSON.element("RawInline", ["latex", "\\footnotemark{}"])
    }
    return PandocJSON.element("Note", blocks)
  }

  private static func holdsTable(_ value: Any) -> Bool {
    if let list = value as? [Any] { return list.contains(where: holdsTable) }
    guard let element = value as? Element else { return false }
    return element["t"] as? String == "Table" || (element["c"].map(holdsTable) ?? false)
  }

  /// A further mention of a note.
  private func reference(_ number: Int) -> Element {
    let digits = PandocJSON.element("Str", "\(number)")
    switch form {
    case .latex:
      return PandocJSON.element("RawInline", ["latex", "\\textsuperscript{\\ref{note-\(number)}}"])
    case .markdown: return PandocJSON.element("RawInline", ["markdown", "[^\(number)]"])
    case .jats:
      let mark = "<xref ref-type=\"fn\" rid=\"fn\(number)\">\(number)</xref>"
      return PandocJSON.element("RawInline", ["jats", mark])
    case .epub:
      let link = PandocJSON.element(
        "Link",
        [PandocJSON.attributes(), [digits], ["#fn\(number)", ""]] as [Any]
      )
      return PandocJSON.element("Superscript", [link])
    case .docx, .ipynb: return PandocJSON.element("Superscript", [digits])
    }
  }
}
