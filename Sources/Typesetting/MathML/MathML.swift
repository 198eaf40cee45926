package import Markup

/// A formula as MathML Core, of known elements and attributes only.
package struct MathML: Hashable, Sendable {
  /// The element `math`.
  package let node: Node
  /// The number that `\tag` gives the equation, as an element `math` of its own.
  package let tag: Node?

  init(node: Node, tag: Node? = nil) {
    self.node = node
    self.tag = tag
  }

  /// The markup, which `init(reading:)` reads again.
  package var markup: String { node.html + (tag?.html ?? "") }

  /// Reads MathML that `markup` gave, perhaps long ago.
  ///
  /// - Returns: `nil` where it is not well-formed or holds an element, attribute or value that no formula needs.
  package init?(reading markup: String) {
    let children = MarkupReader.read(markup) ?? []
    let elements = children.compactMap { child -> MarkupElement? in
      if case .element(let element) = child { return element }
      return nil
    }
    guard elements.count == children.count, let first = elements.first, elements.count <= 2,
      elements.allSatisfy({ $0.name == "math" }), let node = MathMLElements.node(first)
    else { return nil }
    self.node = node
    guard elements.count == 2 else {
      tag = nil
      return
    }
    guard let tag = MathMLElements.node(elements[1]) else { return nil }
    self.tag = tag
  }
}
