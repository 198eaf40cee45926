internal import Markup

/// The errors of a chapter's text, each with its place, at the top of its page.
struct ErrorList {
  let errors: [String]
  /// Whether the text is shown below in spite of the errors.
  let isTextShown: Bool

  var node: Node {
    guard !errors.isEmpty || !isTextShown else { return .empty }
    let rest = isTextShown ? "What they affect is marked below." : "The text is hidden until they are fixed."
    return tag(
      "div",
      ["class": "notice failed"],
      tag("p", [:], tag("strong", [:], "The text has errors."), .text(" " + rest)),
      tag("ul", [:], errors.map { tag("li", [:], .text($0)) })
    )
  }
}
