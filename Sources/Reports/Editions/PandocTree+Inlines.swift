internal import Markup
internal import Typesetting

/// Text within a line, and addresses.
extension PandocTree {
  func inlines(_ nodes: [Node]) -> [Element] { nodes.flatMap(inlines) }

  fileprivate func inlines(_ node: Node) -> [Element] {
    switch node {
    // The boxes of tasks, which LaTeX's text fonts lack.
    case .text("☐") where form == .latex: [PandocJSON.math("\\square", isDisplay: false)]
    case .text("☑") where form == .latex: [PandocJSON.math("\\boxtimes", isDisplay: false)]
    // pandoc writes this box as [x].
    case .text("☑") where form == .markdown: [PandocJSON.element("Str", "☒")]
    case .text(let text): Self.words(text)
    case .fragment(let nodes): inlines(nodes)
    case .comment, .written: []
    case .element(let element): isLeftOut(element) ? [] : inlines(element)
    }
  }

  private func inlines(_ element: Node.Element) -> [Element] {
    let children = element.children
    // What a page shows on a line of its own within a cell or a paragraph.
    let isLine = element.classes.contains { $0 == "beneath" || $0 == "verdict" }
    switch element.name {
    case "em", "i": return [PandocJSON.element("Emph", inlines(children))]
    case "strong", "b": return [PandocJSON.element("Strong", inlines(children))]
    case "sub": return [PandocJSON.element("Subscript", inlines(children))]
    case "sup" where element.classes.contains("note-mark"): return note(element)
    case "sup": return [PandocJSON.element("Superscript", inlines(children))]
    case "br": return [PandocJSON.element("LineBreak")]
    case "code" where element.classes.contains("tex"):
      let tex = Self.text(children)
      return [
        PandocJSON.math(
          form.keepsTeX ? tex : TeXFormula(tex: tex, isDisplay: false).portable,
          isDisplay: false
        )
      ]
    case "code", "samp":
      return [PandocJSON.element("Code", [PandocJSON.attributes(), Self.text(children)] as [Any])]
    case "a": return (isLine ? [PandocJSON.element("LineBreak")] : []) + link(element)
    case "img": return image(element).map { [$0] } ?? Self.words(element.attributes["alt"] ?? "")
    default:
      let inner = inlines(children)
      guard let id = element.attributes["id"], form.hasAnchors else {
        return isLine ? [PandocJSON.element("LineBreak")] + inner : inner
      }
      let span = PandocJSON.element(
        "Span",
        [PandocJSON.attributes(id: anchor(page, id)), inner] as [Any]
      )
      return isLine ? [PandocJSON.element("LineBreak"), span] : [span]
    }
  }

  private func link(_ element: Node.Element) -> [Element] {
    let text = inlines(element.children)
    guard let address = element.attributes["href"].flatMap(target), !text.isEmpty else {
      return text
    }
    let attributes = PandocJSON.attributes()
    return [PandocJSON.element("Link", [attributes, text, [address, ""]] as [Any])]
  }

  /// The note that a mark refers to, in its place.
  private func note(_ mark: Node.Element) -> [Element] {
    let link = Node.element(mark).firstElement { $0.name == "a" }
    if link == nil, form != .markdown, !notes.isEmpty {
      return [PandocJSON.element("Superscript", inlines(mark.children))]
    }
    guard let id = link?.attributes["href"]?.dropFirst(), let content = notes[String(id)] else {
      return []
    }
    var inner = self
    // A note cannot hold a note.
    inner.notes = [:]
    var note = PandocJSON.element("Note", inner.blocks(content))
    // Each cell of a notebook is a document of its own: there every mention has its note.
    if form != .ipynb { note["id"] = "\(page)#\(id)" }
    return [note]
  }

  func image(_ element: Node.Element, width: String? = nil) -> Element? {
    guard let source = element.attributes["src"], let name = pictures.picture(source) else {
      return nil
    }
    let text = Self.words(element.attributes["alt"] ?? "")
    return Self.image(name, text, width: width)
  }

  static func image(
    _ name: String,
    _ text: [Element],
    width: String?,
    title: String = "",
    id: String = ""
  ) -> Element {
    let attributes = PandocJSON.attributes(id: id, [], width.map { [("width", $0)] } ?? [])
    return PandocJSON.element("Image", [attributes, text, [name, title]] as [Any])
  }

  // MARK: Addresses

  /// The id of a place in the edition; it begins with a letter, as XML wants.
  func anchor(_ page: String, _ id: String) -> String { "page-\(Self.stem(page))--\(id)" }

  static func stem(_ page: String) -> String {
    page.hasSuffix(".html") ? String(page.dropLast(5)) : page
  }

  /// The address of a link in the edition; `nil` where it leads to what the edition does not hold.
  private func target(_ address: String) -> String? {
    if let web = WebAddress.web(address) { return web }
    let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init
    )
    let (path, place) = (parts[0], parts.count > 1 ? parts[1] : "")
    if path == ProvenancePage.path { return findings[place].flatMap(target) }
    if path.isEmpty {
      guard form.hasAnchors else { return nil }
      return "#" + (place.hasPrefix("cite-") ? "ref-\(place.dropFirst(5))" : anchor(page, place))
    }
    guard pages.contains(path) else { return nil }
    if form == .markdown { return path == page ? nil : Self.stem(path) + ".md" }
    guard form.hasAnchors else { return nil }
    return "#" + (place.isEmpty ? anchor(path, "") : anchor(path, place))
  }

  // MARK: Text

  /// The characters of nodes as they are, also of TeX and listings.
  static func text(_ nodes: [Node]) -> String { nodes.map(\.plainText).joined() }

  /// Words, with white space as one space.
  static func words(_ text: String) -> [Element] {
    var elements: [Element] = []
    var word = ""
    for scalar in text.unicodeScalars {
      if scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" {
        if !word.isEmpty { elements.append(PandocJSON.element("Str", word)) }
        word = ""
        if elements.last?["t"] as? String != "Space" {
          elements.append(PandocJSON.element("Space"))
        }
      } else {
        word.unicodeScalars.append(scalar)
      }
    }
    if !word.isEmpty { elements.append(PandocJSON.element("Str", word)) }
    return elements
  }

  static func trimmed(_ inlines: [Element]) -> [Element] {
    let isSpace = { (element: Element) in ["Space", "LineBreak"].contains(element["t"] as? String) }
    return Array(inlines.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
