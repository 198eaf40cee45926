internal import Chapters
internal import Markup

/// A badge: a small SVG picture with a label on a dark ground and a result on a coloured one, for a README. It asks for
/// nothing over the network and its text keeps its width in any font.
package struct Badge: Hashable, Sendable {
  package var label: String
  package var result: String
  package var level: Level

  /// The colour of the result; each has a contrast of 4.5 to 1 or more with its white text.
  package enum Level: String, Hashable, Sendable {
    case good = "#1a7f37"
    case fair = "#8a5a00"
    case bad = "#b3261e"
  }

  package init(label: String, result: String, level: Level) {
    self.label = label
    self.result = result
    self.level = level
  }

  /// The result of running a book again and comparing every finding with its report.
  ///
  /// - Parameters:
  ///   - identical: the findings that are the same to the last bit.
  ///   - differing: the findings that differ.
  ///   - wrong: those of them that do not agree with the report.
  ///   - failures: the cells that failed.
  package init(identical: Int, differing: Int, wrong: Int, failures: Int) {
    let all = identical + differing
    if failures > 0 {
      self.init(label: "reproduced", result: "\(failures) of the cells failed", level: .bad)
    } else if wrong > 0 {
      self.init(label: "reproduced", result: "\(wrong) of \(all) findings differ", level: .bad)
    } else if differing > 0 {
      self.init(
        label: "reproduced",
        result: "\(counted(all, "finding")), \(identical) to the last bit",
        level: .fair
      )
    } else {
      self.init(label: "reproduced", result: "\(counted(all, "finding")) to the last bit", level: .good)
    }
  }

  /// The SVG file.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    node.write(to: &bytes)
    return bytes + [10]
  }

  private var node: Node {
    let (left, right) = (Self.width(label), Self.width(result))
    return tag(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": "\(left + right)", "height": "20", "role": "img",
        "aria-label": "\(label): \(result)",
      ],
      tag("title", [:], .text("\(label): \(result)")),
      tag("rect", ["width": "\(left)", "height": "20", "fill": "#444"]),
      tag("rect", ["x": "\(left)", "width": "\(right)", "height": "20", "fill": .some(level.rawValue)]),
      Self.text(label, at: 0, width: left),
      Self.text(result, at: left, width: right)
    )
  }

  private static let margin = 6

  /// The width of a text with its margins, in pixels.
  private static func width(_ text: String) -> Int { text.count * 7 + 2 * margin }

  private static func text(_ text: String, at start: Int, width: Int) -> Node {
    tag(
      "text",
      [
        "x": "\(start + margin)", "y": "14", "textLength": "\(width - 2 * margin)",
        "lengthAdjust": "spacingAndGlyphs", "fill": "#fff", "font-family": "Verdana,DejaVu Sans,sans-serif",
        "font-size": "11",
      ],
      .text(text)
    )
  }
}
