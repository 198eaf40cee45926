internal import Chapters
internal import Markup
internal import Typesetting

/// Citations and the list of references, as the citation style sets them.
struct CitationMarkup {
  let formulas: FormulaMarkup
  private let citations: Report.Citations
  /// Whether the book or one of its chapters is written from right to left.
  private let hasRightToLeft: Bool
  /// Where links get previews.
  var previews: Previews?

  init(_ report: Report, _ catalogue: Catalogue, _ phrases: Phrases) {
    formulas = FormulaMarkup(catalogue: catalogue, phrases: phrases)
    citations = report.citations
    hasRightToLeft =
      report.book.language.isRightToLeft || report.book.languages.values.contains { $0.isRightToLeft }
  }

  /// A group of citations; by its keys where there is no style.
  func node(_ group: CitationGroup) -> Node {
    if let label = citations.labels[group] { return .fragment(label.map(node)) }
    var nodes: [Node] = ["("]
    for (index, work) in group.works.enumerated() {
      if index > 0 { nodes.append("; ") }
      if !work.prefix.isEmpty { nodes.append(.text(work.prefix + " ")) }
      nodes.append(link(to: work.key, .text(work.key)))
      if !work.suffix.isEmpty { nodes.append(.text(", " + work.suffix)) }
    }
    return .fragment(nodes + [")"])
  }

  /// The author's own words, linked to the work.
  func link(to key: String, _ text: Node) -> Node {
    guard let summary = citations.summaries[key] else {
      return tag("span", ["class": "cite", "title": "cite:\(key)"], text)
    }
    let address = "#cite-\(key)"
    let shown = Previews.excerpt(summary)
    return previews?.node(
      tag("a", ["class": "cite", "href": .some(address)], text),
      label: formulas.phrases[.citedWork],
      content: formulaEntry(key).map { Node.fragment($0.map(node)) } ?? .text(shown),
      address: address
    ) ?? tag("a", ["class": "cite", "href": .some(address), "title": summary], text)
  }

  /// The text of a work whose title holds formulas, which a preview shows typeset; `nil` for any other, and for a long one.
  private func formulaEntry(_ key: String) -> [CitedText]? {
    guard let entry = citations.entries.first(where: { $0.key == key }) else { return nil }
    var hasFormula = false
    for text in entry.text { text.visitFormulas { _ in hasFormula = true } }
    let isShort = (citations.summaries[key] ?? "").count <= Previews.mostCharacters
    return hasFormula && isShort ? entry.text : nil
  }

  /// The list of those works among `keys` that a chapter cites, in the order of the style.
  func list(of keys: Set<String>) -> [Node] {
    citations.entries.filter { keys.contains($0.key) }.map { entry in
      // A reference in another script than its neighbours begins at its own side.
      tag("li", ["id": "cite-\(entry.key)", "dir": hasRightToLeft ? "auto" : nil], entry.text.map(node))
    }
  }

  private func node(_ text: CitedText) -> Node {
    switch text {
    case .text(let text): .text(text)
    case .math(let tex): formulas.inline(tex)
    case .link(let address, let inner):
      WebAddress.web(address).map { tag("a", ["href": $0], inner.map(node)) } ?? .fragment(inner.map(node))
    case .entry(let key, let inner): link(to: key, .fragment(inner.map(node)))
    case .styled(let style, let inner):
      switch style {
      case .emphasis: tag("em", [:], inner.map(node))
      case .strong: tag("strong", [:], inner.map(node))
      case .superscript: tag("sup", [:], inner.map(node))
      case .subscript: tag("sub", [:], inner.map(node))
      case .smallCapitals: tag("span", ["class": "small-caps"], inner.map(node))
      case .code: tag("code", [:], inner.map(node))
      }
    }
  }
}
