internal import Chapters
internal import Foundation

/// The Swift program of a chapter: its cells in order, each between two calls that mark it, with `#sourceLocation` for the
/// lines.
struct Script {
  /// The program's text.
  var text: String

  /// Tangles the cells of a chapter; compiler and backtrace then name lines of `file`.
  ///
  /// - Parameter module: the module of the sources that chapters share; `nil` where there are none.
  init(cells: some Sequence<Cell>, file: String, module: String?) {
    text = "import Laboratory\n" + (module.map { "@testable import \($0)\n" } ?? "")
    for cell in cells {
      text += "Laboratory.beginCell(\(Self.literal(cell.id)))\n"
      text += Self.located(cell, in: file)
      text += "#sourceLocation()\nLaboratory.endCell(\(Self.literal(cell.id)))\n"
    }
  }

  /// The code of one cell alone, for a check of its syntax.
  init(alone cell: Cell, file: String) {
    text = Self.located(cell, in: file)
  }

  private static func located(_ cell: Cell, in file: String) -> String {
    let line = "#sourceLocation(file: \(literal(file)), line: \(cell.location.line + 1))\n"
    return line + cell.code + (cell.code.hasSuffix("\n") ? "" : "\n")
  }

  private static func literal(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"", "\\": result += "\\\(character)"
      case _ where character.value < 32: result += "\\u{\(String(character.value, radix: 16))}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}
