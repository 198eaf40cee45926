internal import Findings

/// The layout of the names beneath a categorical x axis: horizontal, slanted or vertical, so that they do not overlap.
struct CategoryLabels {
  enum Placement { case level, aslant, upright }

  let placement: Placement
  /// Each name that is shown; `nil` where two upright lines have no room beside each other, so that only some are.
  let names: [String?]
  /// The width to the left of the plot that the first names need.
  let left: Double
  /// The height beneath the axis.
  let height: Double

  /// The cosine and the sine of 36 degrees, by which names are turned.
  private static let (cosine, sine) = (0.809, 0.588)

  /// - Parameters:
  ///   - left: the margin that the y axis needs.
  ///   - right: where the plot ends.
  ///   - size: the height of a line of text, at the size that a phone gives it.
  init(_ all: [String], left: Double, right: Double, size: Double) {
    let count = Double(max(1, all.count))
    let full = all.map { LabelWidth.of($0, size: size) }.max() ?? 0
    if full + 6 <= (right - left) / count {
      (placement, self.left, height) = (.level, left, 22)
      names = all
      return
    }
    let names = all.map { LabelWidth.shortened($0, to: 11.5 * size, size: size) }
    let widths = names.map { LabelWidth.of($0, size: size) }
    let widest = widths.max() ?? 0
    let line = 1.15 * size
    let aslant = Self.left(aslant: widths, right: right)
    if widest + 6 <= (right - left) / count {
      (placement, self.left, height) = (.level, left, 22)
      self.names = names
    } else if aslant <= 0.4 * right, (right - max(left, aslant)) / count * Self.sine >= line {
      (placement, self.left, height) = (.aslant, max(left, aslant), widest * Self.sine + 18)
      self.names = names
    } else {
      (placement, self.left, height) = (.upright, left, widest + 14)
      let step = Self.step(room: (right - left) / count, line: line)
      self.names = names.enumerated().map { $0.offset.isMultiple(of: step) ? $0.element : nil }
    }
  }

  /// Of how many names one is shown, so that lines of a height do not touch.
  static func step(room: Double, line: Double) -> Int {
    room > 0 ? max(1, Int((line / room).rounded(.up))) : 1
  }

  /// Where the plot must begin so that no name written aslant begins left of the picture.
  private static func left(aslant widths: [Double], right: Double) -> Double {
    widths.enumerated().reduce(0) { left, item in
      let share = (Double(item.offset) + 0.5) / Double(widths.count)
      return max(left, (cosine * item.element - 2 - share * right) / (1 - share))
    }
  }
}
