internal import Chapters
internal import Markup

/// A title or heading as the contents show it: with its formulas, measured numbers and emphasis, without links and tags.
struct TitleMarkup {
  let report: Report
  let catalogue: Catalogue
  /// Of the page that shows it.
  let phrases: Phrases

  func node(_ inlines: [Inline]) -> Node {
    if inlines.count == 1, case .text = inlines[0] { return .text(Chapter.plainText(inlines)) }
    let references = ReferenceMarkup(catalogue: catalogue, report: report, page: "", phrases: phrases)
    let formulas = FormulaMarkup(catalogue: catalogue, phrases: phrases)
    var prose = ProseMarkup(phrases: phrases)
    prose.hooks.inlineMath = { tex, _ in formulas.typeset(tex, isDisplay: false) }
    prose.hooks.reference = { references.node($0, text: $1) }
    prose.hooks.citation = { references.citations.node($0) }
    prose.hooks.image = { _, text, _ in .text(text) }
    return .fragment(prose.nodes(inlines).map(Self.withoutLinks))
  }

  /// A title stands within a link, and HTML allows no link in another; a comment on omitted HTML belongs to the chapter.
  private static func withoutLinks(_ node: Node) -> Node {
    switch node {
    case .text, .written: node
    case .comment: .empty
    case .fragment(let nodes): .fragment(nodes.map(withoutLinks))
    case .element(let element) where element.name == "br": " "
    case .element(let element):
      ["a", "span"].contains(element.name)
        ? .fragment(element.children.map(withoutLinks))
        : .element(element.with(children: element.children.map(withoutLinks)))
    }
  }
}
