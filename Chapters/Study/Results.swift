import Foundation
import Laboratory

/// What was measured of several arms: for each arm a row of numbers in each world.
struct Results {
  var arms: [Arm] = []
  private var rows: [Arm: [[Double]]] = [:]

  /// Measures each arm in each world.
  init(_ arms: [Arm], in worlds: [World], measure: (Arm, World) throws -> [Double]) rethrows {
    self.arms = arms
    // World by world, so that the pictures of only one world need to be drawn at a time.
    for world in worlds {
      for arm in arms { rows[arm, default: []].append(try measure(arm, world)) }
    }
  }

  /// One number of an arm, by world.
  func values(_ arm: Arm, _ column: Int = 0) -> [Double] { rows[arm]?.map { $0[column] } ?? [] }

  /// The change of an error from one arm to another, in percent of the second, by world: 100 (a − b) / b.
  ///
  /// The column holds rates of success; their errors are 1 − rate.
  func errorChange(_ arm: Arm, from other: Arm, _ column: Int = 0) -> [Double] {
    zip(values(arm, column), values(other, column)).map { rate, base in
      base < 1 ? 100 * (base - rate) / (1 - base) : (rate < 1 ? 100 : 0)
    }
  }

  /// Records the change of the error from each arm to the minimum margin, as `NAME-from-ARM`.
  ///
  /// - Parameter test: what the error is of, for captions.
  func recordChanges(_ name: String, _ column: Int = 0, on test: String) {
    for arm in arms where arm != .moderate {
      record(
        "\(name)-from-\(arm.key)",
        errorChange(.moderate, from: arm, column).measured(.percent, .lowerIsBetter),
        caption:
          "\(test): change of the error from \(arm.label) to Minimum Margin, in percent; negative favours the margin"
      )
    }
  }

  /// A table with a row for each arm: means over worlds with their spread.
  func table(_ columns: [Table.Column]) -> Table {
    var table = Table(columns: [.init("model")] + columns)
    for arm in arms {
      let cells = columns.indices.map { Table.Value.measurement(values(arm, $0).measured(columns[$0].unit)) }
      let group =
        arm.margin == nil && !arm.goesOn ? "as the paper trains them" : "trained on for as long as the margin"
      table.append([.text(arm.label)] + cells, group: group)
    }
    return table
  }
}

extension Measured.Unit {
  /// Percent of something else, not of a whole: a change.
  static let percent = Measured.Unit.symbol("%")
  /// Percentage points: what the difference of two rates is in.
  static let points = Measured.Unit.symbol("points")
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(count) }

  /// The sample standard deviation, with divisor n − 1; 0 for a single value.
  var deviation: Double { paired?.standardDeviation ?? 0 }

  /// The paired differences that these values are; `nil` where there is one world only.
  var paired: PairedDifference? { count > 1 ? PairedDifference(self) : nil }

  /// The mean over worlds with its spread, its interval by Student's t and the values; a single value as it is.
  func measured(_ unit: Measured.Unit, _ direction: Direction = .neutral) -> Measured {
    paired.map { Measured($0, unit: unit, direction: direction) }
      ?? Measured(mean, unit: unit, direction: direction, values: self)
  }
}

/// A curve over worlds: its mean with a band for the interval of the mean at 95 %.
///
/// - Parameter values: `values[world][place]`.
func band(_ series: String, x: [Double], _ values: [[Double]]) -> [Chart.Mark] {
  let means = x.indices.map { place in values.map { $0[place] }.measured(.none) }
  let line = Chart.Mark.line(series: series, points: zip(x, means).map { .init($0, $1.value) })
  let spans = zip(x, means).compactMap { x, mean in mean.interval.map { Chart.Span(x, $0.lower, $0.upper) } }
  return (spans.isEmpty ? [] : [.band(series: series, spans: spans)]) + [line]
}

/// One row of a figure of effects: a name and what was measured.
struct Effect {
  var label: String
  var measured: Measured
}

