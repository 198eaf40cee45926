internal import Findings
internal import Markup

/// A note: a sentence from a cell to the reader.
struct NoteMarkup: FindingMarkup {
  let place: FindingPlace
  let note: Note

  var node: Node {
    tag("p", ["class": note.kind == .remark ? "note" : "notice", "id": .some(place.id)], .text(note.text))
  }

  var summary: Node? { place.summary }
}
