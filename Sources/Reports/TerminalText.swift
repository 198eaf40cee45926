internal import Markup

/// The output of a program as a terminal would show it: colours of ANSI escape sequences (SGR), and text that a carriage
/// return, a backspace or a movement of the cursor overwrites. Other control sequences and characters are left out.
struct TerminalText {
  /// Text of one style.
  struct Run: Hashable {
    var text: String
    var style = Style()
  }

  /// The style of text, as far as a page shows it.
  struct Style: Hashable {
    /// 0 to 7 for black, red, green, yellow, blue, magenta, cyan and white; `nil` for the page's own colour.
    var colour: Int?
    var isBold = false
    var isItalic = false
    var isUnderlined = false
  }

  private(set) var runs: [Run] = []

  init(_ output: String) {
    let isPlain = output.utf8.allSatisfy { ($0 >= 32 && $0 != 127 && $0 != 0xc2) || $0 == 9 || $0 == 10 }
    guard !isPlain else {
      runs = output.isEmpty ? [] : [Run(text: output)]
      return
    }
    var screen = Screen()
    // A line break of Windows is one character to Swift, but two scalars.
    var rest = output.unicodeScalars[...]
    while let scalar = rest.popFirst() { screen.take(scalar, &rest) }
    for (index, line) in screen.lines.enumerated() {
      if index > 0 { append("\n", Style()) }
      for (character, style) in line { append(character, style) }
    }
  }

  private mutating func append(_ character: Character, _ style: Style) {
    if runs.last?.style == style {
      runs[runs.count - 1].text.append(character)
    } else {
      runs.append(Run(text: String(character), style: style))
    }
  }

  /// The text as markup.
  var node: Node { .fragment(runs.map(Self.node)) }

  private static func node(_ run: Run) -> Node {
    let style = run.style
    var classes = style.colour.map { ["ansi", "ansi-\(names[$0])"] } ?? []
    if style.isItalic { classes.append("ansi-italic") }
    if style.isUnderlined { classes.append("ansi-underlined") }
    let text: Node = style.isBold ? tag("b", [:], .text(run.text)) : .text(run.text)
    return classes.isEmpty ? text : tag("span", ["class": .some(classes.joined(separator: " "))], text)
  }

  private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
}
