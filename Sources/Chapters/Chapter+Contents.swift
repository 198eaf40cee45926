internal import Findings

extension Chapter {
  /// Calls `body` for every block, containers before what they hold.
  package static func visit(_ blocks: [Block], _ body: (Block) -> Void) {
    for block in blocks {
      body(block)
      switch block {
      case .quote(let inner): visit(inner, body)
      case .list(let list): for item in list.items { visit(item, body) }
      case .callout(_, let inner): visit(inner, body)
      case .definitions(let definitions):
        for definition in definitions { for text in definition.texts { visit(text, body) } }
      case .notes(let notes): for note in notes { visit(note.blocks, body) }
      case .paragraph, .heading, .listing, .cell, .math, .thematicBreak, .html, .table, .figure: break
      }
    }
  }

  /// Calls `body` for every inline, containers before what they hold.
  package static func visit(_ inlines: [Inline], _ body: (Inline) -> Void) {
    for inline in inlines {
      body(inline)
      switch inline {
      case .emphasis(let inner), .strong(let inner), .link(_, _, let inner), .image(_, _, let inner):
        visit(inner, body)
      case .reference(let reference): visit(reference.text, body)
      case .text, .softBreak, .lineBreak, .code, .html, .math, .citation, .note: break
      }
    }
  }

  /// The text of inlines without markup, breaks as spaces; formulas as they are written.
  ///
  /// - Parameter tags: whether raw HTML is part of the text, as it is in CommonMark's description of a picture.
  package static func plainText(_ inlines: [Inline], tags: Bool = false) -> String {
    if inlines.count == 1, case .text(let text) = inlines[0] { return text }
    var text = ""
    visit(inlines) { inline in
      switch inline {
      case .text(let piece), .code(let piece): text += piece
      case .html(let piece): if tags { text += piece }
      case .softBreak, .lineBreak: text += " "
      case .math(let tex, _): text += "$\(tex)$"
      case .citation(let group): text += "(" + group.works.map(\.key).joined(separator: "; ") + ")"
      // What they hold is visited by itself; a note's number is no part of the text.
      case .emphasis, .strong, .link, .image, .reference, .note: break
      }
    }
    return text
  }
}

extension Reference.Kind {
  /// Describes the form of a target of this kind; `nil` if `target` has it.
  func expectation(of target: String) -> String? {
    let parts = target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch self {
    case .figure where Finding.isName(target): return nil
    case .finding, .figure, .table:
      let isAddress = parts.count == 2 && parts.allSatisfy(Finding.isName)
      return isAddress ? nil : "\(rawValue):cell.name, such as \(rawValue):lfw.accuracy"
    case .equation:
      return Finding.isName(target) ? nil : "the label of a math fence, such as equation:minimum-margin"
    case .chapter:
      return target.isEmpty ? "the id of a chapter, such as chapter:losses" : nil
    case .term:
      return Definition.name(of: target) == target
        ? nil : "a defined term in lower case with hyphens, such as term:minimum-margin"
    case .cite:
      return target.isEmpty ? "a key of the bibliography, such as cite:wen-2016" : nil
    }
  }
}
