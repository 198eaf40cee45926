internal import Tensors

/// Writes chapters of invented prose from a seed.
struct ChapterWriter {
  private var generator: SeededGenerator
  /// Whether the chapters have neither cells nor anything that must be unique in a book, so that they make one together.
  private let isProse: Bool

  init(seed: UInt64, isProse: Bool = false) {
    generator = SeededGenerator(seed: seed)
    self.isProse = isProse
  }

  mutating func chapter(ofAtLeast bytes: Int) -> String {
    var text = "# \(words(4))\n\n"
    var cells = 0
    while text.utf8.count < bytes {
      switch generator.index(below: 12) {
      case 0: text += "## \(words(5))\n\n"
      case 1: text += (0..<5).map { _ in "- \(sentence())\n" }.joined() + "\n"
      case 2: text += "> \(sentence())\n> \(sentence())\n\n"
      case 3 where isProse: text += "```\n\(words(6))\n\(words(7))\n```\n\n"
      case 4 where isProse: text += "```math\nL = \\sum_i \\| x_i - c \\|^2\n```\n\n"
      case 3:
        cells += 1
        text +=
          "```swift id=cell-\(cells)\nlet values = [1, 2, 3].map { $0 * \(cells) }\nprint(values)\n```\n\n"
      case 4: text += "```math label=eq-\(cells)-\(text.utf8.count)\nL = \\sum_i \\| x_i - c \\|^2\n```\n\n"
      default: text += (0..<5).map { _ in sentence() }.joined(separator: "\n") + "\n\n"
      }
    }
    return text
  }

  private mutating func sentence() -> String {
    let piece =
      switch generator.index(below: 8) {
      case 0: "*\(words(2))*"
      case 1: "**\(words(1))**"
      case 2: "[\(words(2))](https://example.org/\(words(1)) \"\(words(2))\")"
      case 3 where isProse: words(3)
      case 3: "[1.5](finding:cell-1.accuracy)"
      case 4: "$`c_j`$"
      case 5: "`let x = \(generator.index(below: 100))`"
      default: words(3)
      }
    return "\(words(6)) \(piece) \(words(5))."
  }

  private mutating func words(_ count: Int) -> String {
    (0..<count).map { _ in Self.vocabulary[generator.index(below: Self.vocabulary.count)] }.joined(
      separator: " "
    )
  }

  private static let vocabulary = [
    "margin", "centre", "class", "feature", "loss", "identity", "the", "of", "between", "pairs", "face",
    "rate",
    "accept", "distance", "squared", "mean", "over", "batch", "every", "tail", "größer", "&", "learns", "a",
  ]
}
