internal import Chapters
internal import Markup

/// The blocks that Marginalia adds to CommonMark.
extension ProseMarkup {
  /// A table in a box of its own, which scrolls where the page is narrow.
  func node(_ table: ProseTable) -> Node {
    let header = zip(table.header, table.alignments).map { cell, alignment in
      tag("th", ["scope": "col", "class": Self.look(alignment)], nodes(cell))
    }
    let rows = table.rows.map { row in
      tag(
        "tr",
        [:],
        zip(row, table.alignments).map { cell, alignment in
          tag("td", ["class": Self.look(alignment)], nodes(cell))
        }
      )
    }
    return scrollFrame(
      phrases[.table],
      look: " prose-table",
      tag(
        "table",
        [:],
        tag("thead", [:], tag("tr", [:], header)),
        rows.isEmpty ? .empty : tag("tbody", [:], rows)
      )
    )
  }

  private static func look(_ alignment: ProseTable.Alignment?) -> String? {
    switch alignment {
    case nil, .left: nil
    case .center: "centred"
    case .right: "rightward"
    }
  }

  func callout(_ kind: Callout, _ blocks: [Block]) -> Node {
    tag(
      "div",
      ["class": "callout callout-\(kind.rawValue)", "role": "note"],
      tag("p", ["class": "callout-title"], .text(phrases[kind.phrase])),
      node(blocks)
    )
  }

  func node(_ definitions: [Definition]) -> Node {
    tag(
      "dl",
      [:],
      definitions.flatMap { definition in
        definition.terms.map { tag("dt", ["id": hooks.termID(Chapter.plainText($0))], nodes($0)) }
          + definition.texts.map { tag("dd", [:], text($0)) }
      }
    )
  }

  /// Blocks of which a single paragraph needs no element of its own.
  private func text(_ blocks: [Block]) -> [Node] {
    if blocks.count == 1, case .paragraph(let inlines) = blocks[0] { return nodes(inlines) }
    return [node(blocks)]
  }

  func node(_ figure: ProseFigure) -> Node {
    let caption = nodes(figure.caption)
    if let node = hooks.figure(figure, caption) { return node }
    let picture = tag(
      "img",
      ["src": WebAddress.encoded(hooks.destination(figure.source)), "alt": figure.text]
    )
    return tag("figure", [:], picture, tag("figcaption", [:], caption))
  }

  func node(_ notes: [Note]) -> Node {
    let items = notes.map { note in
      let back = tag(
        "a",
        [
          "class": "note-back", "href": "#_note-\(note.number)-mention",
          "aria-label": .some(phrases[.noteBack]),
        ],
        "↩"
      )
      return tag("li", ["id": "_note-\(note.number)"], text(note.blocks) + [" ", back])
    }
    return tag(
      "section",
      ["class": "notes"],
      tag("h2", ["id": "_notes"], .text(phrases[.notes])),
      tag("ol", [:], items)
    )
  }

  /// The number of a note in the text.
  func noteMark(_ number: Int, isFirst: Bool) -> Node {
    tag(
      "sup",
      ["class": "note-mark"],
      tag(
        "a",
        [
          "id": isFirst ? "_note-\(number)-mention" : nil, "href": "#_note-\(number)",
          "aria-label": .some(phrases(.noteMark, "\(number)")),
        ],
        .text("\(number)")
      )
    )
  }

  /// Whether a task is done: no control, since nobody can change it here.
  func taskBox(isDone: Bool) -> Node {
    [
      tag(
        "span",
        ["class": "task", "role": "img", "aria-label": .some(phrases[isDone ? .done : .toDo])],
        isDone ? "☑" : "☐"
      ), " ",
    ]
  }
}
