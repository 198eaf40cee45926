internal import Markup

/// The elements and attributes that a formula may have.
///
/// Names are taken from these tables, never from what was read; values are short and of few characters.
enum MathMLElements {
  /// Returns the node of an element; `nil` where it, or something in it, is not allowed.
  static func node(_ element: MarkupElement) -> Node? {
    guard let kind = elements[element.name] else { return nil }
    var pairs: [(StaticString, String)] = []
    for (name, value) in element.attributes.sorted(by: { $0.key < $1.key }) {
      guard let attribute = attributes[name], isAllowed(value, for: name) else { return nil }
      pairs.append((attribute, value))
    }
    var children: [Node] = []
    children.reserveCapacity(element.children.count)
    for child in element.children {
      switch child {
      case .text(let text):
        guard kind.isToken else {
          if text.allSatisfy(\.isWhitespace) { continue }
          return nil
        }
        children.append(.text(text))
      case .element(let element):
        guard !kind.isToken, element.name != "math", let node = node(element) else { return nil }
        children.append(node)
      }
    }
    return tag(kind.name, Attributes(pairs), children)
  }

  private struct Kind {
    var name: StaticString
    /// Whether the element holds text, and no elements.
    var isToken = false
  }

  private static let elements: [String: Kind] = [
    "math": Kind(name: "math"), "mrow": Kind(name: "mrow"), "mi": Kind(name: "mi", isToken: true),
    "mn": Kind(name: "mn", isToken: true), "mo": Kind(name: "mo", isToken: true),
    "mtext": Kind(name: "mtext", isToken: true), "mspace": Kind(name: "mspace"), "mfrac": Kind(name: "mfrac"),
    "msqrt": Kind(name: "msqrt"), "mroot": Kind(name: "mroot"), "msub": Kind(name: "msub"),
    "msup": Kind(name: "msup"), "msubsup": Kind(name: "msubsup"), "munder": Kind(name: "munder"),
    "mover": Kind(name: "mover"), "munderover": Kind(name: "munderover"), "mtable": Kind(name: "mtable"),
    "mtr": Kind(name: "mtr"), "mtd": Kind(name: "mtd"), "mphantom": Kind(name: "mphantom"),
    "mpadded": Kind(name: "mpadded"), "mmultiscripts": Kind(name: "mmultiscripts"),
    "mprescripts": Kind(name: "mprescripts"),
  ]

  private static let attributes: [String: StaticString] = [
    "display": "display", "mathvariant": "mathvariant", "stretchy": "stretchy", "form": "form",
    "accent": "accent", "accentunder": "accentunder", "minsize": "minsize", "maxsize": "maxsize",
    "movablelimits": "movablelimits", "lspace": "lspace", "rspace": "rspace", "symmetric": "symmetric",
    "largeop": "largeop", "width": "width", "height": "height", "depth": "depth",
    "linethickness": "linethickness", "displaystyle": "displaystyle", "scriptlevel": "scriptlevel",
    "mathcolor": "mathcolor", "mathbackground": "mathbackground", "class": "class",
    "columnspan": "columnspan",
  ]

  /// The classes that the style sheet knows.
  static let classes: Set<String> = [
    "left", "right", "rule", "rule-after", "bar", "bar-after", "boxed", "cancel", "bcancel", "xcancel",
    "strike",
    "row-tag", "aligned", "alignat", "overline", "underline",
  ]

  private static func isAllowed(_ value: String, for name: String) -> Bool {
    if name == "class" { return value.split(separator: " ").allSatisfy { classes.contains(String($0)) } }
    return value.utf8.count <= 24
      && value.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
          UInt8(ascii: "-"), UInt8(ascii: "#"), UInt8(ascii: "%"):
          true
        default: false
        }
      }
  }
}
