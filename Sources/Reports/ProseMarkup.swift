package import Chapters
package import Markup

/// The blocks and inlines of a chapter as nodes, with hooks for what only a page can know.
///
/// Without hooks the HTML is what cmark writes in its safe mode, with HTML's spelling of void elements: raw HTML becomes
/// a comment, links that run scripts lose their destination, and a cell is the listing that other viewers show.
package struct ProseMarkup {
  package var hooks: Hooks
  /// The cells of the chapter that the blocks belong to.
  package var cells: [Cell]

  package init(cells: [Cell] = [], hooks: Hooks = Hooks()) {
    self.cells = cells
    self.hooks = hooks
  }

  /// What a page supplies; a hook that returns `nil` leaves the piece to the plain form.
  package struct Hooks {
    /// Given a cell's index in `cells`.
    package var cell: (Int) -> Node? = { _ in nil }
    /// Given a listing's info string and text.
    package var listing: (_ info: String, _ text: String) -> Node? = { _, _ in nil }
    /// Given a heading's level, its inlines as nodes, and its place.
    package var heading: (_ level: Int, [Node], SourceLocation) -> Node? = { _, _, _ in nil }
    /// Given a display formula.
    package var displayMath: (_ tex: String, _ label: String?, SourceLocation) -> Node? = { _, _, _ in nil }
    /// Given a formula inside a line.
    package var inlineMath: (_ tex: String, SourceLocation) -> Node? = { _, _ in nil }
    /// Given a reference and the author's text as nodes.
    package var reference: (Reference, _ text: [Node]) -> Node? = { _, _ in nil }
    /// Given an image's source, its text and its title.
    package var image: (_ source: String, _ text: String, _ title: String) -> Node? = { _, _, _ in nil }
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

  /// Returns the nodes of inlines.
  package func nodes(_ inlines: [Inline]) -> [Node] { inlines.map(node) }

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
      for inline in inlines { lines.nodes.append(node(inline)) }
      if !inlines.isEmpty { lines.isOpen = true }
    case .paragraph(let inlines): lines.addLine(tag("p", [:], nodes(inlines)))
    case .heading(let level, let inlines, let location):
      let text = nodes(inlines)
      lines.addLine(hooks.heading(level, text, location) ?? tag(Self.headingName(level), [:], text))
    case .quote(let blocks):
      var inner = Lines()
      inner.endLine()
      for block in blocks { add(block, isTight: false, to: &inner) }
      inner.startLine()
      lines.addLine(tag("blockquote", [:], inner.nodes))
    case .list(let list): lines.addLine(node(list))
    case .listing(let info, let text):
      lines.addLine(hooks.listing(info, text) ?? listing(info: info, text: text))
    case .cell(let index):
      lines.addLine(hooks.cell(index) ?? listing(info: "swift", text: cells[index].code))
    case .math(let tex, let label, let location):
      lines.addLine(hooks.displayMath(tex, label, location) ?? listing(info: "math", text: tex))
    case .thematicBreak: lines.addLine(tag("hr"))
    case .html: lines.addLine(.comment(.omittedHTML))
    }
  }

  private func node(_ list: Block.List) -> Node {
    var items = Lines()
    items.endLine()
    for item in list.items {
      var inner = Lines(isOpen: true)
      for block in item { add(block, isTight: list.isTight, to: &inner) }
      items.addLine(tag("li", [:], inner.nodes))
    }
    guard let start = list.start else { return tag("ul", [:], items.nodes) }
    return tag("ol", ["start": start == 1 ? nil : "\(start)"], items.nodes)
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
      link(hooks.destination(destination), title: title, nodes(inner))
    case .image(let source, let title, let inner): image(source, title: title, inner)
    case .math(let tex, let location):
      hooks.inlineMath(tex, location) ?? [.text("$"), tag("code", [:], .text(tex)), .text("$")]
    case .reference(let reference): self.reference(reference)
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
    let text = Chapter.plainText(inner)
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
