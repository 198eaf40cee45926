/// An element of markup that another program has written.
struct MarkupElement: Hashable {
  var name: String
  var attributes: [String: String] = [:]
  var children: [Child] = []

  enum Child: Hashable {
    case text(String)
    case element(MarkupElement)
  }

  /// The children that are elements.
  var elements: [MarkupElement] {
    children.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }

  /// The text of the element and all it holds.
  var text: String {
    children.map { child in
      switch child {
      case .text(let text): text
      case .element(let element): element.text
      }
    }.joined()
  }
}
