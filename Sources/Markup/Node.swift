/// A piece of HTML or SVG: text, an element with its attributes and children, or a list of these.
///
/// Names of elements and attributes are literals of the program, or come from the list of `MathML`; everything else is
/// escaped when it is written. No text of a chapter, a label or a file can become markup.
package enum Node: Hashable, Sendable {
  case text(String)
  case element(Element)
  case fragment([Node])
  /// A comment, whose text the program knows.
  case comment(Comment)
  /// HTML of a node that this writer wrote in an earlier render and a cache kept; it cannot be transformed.
  case written(String)

  /// An element with its attributes in the order in which they are written.
  package struct Element: Hashable, Sendable {
    package let name: String
    package let attributes: Attributes
    package let children: [Node]
  }

  /// The comments that a page may hold.
  package enum Comment: String, Hashable, Sendable {
    case omittedHTML = "raw HTML omitted"
  }

  /// Nothing at all.
  package static let empty = Node.fragment([])
}

/// Makes an element; `nil` attributes are left out, an empty text of a boolean attribute makes it bare, such as `open`.
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

  package private(set) var pairs: [Pair]

  package init(dictionaryLiteral elements: (StaticString, String?)...) {
    pairs = []
    for case (let name, let value?) in elements { pairs.append(Pair(name: name.description, value: value)) }
  }

  init(pairs: [Pair]) { self.pairs = pairs }

  /// The value of an attribute; `nil` where it is absent.
  package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// Attributes that are known only when the program runs; their names are still literals.
  package init(_ elements: [(StaticString, String)]) {
    pairs = elements.map { Pair(name: $0.description, value: $1) }
  }
}
