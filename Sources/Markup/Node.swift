/// A piece of HTML or SVG.
///
/// Names of elements and attributes are literals of the program, everything else is escaped when it is written:
/// no text of a chapter, a label or a file can become markup.
package indirect enum Node: Hashable, Sendable {
  case text(String)
  case element(Element)
  case fragment([Node])
  /// Markup that another writer has made and escaped: prose from `Chapters`, MathML.
  case trusted(String)

  /// An element with its attributes in the order in which they are written.
  package struct Element: Hashable, Sendable {
    package let name: String
    package let attributes: Attributes
    package let children: [Node]
  }

  /// Nothing at all.
  package static let empty = Node.fragment([])
}

/// Makes an element; `nil` attributes are left out, an empty text is a bare attribute such as `open`.
package func tag(_ name: StaticString, _ attributes: Attributes = [:], _ children: Node...) -> Node {
  .element(.init(name: name.description, attributes: attributes, children: children))
}

/// Makes an element of a list of children.
package func tag(_ name: StaticString, _ attributes: Attributes = [:], _ children: [Node]) -> Node {
  .element(.init(name: name.description, attributes: attributes, children: children))
}

extension Node: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral {
  package init(stringLiteral value: String) { self = .text(value) }
  package init(arrayLiteral elements: Node...) { self = .fragment(elements) }
}

/// The attributes of an element, in order.
package struct Attributes: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  package struct Pair: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  package let pairs: [Pair]

  package init(dictionaryLiteral elements: (StaticString, String?)...) {
    pairs = elements.compactMap { name, value in value.map { Pair(name: name.description, value: $0) } }
  }
}
