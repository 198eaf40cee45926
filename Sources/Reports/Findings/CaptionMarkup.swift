internal import Chapters
internal import Markup

/// The caption of a finding as pages show it.
struct CaptionMarkup: Sendable {
  /// In plain characters, for files, descriptions and titles of drawings.
  let text: String
  let node: Node
  /// Its first sentence, without links, for the contents.
  let title: Node
  /// Without links, for a text that is a link.
  let plainNode: Node
  /// The keys of the works that it cites.
  let works: [String]

  /// A caption without markup.
  init(_ text: String) {
    self.text = text
    node = .text(text)
    plainNode = node
    title = .text(text.firstRange(of: ". ").map { String(text[...$0.lowerBound]) } ?? text)
    works = []
  }

  /// A caption with markup.
  ///
  /// - Parameters:
  ///   - page: the page that shows it.
  ///   - phrases: of this page.
  ///   - catalogue: with all findings, equations and formulas.
  init(_ caption: Caption, page: String, report: Report, catalogue: Catalogue, phrases: Phrases) {
    let references = ReferenceMarkup(catalogue: catalogue, report: report, page: page, phrases: phrases)
    let citations = references.citations
    var prose = ProseMarkup(phrases: phrases)
    prose.hooks.inlineMath = { tex, _ in citations.formulas.inline(tex) }
    prose.hooks.reference = { references.node($0, text: $1) }
    prose.hooks.citation = { citations.node($0) }
    prose.hooks.image = { _, text, _ in .text(text) }
    prose.hooks.destination = { references.destination($0) }
    node = .fragment(prose.nodes(caption.inlines))
    let titles = TitleMarkup(report: report, catalogue: catalogue, phrases: phrases)
    plainNode = titles.node(caption.inlines)
    title = titles.node(caption.firstSentence)
    text = plainNode.plainText
    works = caption.references.filter { $0.kind == .cite }.map(\.target)
  }
}
