public import Faces
internal import Tensors

/// Which of two embedders is better on the same pairs: differences of their figures with intervals.
///
/// Both embedders judge the same pairs and share most errors, so their difference is known better than either figure. In
/// each round of a bootstrap the same draw serves both:
///
/// - over identities: as many persons as there are, with replacement; a pair counts as often as the product of how often
///   its persons were drawn, a pair of one person as often as the person. It covers other persons;
/// - over pairs: as many pairs as there are, with replacement. It covers other pairs of these persons.
///
/// Accuracy is judged by the thresholds that the folds chose on all data; true accept rates find their thresholds anew in
/// each round.
///
/// Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, percentile method.
public struct PairedComparison: Hashable, Sendable {
  /// The figures that are compared.
  public let differences: [Difference]
  /// The number of pairs that only the first, and only the second embedder judges rightly in its fold.
  public let onlyFirstRight: Int
  public let onlySecondRight: Int
  /// The share of the rounds within an interval.
  public let level: Double
  /// The number of rounds of each bootstrap.
  public let rounds: Int

  /// One figure of both embedders.
  public struct Difference: Hashable, Sendable {
    public var name: String
    public var first: Double
    public var second: Double
    /// Whether more is better.
    public var moreIsBetter: Bool
    /// The interval of `second − first` over identities.
    public var overIdentities: ClosedRange<Double>
    /// The interval of `second − first` over pairs.
    public var overPairs: ClosedRange<Double>

    /// `second − first`.
    public var difference: Double { second - first }

    /// Which embedder is better; `undecided` where an interval holds 0.
    public var verdict: Verdict {
      let lower = min(overIdentities.lowerBound, overPairs.lowerBound)
      let upper = max(overIdentities.upperBound, overPairs.upperBound)
      if lower > 0 { return moreIsBetter ? .second : .first }
      if upper < 0 { return moreIsBetter ? .first : .second }
      return .undecided
    }
  }

  /// Which embedder is better.
  public enum Verdict: String, Hashable, Sendable, Codable { case first, second, undecided }

  /// Compares two embedders.
  ///
  /// - Parameters:
  ///   - first: the verification by the first embedder.
  ///   - second: by the second, of the same pairs.
  ///   - pairs: the pairs of both.
  ///   - falseAcceptRates: at which true accept rates are compared.
  ///   - level: of the intervals, within `0..<1`.
  ///   - rounds: 2 or more.
  ///   - seed: of the draws.
  public init(
    _ first: PairVerification,
    _ second: PairVerification,
    pairs: PairList,
    falseAcceptRates: [Double] = [1e-2, 1e-3],
    level: Double = 0.95,
    rounds: Int = 2000,
    seed: UInt64 = 1
  ) {
    let count = pairs.pairs.count
    require(
      first.squaredDistances.count == count && second.squaredDistances.count == count,
      "the two embedders are compared on \(first.squaredDistances.count), \(second.squaredDistances.count) and \(count)"
        + " pairs: give the same pairs to both"
    )
    require(level > 0 && level < 1, "the level \(level) of an interval is not between 0 and 1")
    require(rounds >= 2, "a bootstrap needs at least 2 rounds, not \(rounds)")
    let isSame = pairs.pairs.map(\.isSame)
    let embedders = [first, second].map { Embedder($0, pairs: pairs) }
    func figures(_ weights: [Int]) -> [[Double]]? {
      let both = embedders.compactMap { $0.figures(weights, isSame, falseAcceptRates) }
      return both.count == 2 ? both : nil
    }
    let all = figures(Array(repeating: 1, count: count)) ?? [[], []]
    let draws = Draws(pairs: pairs)
    func intervals(_ stream: UInt64, _ draw: (inout SeededGenerator) -> [Int]) -> [ClosedRange<Double>] {
      var chance = SeededGenerator(seed: seed, stream: stream)
      var rows: [[Double]] = []
      for _ in 0..<rounds {
        // A round without a pair of some kind has no curve: it counts as the figures of all.
        let both = figures(draw(&chance)) ?? all
        rows.append(zip(both[0], both[1]).map { $1 - $0 })
      }
      return all[0].indices.map { figure in percentileInterval(of: rows.map { $0[figure] }, level: level) }
    }
    let overIdentities = intervals(1, draws.identities)
    let overPairs = intervals(2, draws.pairs)
    let names =
      ["accuracy"] + falseAcceptRates.map { "true accept rate at false accept rate \($0)" }
      + ["area under the ROC curve", "equal error rate"]
    differences = names.indices.map { index in
      Difference(
        name: names[index],
        first: all[0][index],
        second: all[1][index],
        moreIsBetter: index + 1 < names.count,
        overIdentities: overIdentities[index],
        overPairs: overPairs[index]
      )
    }
    let rights = zip(embedders[0].hits, embedders[1].hits)
    onlyFirstRight = rights.count { $0 && !$1 }
    onlySecondRight = rights.count { !$0 && $1 }
    self.level = level
    self.rounds = rounds
  }
}

/// The scores of one embedder, from which each round of the bootstrap computes its figures.
private struct Embedder {
  let hits: [Bool]
  private let curve: WeightedCurve

  init(_ result: PairVerification, pairs: PairList) {
    let thresholds = result.accuracy.folds.map(\.threshold)
    hits = zip(result.squaredDistances, pairs.pairs).map { ($0 < thresholds[$1.fold]) == $1.isSame }
    curve = WeightedCurve(scores: result.squaredDistances.map { -$0 }, isSame: pairs.pairs.map(\.isSame))
  }

  func figures(_ weights: [Int], _ isSame: [Bool], _ limits: [Double]) -> [Double]? {
    guard let figures = curve.figures(weights: weights, falseAcceptRates: limits) else { return nil }
    var (right, total) = (0, 0)
    for (hit, weight) in zip(hits, weights) {
      total += weight
      if hit { right += weight }
    }
    return [Double(right) / Double(total)] + figures.trueAcceptRates
      + [figures.areaUnderCurve, figures.equalErrorRate]
  }
}

/// Draws how often each pair counts.
private struct Draws {
  private let numbers: [(first: Int, second: Int)]
  private let identityCount: Int

  init(pairs: PairList) {
    numbers = pairs.identityNumbers
    identityCount = 1 + (numbers.map { max($0.first, $0.second) }.max() ?? 0)
  }

  func identities(_ chance: inout SeededGenerator) -> [Int] {
    var drawn = [Int](repeating: 0, count: identityCount)
    for _ in 0..<identityCount { drawn[chance.index(below: identityCount)] += 1 }
    return numbers.map { $0.first == $0.second ? drawn[$0.first] : drawn[$0.first] * drawn[$0.second] }
  }

  func pairs(_ chance: inout SeededGenerator) -> [Int] {
    var drawn = [Int](repeating: 0, count: numbers.count)
    for _ in numbers { drawn[chance.index(below: numbers.count)] += 1 }
    return drawn
  }
}
