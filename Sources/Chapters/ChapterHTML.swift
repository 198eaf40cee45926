/// Writes blocks and inlines as HTML, with hooks for what only a page can know.
///
/// Without hooks the result is byte for byte what cmark writes in its safe mode: raw HTML becomes a
/// comment, links that run scripts lose their destination, a cell is the listing that other viewers see.
package struct ChapterHTML {
  package var hooks: Hooks
  /// The cells of the chapter that the blocks belong to.
  package var cells: [Cell]

  package init(cells: [Cell] = [], hooks: Hooks = Hooks()) {
    self.cells = cells
    self.hooks = hooks
  }

  /// What a page supplies. Whatever a hook returns stands in the page as it is: a hook escapes.
  ///
  /// A hook that returns `nil` leaves the piece to the plain form.
  package struct Hooks {
    /// Given a cell's index in `cells`.
    package var cell: (Int) -> String? = { _ in nil }
    /// Given a listing's info string and text.
    package var listing: (_ info: String, _ text: String) -> String? = { _, _ in nil }
    /// Given a heading's level, inlines and place; returns its whole opening tag, such as `<h2 id="results">`.
    package var headingTag: (_ level: Int, [Inline], SourceLocation) -> String? = { _, _, _ in nil }
    /// Given a display formula.
    package var displayMath: (_ tex: String, _ label: String?, SourceLocation) -> String? = { _, _, _ in nil }
    /// Given a formula inside a line.
    package var inlineMath: (_ tex: String, SourceLocation) -> String? = { _, _ in nil }
    /// Given a reference and the HTML of the author's text.
    package var reference: ((Reference, _ text: String) -> String?)?
    /// Given an image's source, its text and its title.
    package var image: (_ source: String, _ text: String, _ title: String) -> String? = { _, _, _ in nil }
    /// Given the destination of a link or image; returns the one to write, which is escaped and checked.
    package var destination: (String) -> String = { $0 }

    package init() {}
  }

  /// Returns the HTML of blocks.
  package func html(_ blocks: [Block]) -> String {
    // Most chapters are longer than this; a longer one grows by doubling.
    var writer = HTMLBytes(capacity: 16 << 10)
    for block in blocks { write(block, isTight: false, to: &writer) }
    return writer.text
  }

  /// Returns the HTML of inlines.
  package func html(_ inlines: [Inline]) -> String {
    var writer = HTMLBytes()
    for inline in inlines { write(inline, to: &writer) }
    return writer.text
  }

  private func write(_ block: Block, isTight: Bool, to out: inout HTMLBytes) {
    switch block {
    case .paragraph(let inlines): paragraph(inlines, isTight: isTight, to: &out)
    case .heading(let level, let inlines, let location):
      out.startLine()
      out.raw(hooks.headingTag(level, inlines, location) ?? "<h\(level)>")
      for inline in inlines { write(inline, to: &out) }
      out.raw("</h\(level)>\n")
    case .quote(let blocks):
      out.startLine()
      out.literal("<blockquote>\n")
      for block in blocks { write(block, isTight: false, to: &out) }
      out.startLine()
      out.literal("</blockquote>\n")
    case .list(let list): write(list, to: &out)
    case .listing(let info, let text):
      supplied(hooks.listing(info, text), to: &out) { listing(info: info, text: text, to: &$0) }
    case .cell(let index):
      supplied(hooks.cell(index), to: &out) { listing(info: "swift", text: cells[index].code, to: &$0) }
    case .math(let tex, let label, let location):
      supplied(hooks.displayMath(tex, label, location), to: &out) {
        listing(info: "math", text: tex, to: &$0)
      }
    case .thematicBreak:
      out.startLine()
      out.literal("<hr />\n")
    case .html:
      out.startLine()
      out.literal(Self.omitted)
      out.startLine()
    }
  }

  private func supplied(_ html: String?, to out: inout HTMLBytes, else plain: (inout HTMLBytes) -> Void) {
    out.startLine()
    guard let html else { return plain(&out) }
    out.raw(html)
    out.startLine()
  }

  private func paragraph(_ inlines: [Inline], isTight: Bool, to out: inout HTMLBytes) {
    if !isTight {
      out.startLine()
      out.literal("<p>")
    }
    for inline in inlines { write(inline, to: &out) }
    if !isTight { out.literal("</p>\n") }
  }

  private func write(_ list: Block.List, to out: inout HTMLBytes) {
    out.startLine()
    switch list.start {
    case nil: out.literal("<ul>\n")
    case 1: out.literal("<ol>\n")
    case .some(let start): out.raw("<ol start=\"\(start)\">\n")
    }
    for item in list.items {
      out.startLine()
      out.literal("<li>")
      for block in item { write(block, isTight: list.isTight, to: &out) }
      out.literal("</li>\n")
    }
    out.literal(list.start == nil ? "</ul>\n" : "</ol>\n")
  }

  private func listing(info: String, text: String, to out: inout HTMLBytes) {
    let language = info.utf8.prefix { !(9...13).contains($0) && $0 != 32 }
    if info.isEmpty {
      out.literal("<pre><code>")
    } else {
      out.literal("<pre><code class=\"language-")
      out.escaped(String(Substring(language)))
      out.literal("\">")
    }
    out.escaped(text)
    out.literal("</code></pre>\n")
  }

  private func write(_ inline: Inline, to out: inout HTMLBytes) {
    switch inline {
    case .text(let text): out.escaped(text)
    case .softBreak: out.literal("\n")
    case .lineBreak: out.literal("<br />\n")
    case .code(let text): code(text, to: &out)
    case .html: out.literal(Self.omitted)
    case .emphasis(let inner):
      out.literal("<em>")
      for inline in inner { write(inline, to: &out) }
      out.literal("</em>")
    case .strong(let inner):
      out.literal("<strong>")
      for inline in inner { write(inline, to: &out) }
      out.literal("</strong>")
    case .link(let destination, let title, let inner):
      link(hooks.destination(destination), title: title, inner, to: &out)
    case .image(let source, let title, let inner): image(source, title: title, inner, to: &out)
    case .math(let tex, let location):
      if let html = hooks.inlineMath(tex, location) { return out.raw(html) }
      out.literal("$")
      code(tex, to: &out)
      out.literal("$")
    case .reference(let reference):
      if let hook = hooks.reference, let html = hook(reference, html(reference.text)) { return out.raw(html) }
      let destination = "\(reference.kind.rawValue):\(reference.target)"
      link(destination, title: reference.title, reference.text, to: &out)
    }
  }

  private func code(_ text: String, to out: inout HTMLBytes) {
    out.literal("<code>")
    out.escaped(text)
    out.literal("</code>")
  }

  private func link(_ destination: String, title: String, _ inner: [Inline], to out: inout HTMLBytes) {
    out.literal("<a href=\"")
    out.address(destination)
    self.title(title, to: &out)
    out.literal("\">")
    for inline in inner { write(inline, to: &out) }
    out.literal("</a>")
  }

  private func image(_ source: String, title: String, _ inner: [Inline], to out: inout HTMLBytes) {
    if let html = hooks.image(source, Self.plainText(inner), title) { return out.raw(html) }
    out.literal("<img src=\"")
    out.address(hooks.destination(source))
    out.literal("\" alt=\"")
    out.escaped(Self.plainText(inner))
    self.title(title, to: &out)
    out.literal("\" />")
  }

  private func title(_ title: String, to out: inout HTMLBytes) {
    guard !title.isEmpty else { return }
    out.literal("\" title=\"")
    out.escaped(title)
  }

  /// The text of inlines without markup, breaks as spaces.
  package static func plainText(_ inlines: [Inline]) -> String {
    var text = ""
    Chapter.visit(inlines) { inline in
      switch inline {
      case .text(let piece), .code(let piece), .html(let piece): text += piece
      case .softBreak, .lineBreak: text += " "
      case .math(let tex, _): text += "$\(tex)$"
      default: break
      }
    }
    return text
  }

  private static let omitted: StaticString = "<!-- raw HTML omitted -->"
}
