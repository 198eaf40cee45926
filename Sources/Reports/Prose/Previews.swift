internal import Chapters
internal import Markup

/// The previews of one page: what a link leads to, shown beside the link while the pointer rests on it or the keyboard's
/// focus is on it, and on touch screens by a button behind it. No script is needed.
///
/// A preview is a `popover`, which the button opens by `popovertarget`; for pointer and focus the style sheet shows it.
/// It stands behind each link again, so it holds a few words or a formula, never a chart.
final class Previews {
  private let phrases: Phrases
  private var count = 0
  /// How many more bytes the previews of the page may take.
  private var room = 32 << 10

  /// The most characters of a text.
  static let mostCharacters = 280

  init(_ phrases: Phrases) { self.phrases = phrases }

  /// Returns a link with its preview; `nil` where the page has no room for one, or there is nothing to show.
  ///
  /// - Parameters:
  ///   - label: the name of what is shown, such as `Figure 5.2`.
  ///   - address: where the link leads.
  func node(_ link: Node, label: String, content: Node, address: String) -> Node? {
    var bytes: [UInt8] = []
    content.write(to: &bytes)
    // The button and the frame take about as much as a short text.
    let size = bytes.count + 200
    guard !bytes.isEmpty, size <= room else { return nil }
    room -= size
    count += 1
    let id = "_p\(count)"
    return tag(
      "span",
      ["class": "ref"],
      link,
      tag(
        "button",
        [
          "type": "button", "class": "peek", "popovertarget": .some(id),
          "aria-label": .some(phrases(.preview, label)),
        ]
      ),
      tag(
        "span",
        ["class": "preview", "popover": "", "id": .some(id)],
        content,
        " ",
        tag("a", ["href": .some(address)], .text(phrases[.goThere]))
      )
    )
  }

  /// The beginning of a text, to a whole word.
  static func excerpt(_ text: String) -> String {
    guard text.count > mostCharacters else { return text }
    let start = text.prefix(mostCharacters)
    return start[..<(start.lastIndex(of: " ") ?? start.endIndex)] + " …"
  }
}
