public import Findings
internal import Tensors

/// A bootstrap interval of a mean over two random factors: seeds (or worlds) and test identities.
///
/// `values[s][i]` is what seed s found for identity i, for example the difference of two models' errors. Each round draws as many
/// seeds and as many identities as there are, with replacement, and takes the mean of what was drawn. The interval holds
/// the middle part of the rounds (percentile method).
///
/// Source: Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1, 2007.
public struct CrossedBootstrap: Sendable {
  /// How identities belong to seeds.
  public enum Design: Sendable {
    /// All seeds are tested on the same identities: identities are drawn once for all seeds of a round.
    case crossed
    /// Each seed has identities of its own: identities are drawn anew for each seed that was drawn.
    case nested
  }

  /// The mean of all values: of each seed's mean.
  public let mean: Double
  /// The interval of the mean.
  public let interval: Interval

  /// Computes the interval.
  ///
  /// - Precondition: at least two seeds, each with an identity; in a crossed design all have equally many.
  public init(
    _ values: [[Double]],
    design: Design,
    level: Double = 0.95,
    rounds: Int = 2000,
    seed: UInt64 = 1
  ) {
    require(
      values.count >= 2 && values.allSatisfy { !$0.isEmpty },
      "a bootstrap needs two seeds with identities"
    )
    require(
      design == .nested || Set(values.map(\.count)).count == 1,
      "crossed seeds differ in their identities"
    )
    require(level > 0 && level < 1 && rounds >= 2, "level \(level), \(rounds) rounds")
    var chance = SeededGenerator(seed: seed, stream: 71)
    var means: [Double] = []
    for _ in 0..<rounds {
      let shared = design == .crossed ? Self.draw(values[0].count, using: &chance) : []
      var sum = 0.0
      for _ in values.indices {
        let row = values[chance.index(below: values.count)]
        let drawn = design == .crossed ? shared : Self.draw(row.count, using: &chance)
        sum += drawn.reduce(0) { $0 + row[$1] } / Double(drawn.count)
      }
      means.append(sum / Double(values.count))
    }
    mean = values.map { $0.reduce(0, +) / Double($0.count) }.reduce(0, +) / Double(values.count)
    let middle = percentileInterval(of: means, level: level)
    interval = Interval(middle.lowerBound, middle.upperBound, level: level)
  }

  private static func draw(_ count: Int, using chance: inout SeededGenerator) -> [Int] {
    (0..<count).map { _ in chance.index(below: count) }
  }
}
