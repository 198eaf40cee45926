internal import Markup

/// What is wrong with a text, each error with its place, before anything else on the page.
struct ErrorList {
  let errors: [String]
  /// Whether the text stands below in spite of them.
  let isTextShown: Bool

  var node: Node {
    guard !errors.isEmpty || !isTextShown else { return .empty }
    let rest = isTextShown ? "What they spoil is marked below." : "Until they are mended it is not shown."
    return tag(
      "div",
      ["class": "notice failed"],
      tag("p", [:], tag("strong", [:], "The text has errors."), .text(" " + rest)),
      tag("ul", [:], errors.map { tag("li", [:], .text($0)) })
    )
  }
}
