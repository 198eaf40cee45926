internal import Chapters
internal import Findings
internal import Foundation
internal import Markup
internal import Typesetting

/// The blocks of a page as cells of a Jupyter notebook: prose between the cells of the book, each with its code, what it
/// printed, and its findings as pictures and tables.
struct NotebookCells {
  let tree: PandocTree
  let report: Report

  func blocks(_ nodes: [Node]) -> [PandocJSON.Element] {
    var blocks: [PandocJSON.Element] = []
    var prose: [Node] = []
    func endProse() {
      let inner = tree.blocks(prose)
      if !inner.isEmpty { blocks.append(Self.markdown(inner)) }
      prose = []
    }
    for node in PandocTree.flat(nodes) {
      if case .element(let element) = node, element.name == "div", element.classes.contains("cell") {
        endProse()
        blocks.append(cell(element))
      } else {
        prose.append(node)
      }
    }
    endProse()
    return blocks
  }

  static func markdown(_ blocks: [PandocJSON.Element]) -> PandocJSON.Element {
    PandocJSON.element("Div", [PandocJSON.attributes(["cell", "markdown"]), blocks] as [Any])
  }

  private func cell(_ element: Node.Element) -> PandocJSON.Element {
    var code = PandocJSON.element("CodeBlock", [PandocJSON.attributes(["swift"]), ""] as [Any])
    var outputs: [PandocJSON.Element] = []
    for case .element(let part) in PandocTree.flat(element.children) {
      if part.classes.contains("code") {
        code = tree.listing(part, language: "swift")
      } else if part.classes.contains("output") {
        outputs.append(output(["output", "stream", "stdout"], [tree.listing(part, language: nil)]))
      } else if !tree.isLeftOut(part) {
        outputs += shown(part)
      }
    }
    return PandocJSON.element(
      "Div",
      [PandocJSON.attributes(["cell", "code"]), [code] + outputs] as [Any]
    )
  }

  private func output(_ classes: [String], _ blocks: [PandocJSON.Element]) -> PandocJSON.Element {
    PandocJSON.element("Div", [PandocJSON.attributes(classes), blocks] as [Any])
  }

  /// A finding: its picture with the caption as text, or its HTML and its text.
  private func shown(_ element: Node.Element) -> [PandocJSON.Element] {
    let node = Node.element(element)
    let figure = node.firstElement { $0.name == "figure" }
    let caption = figure.flatMap { Node.element($0).firstElement { $0.name == "figcaption" } }
    if let figure, let id = figure.attributes["id"], let drawing = tree.pictures.figure(id) {
      let words = Self.plain(tree.inlines(caption?.children ?? []))
      let image = PandocJSON.element("Para", [PandocTree.image(drawing.name, [], width: nil)])
      return [output(["output", "display_data"], [image, text(words)])]
    }
    let kept = Self.kept(node, tree)
    let lines = kept.plainText.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let words = lines.filter { !$0.isEmpty }.joined(separator: "\n")
    if words.isEmpty { return [] }
    let html = PandocJSON.element("RawBlock", ["html", kept.html])
    return [output(["output", "display_data"], [html, text(words)])]
  }

  private func text(_ words: String) -> PandocJSON.Element {
    PandocJSON.element("CodeBlock", [PandocJSON.attributes(), words] as [Any])
  }

  /// The nodes without what only serves the report's own pages; links into them are dropped.
  private static func kept(_ node: Node, _ tree: PandocTree) -> Node {
    node.mapElements { element in
      if tree.isLeftOut(element) { return Node.Element(tag: "span", children: []) }
      return element.mapAttributes { name, value in
        switch name {
        case "href": WebAddress.web(value)
        // A notebook is one file.
        case "src": tree.pictures.inlined(value)
        case "class", "id", "tabindex", "role": nil
        default: value
        }
      }
    }
  }

  private static func plain(_ inlines: [PandocJSON.Element]) -> String {
    inlines.map { element in
      switch element["t"] as? String {
      case "Str": element["c"] as? String ?? ""
      case "Space", "LineBreak": " "
      default:
        plain((element["c"] as? [Any])?.lazy.compactMap { $0 as? [PandocJSON.Element] }.last ?? [])
      }
    }.joined()
  }
}