/// Effects with their intervals, one beneath the other, and the range that is too small to matter.
func effects(
  _ axis: String,
  series: String,
  _ effects: [Effect],
  smallest: Double,
  summary: String,
  aspectRatio: Double = 1.8
) -> Chart {
  Chart(
    x: .init(axis),
    y: .init("", scale: .categorical(effects.map(\.label))),
    marks: effectMarks(series, effects, smallest: smallest),
    summary: summary,
    aspectRatio: aspectRatio
  )
}

/// The marks of a figure of effects.
func effectMarks(_ series: String, _ effects: [Effect], smallest: Double) -> [Chart.Mark] {
  let ends = (-0.5, Double(effects.count) - 0.5)
  var marks: [Chart.Mark] = [
    .rule(series: "no change", from: .init(0, ends.0), to: .init(0, ends.1)),
    .rule(
      series: "smallest change of interest",
      from: .init(-smallest, ends.0),
      to: .init(-smallest, ends.1)
    ),
    .rule(series: "smallest change of interest", from: .init(smallest, ends.0), to: .init(smallest, ends.1)),
  ]
  for (place, effect) in effects.enumerated() {
    if let interval = effect.measured.interval {
      marks.append(
        .rule(
          series: series,
          from: .init(interval.lower, Double(place)),
          to: .init(interval.upper, Double(place))
        )
      )
    }
  }
  marks.append(
    .dots(series: series, points: effects.enumerated().map { .init($1.measured.value, Double($0)) })
  )
  return marks
}

extension Measured {
  /// The number in words, with its interval, for sentences that a cell writes.
  var words: String {
    let width = interval.map { $0.upper - $0.lower } ?? abs(value)
    let usual = width > 0 ? Swift.min(4, Swift.max(0, 1 - Int(log10(width).rounded(.down)))) : 1
    let digits = digits(atLeast: usual)
    let symbol = if case .symbol(let symbol) = unit { "\u{A0}" + symbol } else { "" }
    let text = value.text(digits: digits) + symbol
    return boundsInWords(digits: digits).map { "\(text) (\($0))" } ?? text
  }

  /// The bounds of the interval in words, with one decimal place or more; nil where there is no interval.
  var boundsInWords: String? { boundsInWords(digits: digits(atLeast: 1)) }

  private func boundsInWords(digits: Int) -> String? {
    interval.map { "\($0.lower.text(digits: digits)) to \($0.upper.text(digits: digits))" }
  }

  /// The decimal places to show: as many as asked for, and more where a bound of the interval would be rounded to zero, since the side
  /// of zero on which a bound lies says whether the interval holds it.
  private func digits(atLeast usual: Int) -> Int {
    let bounds = interval.map { [$0.lower, $0.upper] } ?? []
    return bounds.filter { $0 != 0 }.reduce(usual) { digits, bound in
      (digits...).first { Double(String(format: "%.\($0)f", bound)) != 0 } ?? digits
    }
  }
}

/// A p-value as papers print it: three digits, or that it is below 0.001.
func pText(_ value: Double) -> String { value < 0.001 ? "< 0.001" : String(format: "%.3f", value) }

extension Double {
  /// The number with so many decimal places, as a reader writes it: −1.2, and 0.0 without a sign.
  func text(digits: Int) -> String {
    let text = String(format: "%.\(digits)f", self)
    return Double(text) == 0 ? text.replacing("-", with: "") : text.replacing("-", with: "−")
  }

  /// The number as a reader writes it: 0.0032, and with a power of ten where it is below 0.0001: 2 × 10⁻⁷.
  ///
  /// A product of decimals may be off in its last digits, 0.0002 · 0.001 is; fifteen digits hold every decimal and none of that.
  var inPowersOfTen: String {
    let text = String(describing: Double(String(format: "%.15g", self)) ?? self)
    let parts = text.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return text }
    let superscripts: [Character: String] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    let power = String(exponent).map { superscripts[$0] ?? "" }.joined()
    return "\(parts[0])\u{A0}×\u{A0}10\(power)"
  }
}

extension Int {
  /// The number as a reader writes it, in groups of three: 23,467,824.
  var grouped: String {
    let digits = Array(String(self))
    return digits.indices.reduce(into: "") { text, place in
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digits[place])
    }
  }
}
