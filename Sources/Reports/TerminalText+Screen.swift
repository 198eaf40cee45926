extension TerminalText {
  /// The lines of a terminal without limits of height and width, and its cursor.
  struct Screen {
    private(set) var lines: [[(Character, Style)]] = [[]]
    private var row = 0
    private var column = 0
    private var style = Style()

    typealias Scalars = String.UnicodeScalarView.SubSequence

    /// Takes a character, and what belongs to it from the rest of the output.
    mutating func take(_ scalar: Unicode.Scalar, _ rest: inout Scalars) {
      switch scalar {
      case "\n":
        row += 1
        if row == lines.count { lines.append([]) }
        column = 0
      case "\r": column = 0
      case "\u{8}": column = max(0, column - 1)
      case "\t": put("\t")
      case "\u{1b}": escape(&rest)
      case "\u{9b}": control(&rest)
      case "\0"..<" ", "\u{7f}"..."\u{9f}": break
      default:
        if scalar.properties.isGraphemeExtend, column > 0, column <= lines[row].count {
          lines[row][column - 1].0 = Character(String(lines[row][column - 1].0) + String(scalar))
        } else {
          put(Character(scalar))
        }
      }
    }

    private mutating func put(_ character: Character) {
      while lines[row].count < column { lines[row].append((" ", Style())) }
      if column < lines[row].count {
        lines[row][column] = (character, style)
      } else {
        lines[row].append((character, style))
      }
      column += 1
    }

    /// Reads what follows an escape character.
    private mutating func escape(_ rest: inout Scalars) {
      switch rest.popFirst() {
      case "[": control(&rest)
      case "]", "P", "X", "^", "_":
        // A title, a link or a message, up to BEL or ESC \.
        while let next = rest.popFirst() {
          if next == "\u{7}" { return }
          if next == "\u{1b}" {
            if rest.first == "\\" { rest.removeFirst() }
            return
          }
        }
      case "(", ")", "*", "+", "#", "%", " ": _ = rest.popFirst()
      default: break
      }
    }

    /// Reads a control sequence: parameters, then the letter that names it (ECMA-48).
    private mutating func control(_ rest: inout Scalars) {
      var parameters = ""
      while let next = rest.first, (0x20...0x3f).contains(next.value) {
        parameters.unicodeScalars.append(next)
        rest.removeFirst()
      }
      guard let name = rest.popFirst(), !parameters.hasPrefix("?") else { return }
      let first = min(Int(parameters.prefix { $0.isNumber }) ?? 0, 4096)
      switch name {
      case "m": style.apply(parameters)
      case "A": row = max(0, row - max(1, first))
      case "B": moveDown(max(1, first))
      case "C": column = min(column + max(1, first), 4096)
      case "D": column = max(0, column - max(1, first))
      case "E":
        moveDown(max(1, first))
        column = 0
      case "F": (row, column) = (max(0, row - max(1, first)), 0)
      case "G": column = max(1, first) - 1
      case "J" where first == 0:
        eraseToEnd()
        lines.removeLast(lines.count - row - 1)
      case "K" where first == 0: eraseToEnd()
      case "K" where first == 1:
        for place in 0..<min(column + 1, lines[row].count) { lines[row][place] = (" ", Style()) }
      case "K" where first == 2: lines[row] = []
      default: break
      }
    }

    private mutating func eraseToEnd() { lines[row].removeLast(max(0, lines[row].count - column)) }

    /// Moves within the lines that there are.
    private mutating func moveDown(_ count: Int) { row = min(row + count, lines.count - 1) }
  }
}

extension TerminalText.Style {
  /// Applies the parameters of SGR, "select graphic rendition": `1;31`, `38;5;208` or `38:2::255:0:0`.
  mutating func apply(_ parameters: String) {
    // Colons join the parts of one parameter; an empty colour space may stand among them.
    let parts = parameters.split(separator: ";", omittingEmptySubsequences: false).flatMap { part in
      part.contains(":")
        ? part.split(separator: ":").map { Int($0) ?? -1 } : [part.isEmpty ? 0 : Int(part) ?? -1]
    }
    var rest = parts[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: self = Self()
      case 1: isBold = true
      case 3: isItalic = true
      case 4: isUnderlined = true
      case 22: isBold = false
      case 23: isItalic = false
      case 24: isUnderlined = false
      case 30...37: colour = number - 30
      case 90...97: colour = number - 90
      case 39: colour = nil
      case 38, 48:
        let found = Self.extended(&rest)
        if number == 38, let found { colour = found }
      default: break
      }
    }
  }

  /// Reads `5;n`, one of 256 colours, or `2;r;g;b`, and returns the nearest of the eight.
  private static func extended(_ rest: inout ArraySlice<Int>) -> Int? {
    switch rest.popFirst() {
    case 5:
      guard let index = rest.popFirst() else { return nil }
      switch index {
      case 0..<16: return index % 8
      case 16..<232:
        // A cube of six steps for each of red, green and blue.
        let steps = [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6]
        return nearest(steps.map { $0 * 51 })
      case 232..<256: return nearest(Array(repeating: 8 + 10 * (index - 232), count: 3))
      default: return nil
      }
    case 2:
      let parts = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      return parts.count == 3 ? nearest(parts) : nil
    default: return nil
    }
  }

  /// The colour of the same hue: the parts that are more than half as bright as the brightest.
  private static func nearest(_ parts: [Int]) -> Int {
    let brightest = parts.max() ?? 0
    guard brightest >= 64 else { return 0 }
    return parts.enumerated().reduce(0) { $0 + ($1.element * 2 > brightest ? 1 << $1.offset : 0) }
  }
}
