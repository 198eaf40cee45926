package import Chapters
package import Markup

/// Turns the blocks and inlines of a chapter into nodes, with hooks for what depends on the page.
///
/// Without hooks the HTML is what cmark writes in its safe mode, with HTML's spelling of void elements: raw HTML becomes
/// a comment, links that run scripts lose their destination, and a cell is the listing that other viewers show.
package struct ProseMarkup {
  package var hooks: Hooks
  /// The cells of the chapter that the blocks belong to.
  package var cells: [Cell]
  /// Whether the page runs from right to left; a block whose text runs otherwise says so.
  package var isRightToLeft: Bool
  /// Those of the page.
  package var phrases: Phrases

  package init(
    cells: [Cell] = [],
    isRightToLeft: Bool = false,
    phrases: Phrases = .english,
    hooks: Hooks = Hooks()
  ) {
    self.cells = cells
    self.isRightToLeft = isRightToLeft
    self.phrases = phrases
    self.hooks = hooks
  }

  /// The hooks of a page; where one returns `nil`, the plain form is written.
  package struct Hooks {
    /// Given a cell's index in `cells`.
    package var cell: (Int) -> Node? = { _ in nil }
    /// Given a listing's info string and text.
    package var listing: (_ info: String, _ text: String) -> Node? = { _, _ in nil }
    /// Given a heading's level, its direction where it is not the page's, its inlines as nodes, and its place.
    package var heading: (_ level: Int, _ direction: String?, [Node], SourceLocation) -> Node? = {
      _,
      _,
      _,
      _ in nil
    }
    /// Given a display formula.
    package var displayMath: (_ tex: String, _ label: String?, SourceLocation) -> Node? = { _, _, _ in nil }
    /// Given a formula inside a line.
    package var inlineMath: (_ tex: String, SourceLocation) -> Node? = { _, _ in nil }
    /// Given a reference and the author's text as nodes.
    package var reference: (Reference, _ text: [Node]) -> Node? = { _, _ in nil }
    /// Given a defined term in plain characters; returns the id of its first definition.
    package var termID: (_ words: String) -> String? = { _ in nil }
    /// Given a numbered picture, its caption as nodes.
    package var figure: (ProseFigure, _ caption: [Node]) -> Node? = { _, _ in nil }
    /// Given citations that stand together.
    package var citation: (CitationGroup) -> Node? = { _ in nil }
    /// Given an image's source, its text and its title.
    package var image: (_ source: String, _ text: String, _ title: String) -> Node? = { _, _, _ in nil }
    /// Given the destination of a link without words of its own; returns what the link shows.
    package var linkText: (_ destination: String) -> Node? = { _ in nil }
    /// Given the destination of a link or image; returns the one to write, which is encoded and checked.
    package var destination: (String) -> String = { $0 }

    package init() {}
  }

  /// Returns the nodes of blocks, each on a line of its own.
  package func node(_ blocks: [Block]) -> Node {
    var lines = Lines()
    for block in blocks { add(block, isTight: false, to: &lines) }
    return .fragment(lines.nodes)
  }

  /// Returns the nodes of inlines; between the marks of two notes stands a comma, so that 1 and 2 are not read as 12.
  package func nodes(_ inlines: [Inline]) -> [Node] {
    var nodes: [Node] = []
    nodes.reserveCapacity(inlines.count)
    var isNote = false
    for inline in inlines {
      if case .note = inline {
        if isNote { nodes.append(tag("sup", ["class": "note-mark"], ",")) }
        isNote = true
      } else {
        isNote = false
      }
      nodes.append(node(inline))
    }
    return nodes
  }

  /// Nodes being gathered, and whether something stands on the last line of what they will be written as.
  private struct Lines {
    var nodes: [Node] = []
    var isOpen = false

    mutating func startLine() {
      if isOpen { endLine() }
    }

    mutating func endLine() {
      nodes.append(.text("\n"))
      isOpen = false
    }

    /// Adds a block on a line of its own.
    mutating func addLine(_ node: Node) {
      startLine()
      nodes.append(node)
      endLine()
    }
  }

  private func add(_ block: Block, isTight: Bool, to lines: inout Lines) {
    switch block {
    case .paragraph(let inlines) where isTight:
      lines.nodes += nodes(inlines)
      if !inlines.isEmpty { lines.isOpen = true }
    case .paragraph(let inlines): lines.addLine(tag("p", ["dir": direction(inlines)], nodes(inlines)))
    case .heading(let level, let inlines, let location):
      let (text, direction) = (nodes(inlines), direction(inlines))
      lines.addLine(
        hooks.heading(level, direction, text, location)
          ?? tag(Self.headingName(level), ["dir": direction], text)
      )
    case .quote(let blocks):
      var inner = Lines()
      inner.endLine()
      let (direction, prose) = inside(blocks)
      for block in blocks { prose.add(block, isTight: false, to: &inner) }
      inner.startLine()
      lines.addLine(tag("blockquote", ["dir": direction], inner.nodes))
    case .list(let list): lines.addLine(node(list))
    case .listing(let info, let text):
      lines.addLine(hooks.listing(info, text) ?? listing(info: info, text: text))
    case .cell(let index):
      lines.addLine(hooks.cell(index) ?? listing(info: "swift", text: cells[index].code))
    case .math(let tex, let label, let location):
      lines.addLine(hooks.displayMath(tex, label, location) ?? listing(info: "math", text: tex))
    case .thematicBreak: lines.addLine(tag("hr"))
    case .table(let table): lines.addLine(node(table))
    case .callout(let kind, let blocks): lines.addLine(callout(kind, blocks))
    case .definitions(let definitions): lines.addLine(node(definitions))
    case .figure(let figure): lines.addLine(node(figure))
    case .notes(let notes): lines.addLine(node(notes))
    case .html: lines.addLine(.comment(.omittedHTML))
    }
  }

  private func node(_ list: Block.List) -> Node {
    var items = Lines()
    items.endLine()
    let (direction, prose) = inside(list.items.first ?? [])
    for (index, item) in list.items.enumerated() {
      var inner = Lines(isOpen: true)
      if list.tasks.indices.contains(index), let isDone = list.tasks[index] {
        inner.nodes.append(taskBox(isDone: isDone))
      }
      let (direction, prose) = prose.inside(item)
      for block in item { prose.add(block, isTight: list.isTight, to: &inner) }
      items.addLine(tag("li", ["dir": direction], inner.nodes))
    }
    guard let start = list.start else { return tag("ul", ["dir": direction], items.nodes) }
    return tag("ol", ["start": start == 1 ? nil : "\(start)", "dir": direction], items.nodes)
  }

  /// The attribute `dir` for a text that does not run as what it stands in.
  private func direction(_ inlines: [Inline]) -> String? {
    Self.isRightToLeft(inlines).flatMap { $0 == isRightToLeft ? nil : $0 ? "rtl" : "ltr" }
  }

  /// The attribute `dir` for a container, by its first text, and the markup of what stands in it.
  private func inside(_ blocks: [Block]) -> (direction: String?, ProseMarkup) {
    guard let found = Self.isRightToLeft(blocks), found != isRightToLeft else { return (nil, self) }
    var inner = self
    inner.isRightToLeft = found
    return (found ? "rtl" : "ltr", inner)
  }

  private static func isRightToLeft(_ blocks: [Block]) -> Bool? {
    for block in blocks {
      let found: Bool? =
        switch block {
        case .paragraph(let inlines), .heading(_, let inlines, _): isRightToLeft(inlines)
        case .quote(let blocks): isRightToLeft(blocks)
        case .list(let list): list.items.lazy.compactMap { isRightToLeft($0) }.first
        case .callout(_, let blocks): isRightToLeft(blocks)
        case .table(let table): table.header.lazy.compactMap { isRightToLeft($0) }.first
        case .definitions(let definitions):
          definitions.lazy.flatMap(\.terms).compactMap { isRightToLeft($0) }.first
        case .figure(let figure): isRightToLeft(figure.caption)
        case .notes(let notes): notes.lazy.compactMap { isRightToLeft($0.blocks) }.first
        case .listing, .cell, .math, .thematicBreak, .html: nil
        }
      if let found { return found }
    }
    return nil
  }

  /// Code and formulas do not count for the direction of a sentence.
  private static func isRightToLeft(_ inlines: [Inline]) -> Bool? {
    for inline in inlines {
      let found: Bool? =
        switch inline {
        case .text(let text): Language.isRightToLeft(text: text)
        case .emphasis(let inner), .strong(let inner), .link(_, _, let inner): isRightToLeft(inner)
        case .reference(let reference): isRightToLeft(reference.text)
        case .softBreak, .lineBreak, .code, .html, .image, .math, .citation, .note: nil
        }
      if let found { return found }
    }
    return nil
  }

  private func listing(info: String, text: String) -> Node {
    let language = info.utf8.prefix { !(9...13).contains($0) && $0 != 32 }
    let look = info.isEmpty ? nil : "language-" + String(Substring(language))
    return tag("pre", [:], tag("code", ["class": look], .text(text)))
  }

  private func node(_ inline: Inline) -> Node {
    switch inline {
    case .text(let text): .text(text)
    case .softBreak: .text("\n")
    case .lineBreak: [tag("br"), .text("\n")]
    case .code(let text): tag("code", [:], .text(text))
    case .html: .comment(.omittedHTML)
    case .emphasis(let inner): tag("em", [:], nodes(inner))
    case .strong(let inner): tag("strong", [:], nodes(inner))
    case .link(let destination, let title, let inner):
      link(
        hooks.destination(destination),
        title: title,
        inner.isEmpty ? [hooks.linkText(destination) ?? .empty] : nodes(inner)
      )
    case .image(let source, let title, let inner): image(source, title: title, inner)
    case .math(let tex, let location):
      hooks.inlineMath(tex, location) ?? [.text("$"), tag("code", [:], .text(tex)), .text("$")]
    case .reference(let reference): self.reference(reference)
    case .note(let number, let isFirst): noteMark(number, isFirst: isFirst)
    case .citation(let group):
      hooks.citation(group) ?? .fragment(group.works.map { link("cite:\($0.key)", title: "", []) })
    }
  }

  private func reference(_ reference: Reference) -> Node {
    let text = nodes(reference.text)
    return hooks.reference(reference, text)
      ?? link("\(reference.kind.rawValue):\(reference.target)", title: reference.title, text)
  }

  private func link(_ destination: String, title: String, _ text: [Node]) -> Node {
    tag("a", ["href": WebAddress.encoded(destination), "title": title.isEmpty ? nil : title], text)
  }

  private func image(_ source: String, title: String, _ inner: [Inline]) -> Node {
    let text = Chapter.plainText(inner, tags: true)
    return hooks.image(source, text, title)
      ?? tag(
        "img",
        [
          "src": WebAddress.encoded(hooks.destination(source)), "alt": text,
          "title": title.isEmpty ? nil : title,
        ]
      )
  }

  /// The element of a heading of a level from 1 to 6.
  static func headingName(_ level: Int) -> StaticString {
    switch level {
    case ...1: "h1"
    case 2: "h2"
    case 3: "h3"
    case 4: "h4"
    case 5: "h5"
    default: "h6"
    }
  }
}
