internal import Chapters
internal import Markup
internal import Typesetting

/// Translates the nodes of a page into pandoc's document tree, so that an edition shows what the report shows.
///
/// The report is drawn without MathML: formulas are then TeX in its nodes. What only serves a browser (permalinks, copies for
/// other widths, downloads, the data beneath a figure) is left out.
struct PandocTree {
  typealias Element = PandocJSON.Element

  let form: EditionForm
  let version: PandocVersion
  let pictures: EditionPictures
  /// The page that the nodes are of.
  let page: String
  /// Every page of the edition.
  let pages: Set<String>
  /// The page and place of each finding, to which links to its provenance lead.
  let findings: [String: String]
  /// Those of the page.
  let phrases: Phrases
  /// The blocks of each note of the page, by the id of its item.
  var notes: [String: [Node]] = [:]

  private static let leftOut: Set<String> = [
    "source", "permalink", "copy", "data", "downloads", "origin", "in-parts", "note-back", "kicker",
    "notes",
    "references",
  ]
  private static let leftOutNames: Set<String> = [
    "form", "nav", "input", "button", "script", "style", "label", "svg", "select", "fieldset",
  ]
  private static let containers: Set<String> = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "hr", "table",
    "div",
    "section",
    "article", "header", "figure", "figcaption", "details", "summary",
  ]

  // MARK: Blocks

  /// The blocks of nodes; text that stands between blocks becomes a block of its own.
  func blocks(_ nodes: [Node]) -> [Element] {
    var blocks: [Element] = []
    var line: [Node] = []
    func endLine() {
      let inlines = Self.trimmed(self.inlines(line))
      if !inlines.isEmpty { blocks.append(PandocJSON.element("Plain", inlines)) }
      line = []
    }
    for node in Self.flat(nodes) {
      if case .element(let element) = node, Self.containers.contains(element.name),
        !isLeftOut(element)
      {
        endLine()
        blocks += self.blocks(element)
      } else {
        line.append(node)
      }
    }
    endLine()
    return blocks
  }

  /// The nodes without fragments.
  static func flat(_ nodes: [Node]) -> [Node] {
    nodes.flatMap { node -> [Node] in
      if case .fragment(let inner) = node { flat(inner) } else { [node] }
    }
  }

  func isLeftOut(_ element: Node.Element) -> Bool {
    if Self.leftOutNames.contains(element.name) || element.attributes["hidden"] != nil
      || element.attributes["popover"] != nil
    {
      return true
    }
    return element.classes.contains { Self.leftOut.contains($0) }
  }

  private func blocks(_ element: Node.Element) -> [Element] {
    let children = element.children
    switch element.name {
    case "p" where element.classes.contains("statement"):
      return framed(element, [PandocJSON.element("Para", statement(element))])
    case "p":
      let inlines = Self.trimmed(self.inlines(children))
      if inlines.isEmpty { return [] }
      let isHead = element.classes.contains("callout-title")
      return framed(
        element,
        [PandocJSON.element("Para", isHead ? [PandocJSON.element("Strong", inlines)] : inlines)]
      )
    case "h1", "h2", "h3", "h4", "h5", "h6":
      let level = Int(element.name.dropFirst()) ?? 1
      return [heading(level, id: element.attributes["id"], Self.trimmed(inlines(children)))]
    case "ul": return framed(element, [PandocJSON.element("BulletList", items(children))])
    case "ol":
      let start = element.attributes["start"].flatMap { Int($0) } ?? 1
      let style: [Any] = [start, PandocJSON.element("Decimal"), PandocJSON.element("Period")]
      return framed(
        element,
        [PandocJSON.element("OrderedList", [style, items(children)] as [Any])]
      )
    case "dl": return framed(element, definitions(children))
    case "blockquote": return framed(element, [PandocJSON.element("BlockQuote", blocks(children))])
    case "pre": return [listing(element, language: nil)]
    case "hr": return [PandocJSON.element("HorizontalRule")]
    case "table": return [table(element, caption: [], id: "")]
    case "figure": return figure(element)
    case "summary", "figcaption":
      let inlines = Self.trimmed(self.inlines(children))
      return inlines.isEmpty ? [] : [PandocJSON.element("Para", inlines)]
    case "div" where element.classes.contains("equation"):
      return framed(element, [equation(element)])
    case "div" where element.classes.contains("images"): return [grid(children)]
    // An edition shows the code without the line that unfolds it.
    case "details" where element.classes.contains("fold"):
      return framed(element, blocks(children.filter { $0.firstElement { $0.name == "summary" } == nil }))
    default: return framed(element, blocks(children))
    }
  }

  /// A claim behind its verdict.
  private func statement(_ element: Node.Element) -> [Element] {
    let verdict = Node.element(element).firstElement { $0.classes.contains("verdict") }
    let rest = Self.flat(element.children).filter { node in
      if case .element(let child) = node { !child.classes.contains("verdict") } else { true }
    }
    let text = Self.text(verdict?.children ?? [])
    let words = PandocJSON.inlines(text.prefix(1).uppercased() + text.dropFirst())
    return [
      PandocJSON.element("Strong", words), PandocJSON.element("Str", ":"), PandocJSON.element("Space"),
    ] + Self.trimmed(inlines(rest))
  }

  func heading(_ level: Int, id: String?, _ text: [Element]) -> Element {
    let place = PandocJSON.attributes(id: form.hasAnchors ? id.map { anchor(page, $0) } ?? "" : "")
    return PandocJSON.element("Header", [level, place, text] as [Any])
  }

  /// Blocks with the id of their element, where links lead to it, and its direction.
  func framed(_ element: Node.Element, _ blocks: [Element]) -> [Element] {
    let direction = element.attributes["dir"].map { [("dir", $0)] } ?? []
    let id = form.hasAnchors ? element.attributes["id"].map { anchor(page, $0) } ?? "" : ""
    let isFramed = form.hasAnchors && !id.isEmpty || !direction.isEmpty && form != .markdown
    if !isFramed || blocks.isEmpty { return blocks }
    return [
      PandocJSON.element("Div", [PandocJSON.attributes(id: id, [], direction), blocks] as [Any])
    ]
  }

  private func items(_ children: [Node]) -> [[Element]] {
    Self.flat(children).compactMap { node in
      guard case .element(let item) = node, item.name == "li" else { return nil }
      return framed(item, blocks(item.children))
    }
  }

  func listing(_ element: Node.Element, language: String?) -> Element {
    let code = element.children.lazy.compactMap { $0.firstElement { $0.name == "code" } }.first
    let named = code?.attributes["class"].flatMap {
      $0.hasPrefix("language-") ? String($0.dropFirst(9)) : nil
    }
    var text = Self.text(element.children)
    while text.hasSuffix("\n") { text.removeLast() }
    let pre = Node.element(element).firstElement { $0.name == "pre" }
    let isCell = pre?.attributes["aria-label"].map { phrases.isText($0, of: .cellCode) } ?? false
    let classes = [language ?? named ?? (isCell ? "swift" : nil)].compactMap { $0 }.filter {
      !$0.isEmpty
    }
    return PandocJSON.element("CodeBlock", [PandocJSON.attributes(classes), text] as [Any])
  }

  /// A list of names with what they mean; one with a line for each is a list of lines.
  private func definitions(_ children: [Node]) -> [Element] {
    var entries: [(terms: [(id: String?, nodes: [Node])], texts: [[Node]])] = []
    func add(_ nodes: [Node], id: String?) {
      for case .element(let element) in Self.flat(nodes) {
        switch element.name {
        case "dt":
          if entries.last?.texts.isEmpty ?? false {
            entries[entries.count - 1].terms.append((id, element.children))
          } else {
            entries.append(([(id, element.children)], []))
          }
        case "dd": if !entries.isEmpty { entries[entries.count - 1].texts.append(element.children) }
        default: add(element.children, id: element.attributes["id"] ?? id)
        }
      }
    }
    add(children, id: nil)
    let lines = entries.map { entry -> [Element] in
      let terms = entry.terms.enumerated().flatMap { index, term -> [Element] in
        let name = PandocJSON.element("Strong", Self.withoutFullStop(Self.trimmed(inlines(term.nodes))))
        let placed =
          !form.hasAnchors
          ? nil
          : term.id.map { id in
            PandocJSON.element(
              "Span",
              [PandocJSON.attributes(id: anchor(page, id)), [name]] as [Any]
            )
          }
        return (index == 0 ? [] : PandocJSON.inlines(", ")) + [placed ?? name]
      }
      let texts = entry.texts.map { blocks($0) }
      let first = texts.first?.first
      guard texts.count == 1, texts[0].count == 1, let words = first?["c"] as? [Element],
        ["Plain", "Para"].contains(first?["t"] as? String)
      else { return [PandocJSON.element("Para", terms)] + texts.flatMap { $0 } }
      return [
        PandocJSON.element(
          "Plain",
          terms + [PandocJSON.element("Str", ":"), PandocJSON.element("Space")] + words
        )
      ]
    }
    return lines.isEmpty ? [] : [PandocJSON.element("BulletList", lines)]
  }

  /// A caption as the name in front of a colon.
  private static func withoutFullStop(_ inlines: [Element]) -> [Element] {
    guard let last = inlines.last, last["t"] as? String == "Str", let text = last["c"] as? String,
      text.hasSuffix("."), text.count > 1
    else { return inlines }
    return inlines.dropLast() + [PandocJSON.element("Str", String(text.dropLast()))]
  }

  /// A display formula with its number.
  private func equation(_ element: Node.Element) -> Element {
    let code = Node.element(element).firstElement { $0.classes.contains("tex") }
    let number = Node.element(element).firstElement { $0.classes.contains("equation-number") }
    // The edition has the book's numbers, so no label of TeX.
    let tex = (code.map { Self.text($0.children) } ?? "").replacing(/\\label\s*\{[^{}]*\}/, with: "")
    let label = number.map { Self.text($0.children) } ?? ""
    if form == .latex {
      let tag =
        label.isEmpty || tex.contains("\\tag") ? "" : "\\tag{\(label.dropFirst().dropLast())}"
      // These are display formulas of their own in LaTeX, cannot stand in another, and number themselves without a star.
      let own = /^\s*\\begin\{(align|alignat|flalign|gather|multline|equation)\*?\}/
      if let name = tex.firstMatch(of: own)?.output.1 {
        let start = tex.replacing(own, with: "\\begin{\(name)*}", maxReplacements: 1)
        let end = try? Regex("\\\\end\\{\(name)\\*?\\}\\s*$")
        let whole = end.map { start.replacing($0, with: "\(tag)\\end{\(name)*}") } ?? start
        return PandocJSON.element("RawBlock", ["latex", whole])
      }
      return PandocJSON.element("Para", [PandocJSON.math(tex + tag, isDisplay: true)])
    }
    let formula = PandocJSON.math(
      form.keepsTeX ? tex : TeXFormula(tex: tex, isDisplay: true).portable,
      isDisplay: true
    )
    let shown =
      label.isEmpty ? [] : [PandocJSON.element("Space"), PandocJSON.element("Str", label)]
    return PandocJSON.element("Para", [formula] + shown)
  }
}

extension Node.Element {
  /// The words of the attribute `class`.
  var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
}
