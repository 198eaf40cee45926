internal import Markup

/// A listing, with syntax highlighting for Swift.
struct ListingMarkup {
  var info: String
  var text: String
  /// Said by a screen reader when the listing gets the focus.
  var name: String
  /// The line of Swift to highlight, counted from 1.
  var markedLine: Int?

  var node: Node {
    let language = info.split(whereSeparator: \.isWhitespace).first ?? ""
    var nodes: [Node] = []
    if language == "swift" {
      nodes = SwiftHighlighter.lines(text).enumerated().map { index, line in
        let content = Node.fragment(line.map(\.node) + [.text("\n")])
        return index + 1 == markedLine ? tag("mark", ["class": "line"], content) : content
      }
    } else if !text.isEmpty {
      nodes = [.text(text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n")]
    }
    return tag(
      "div",
      ["class": isWide ? "code wide" : "code"],
      tag(
        "pre",
        ["class": "listing", "tabindex": "0", "role": "group", "aria-label": .some(name)],
        tag("code", [:], nodes)
      )
    )
  }

  /// Whether a line is longer than the column of the text has room for.
  var isWide: Bool {
    // Counting characters is slow: only lines with enough bytes are counted.
    text.utf8.split(separator: UInt8(ascii: "\n")).contains { $0.count > 78 && Substring($0).count > 78 }
  }
}
