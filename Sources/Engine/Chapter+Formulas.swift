package import Chapters

extension Chapter {
  /// The formulas of the chapter, in no particular order and each as often as it is written.
  package var formulas: [(tex: String, isDisplay: Bool)] {
    var found: [(tex: String, isDisplay: Bool)] = []
    let note: (Inline) -> Void = { if case .math(let tex, _) = $0 { found.append((tex, false)) } }
    Self.visit(title, note)
    Self.visit(blocks) { block in
      switch block {
      case .math(let tex, _, _): found.append((tex, true))
      case .paragraph(let inlines), .heading(_, let inlines, _): Self.visit(inlines, note)
      default: break
      }
    }
    return found
  }
}
