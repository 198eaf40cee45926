internal import Markup

/// The output of a program as a terminal would show it: colours of ANSI escape sequences (SGR), and lines that a carriage
/// return overwrites. Other control sequences are left out.
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
    guard output.utf8.contains(where: { $0 == 0x1b || $0 == 13 || $0 == 8 }) else {
      runs = output.isEmpty ? [] : [Run(text: output)]
      return
    }
    var style = Style()
    var line: [(Character, Style)] = []
    var column = 0
    // A line break of Windows is one character to Swift.
    var rest = output.unicodeScalars[...]
    func put(_ character: Character) {
      if column < line.count { line[column] = (character, style) } else { line.append((character, style)) }
      column += 1
    }
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\n":
        append(line)
        append([("\n", Style())])
        (line, column) = ([], 0)
      case "\r": column = 0
      case "\u{8}": column = max(0, column - 1)
      case "\u{1b}": Self.sequence(&rest, style: &style, line: &line, column: &column)
      default:
        if scalar.properties.isGraphemeExtend, column > 0, column <= line.count {
          line[column - 1].0 = Character(String(line[column - 1].0) + String(scalar))
        } else {
          put(Character(scalar))
        }
      }
    }
    append(line)
  }

  private mutating func append(_ line: [(Character, Style)]) {
    for (character, style) in line {
      if runs.last?.style == style {
        runs[runs.count - 1].text.append(character)
      } else {
        runs.append(Run(text: String(character), style: style))
      }
    }
  }

  /// Reads what follows an escape character.
  private static func sequence(
    _ rest: inout String.UnicodeScalarView.SubSequence,
    style: inout Style,
    line: inout [(Character, Style)],
    column: inout Int
  ) {
    switch rest.first {
    case "[":
      rest.removeFirst()
      var parameters = ""
      while let next = rest.first, (0x20...0x3f).contains(next.value) {
        parameters.unicodeScalars.append(next)
        rest.removeFirst()
      }
      let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      switch rest.popFirst() {
      case "m": apply(numbers, to: &style)
      case "K" where numbers[0] == 2:
        line = []
        line += Array(repeating: (" ", Style()), count: column)
      case "K" where numbers[0] == 0: line.removeLast(max(0, line.count - column))
      case "G": move(to: max(1, numbers[0]) - 1, &line, &column)
      case "D": column = max(0, column - max(1, numbers[0]))
      case "C": move(to: column + max(1, numbers[0]), &line, &column)
      default: break
      }
    case "]":
      // A title or a link, up to BEL or ESC \.
      while let next = rest.popFirst() {
        if next == "\u{7}" { break }
        if next == "\u{1b}" {
          if rest.first == "\\" { rest.removeFirst() }
          break
        }
      }
    case "(", ")": rest.removeFirst(min(2, rest.count))
    case .some: rest.removeFirst()
    case nil: break
    }
  }

  private static func move(to target: Int, _ line: inout [(Character, Style)], _ column: inout Int) {
    column = min(target, 4096)
    while line.count < column { line.append((" ", Style())) }
  }

  private static func apply(_ numbers: [Int], to style: inout Style) {
    var rest = numbers[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: style = Style()
      case 1: style.isBold = true
      case 3: style.isItalic = true
      case 4: style.isUnderlined = true
      case 22: style.isBold = false
      case 23: style.isItalic = false
      case 24: style.isUnderlined = false
      case 30...37: style.colour = number - 30
      case 90...97: style.colour = number - 90
      case 39: style.colour = nil
      case 38, 48:
        // A colour of 256, or red, green and blue: only the first sixteen of 256 have a name.
        let kind = rest.popFirst()
        if kind == 5, let index = rest.popFirst(), number == 38 {
          style.colour = index < 16 ? index % 8 : nil
        }
        if kind == 2 { rest = rest.dropFirst(3) }
      default: break
      }
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
