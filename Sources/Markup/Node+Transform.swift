extension Node {
  /// The tree with each element replaced by what `change` returns for it; an element is changed before its children.
  package func mapElements(_ change: (Element) -> Element) -> Node {
    switch self {
    case .text, .comment, .written: return self
    case .fragment(let nodes): return .fragment(nodes.map { $0.mapElements(change) })
    case .element(let element):
      let changed = change(element)
      return .element(
        .init(
          name: changed.name,
          attributes: changed.attributes,
          children: changed.children.map { $0.mapElements(change) }
        )
      )
    }
  }

  /// The first element, in the order of the text, that satisfies a condition.
  package func firstElement(where condition: (Element) -> Bool) -> Element? {
    switch self {
    case .text, .comment, .written: return nil
    case .fragment(let nodes): return Self.first(in: nodes, where: condition)
    case .element(let element):
      return condition(element) ? element : Self.first(in: element.children, where: condition)
    }
  }

  private static func first(in nodes: [Node], where condition: (Element) -> Bool) -> Element? {
    for node in nodes { if let found = node.firstElement(where: condition) { return found } }
    return nil
  }
}

extension Node.Element {
  /// Makes an element without attributes.
  package init(tag name: StaticString, children: [Node]) {
    self.init(name: name.description, attributes: [:], children: children)
  }

  package var hasAttributes: Bool { !attributes.pairs.isEmpty }

  /// The same element with other children.
  package func with(children: [Node]) -> Self {
    .init(name: name, attributes: attributes, children: children)
  }

  /// The same element under another name.
  package func renamed(_ name: StaticString) -> Self {
    .init(name: name.description, attributes: attributes, children: children)
  }

  /// The same element with each attribute's value replaced by what `change` returns; `nil` removes the attribute.
  package func mapAttributes(_ change: (_ name: String, _ value: String) -> String?) -> Self {
    let pairs = attributes.pairs.compactMap { pair in
      change(pair.name, pair.value).map { Attributes.Pair(name: pair.name, value: $0) }
    }
    return .init(name: name, attributes: Attributes(pairs: pairs), children: children)
  }
}
