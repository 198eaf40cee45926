internal import Chapters
internal import Charts
internal import Findings
internal import Foundation
internal import Markup
internal import Planning

/// Draws references: a number becomes its measured value, a figure its number, each with a link to its origin.
struct ReferenceMarkup {
  let catalogue: Catalogue
  let report: Report
  /// The page on which the links stand.
  let page: String
  /// Of this page.
  let phrases: Phrases
  /// Where links get previews.
  var previews: Previews?

  var citations: CitationMarkup {
    var citations = CitationMarkup(report, catalogue, phrases)
    citations.previews = previews
    return citations
  }

  func node(_ reference: Reference, text: [Node]) -> Node {
    switch reference.kind {
    case .finding: finding(reference, text)
    case .figure, .table: numbered(catalogue.findings[reference.target], reference, text)
    case .equation: numbered(catalogue.equations[reference.target], reference, text)
    case .chapter: numbered(catalogue.chapters[reference.target], reference, text)
    case .term: numbered(catalogue.terms[reference.target], reference, text)
    case .cite: citations.link(to: reference.target, .fragment(text))
    }
  }

  private func finding(_ reference: Reference, _ words: [Node]) -> Node {
    guard let place = catalogue.findings[reference.target], let finding = place.finding else {
      return missing(reference, words, because: reason(reference))
    }
    let origin = "Cell \(place.cell), line \(place.line) of \(place.file)"
    guard
      let text = finding.markup(cell: place.cell, label: place.label, phrases: phrases).inSentence
    else {
      return numbered(place, reference, words)
    }
    let run = report.recorded[place.cell].map { RecordedRunMarkup(run: $0) }
    let (title, address) = (
      run.map { "\(origin); \($0.title)" } ?? origin, ProvenancePage.address(of: reference.target)
    )
    func link(title: String?) -> Node {
      tag(
        "a",
        ["class": "number", "href": .some(address), "title": title],
        .text(text),
        run?.mark ?? .empty
      )
    }
    return previews?.node(
      link(title: nil),
      label: "\(reference.target)",
      content: [summary(finding, place), tag("small", [:], .text(title))],
      address: address
    ) ?? link(title: title)
  }

  /// What a finding says in a preview: a claim's statement, a measurement with its interval, and the caption.
  private func summary(_ finding: Finding, _ place: Catalogue.Place) -> Node {
    var words: [String] = []
    switch finding.content {
    case .measurement(let measured):
      words.append(NumberText.text(measured))
      if let details = MeasuredText.details(measured) { words.append("(\(details))") }
    case .claim(let claim): words.append("\(claim.statement) \(claim.verdictText).")
    case .table, .chart, .images, .note: break
    }
    guard place.captionText.isEmpty else {
      let lead = words.isEmpty ? "" : words.joined(separator: " ") + " "
      return tag("span", [:], .text(lead), captionNode(place))
    }
    words.append(finding.caption)
    return tag("span", [:], .text(Previews.excerpt(words.filter { !$0.isEmpty }.joined(separator: " "))))
  }

  /// A caption with markup as a preview shows it.
  private func captionNode(_ place: Catalogue.Place) -> Node {
    TitleMarkup(report: report, catalogue: catalogue, phrases: phrases).node(
      place.captionText.filter { !$0.isNote }
    )
  }

  /// A link to a figure, table, equation, chapter or term. Its text is the label, such as `Figure 5.2`, but the author's
  /// words where there is no label or a chapter is named.
  private func numbered(
    _ place: Catalogue.Place?,
    _ reference: Reference,
    _ text: [Node]
  ) -> Node {
    guard let place else { return missing(reference, text, because: reason(reference)) }
    var numbered = place.label
    if reference.kind == .equation, !numbered.isEmpty { numbered.phrase = .equation }
    let label = numbered.text(phrases)
    let plain = Chapter.plainText(reference.text)
    let content: Node =
      label.isEmpty || (reference.kind == .chapter && !plain.isEmpty) ? .fragment(text) : .text(label)
    let address = local(place.address)
    let link = tag("a", ["href": .some(address)], content)
    // Without previews none is made: a caption may refer to its own figure, and a preview of it would never end.
    guard let previews, let shown = preview(of: place, label: label) else { return link }
    return previews.node(link, label: label.isEmpty ? plain : label, content: shown, address: address)
      ?? link
  }

  /// A caption with its number, or a formula; `nil` where there is neither.
  private func preview(of place: Catalogue.Place, label: String) -> Node? {
    if !place.tex.isEmpty {
      return FormulaMarkup(catalogue: catalogue, phrases: phrases).typeset(place.tex, isDisplay: true)
    }
    let caption = place.finding?.caption ?? place.caption
    guard !caption.isEmpty else { return nil }
    let words =
      place.captionText.isEmpty
      ? Node.text(Previews.excerpt(caption))
      : captionNode(place)
    return label.isEmpty ? words : [tag("b", [:], .text(label)), " ", words]
  }

  /// The text of a reference without a value, marked so that nobody takes it for a result.
  private func missing(_ reference: Reference, _ text: [Node], because reason: String) -> Node {
    let words: Node = reference.kind == .finding ? "not measured" : .fragment(text)
    return tag(
      "span",
      ["class": "missing", "title": "\(reference.kind.rawValue):\(reference.target): \(reason)"],
      words
    )
  }

  private func reason(_ reference: Reference) -> String {
    let cell = reference.target.split(separator: ".").first.map(String.init) ?? reference.target
    return switch report.records[cell]?.outcome ?? .notRun(.noRecord) {
    case .succeeded: "cell \(cell) recorded no finding of this name"
    case .failed: "cell \(cell) failed"
    case .notRun(let reason): reason.clause
    }
  }

  /// An address on this page without the page's name.
  private func local(_ address: String) -> String {
    address.hasPrefix(page + "#") ? String(address.dropFirst(page.count)) : address
  }

  /// What a plain link without words of its own shows: the heading or chapter that it leads to, else the address.
  func words(for destination: String) -> Node {
    let parts = destination.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init
    )
    let path = parts[0].hasPrefix("./") ? String(parts[0].dropFirst(2)) : parts[0]
    let position =
      path.isEmpty ? catalogue.entries.firstIndex { $0.path == page } : catalogue.positions[path]
    guard let position else { return .text(destination) }
    guard parts.count > 1, !parts[1].isEmpty else {
      return .text(catalogue.chapters[report.chapters[position].id]?.label.text(phrases) ?? destination)
    }
    let anchor = parts[1].removingPercentEncoding ?? parts[1]
    guard let section = catalogue.sections[position].entries.first(where: { $0.id == anchor }) else {
      return .text(destination)
    }
    return TitleMarkup(report: report, catalogue: catalogue, phrases: phrases).node(section.title)
  }

  /// The destination of a plain link: a link to another chapter's file goes to its page.
  func destination(_ destination: String) -> String {
    let end = destination.utf8.firstIndex(of: UInt8(ascii: "#")) ?? destination.endIndex
    let path = destination[..<end]
    let file = path.hasPrefix("./") ? path.dropFirst(2) : path
    let position = catalogue.positions[String(file)]
    return position.map { catalogue.entries[$0].path + destination[end...] } ?? destination
  }
}

extension Inline {
  /// Whether this is the mark of a note. A copy of a text leaves such marks out.
  fileprivate var isNote: Bool {
    if case .note = self { true } else { false }
  }
}
