internal import Tensors

/// The power of a two-sided paired t test: the probability of finding a true mean difference.
public struct PairedPower: Hashable, Sendable {
  /// The number of pairs, 2 or more.
  public var count: Int
  /// The standard deviation of the differences, above 0.
  public var standardDeviation: Double
  /// The significance level α.
  public var level: Double

  /// - Precondition: `count >= 2` and `standardDeviation > 0`.
  public init(count: Int, standardDeviation: Double, level: Double = 0.05) {
    require(
      count >= 2 && standardDeviation > 0,
      "\(count) pairs, standard deviation \(standardDeviation)"
    )
    (self.count, self.standardDeviation, self.level) = (count, standardDeviation, level)
  }

  /// Returns the power for a true mean difference, by the noncentral t distribution with δ = difference·√n/σ.
  public func power(forDifference difference: Double) -> Double {
    let nu = Double(count - 1)
    let critical = StudentT(degreesOfFreedom: nu).quantile(1 - level / 2)
    let delta = abs(difference) * Double(count).squareRoot() / standardDeviation
    let distribution = NoncentralT(degreesOfFreedom: nu, noncentrality: delta)
    return 1 - distribution.cumulative(critical) + distribution.cumulative(-critical)
  }

  /// Returns the least true difference that the test finds with a given power, by halving an interval.
  public func detectableDifference(power: Double = 0.8) -> Double {
    require(power > level && power < 1, "the power must lie between the level and 1, not be \(power)")
    var (low, high) = (0.0, standardDeviation)
    while self.power(forDifference: high) < power { high *= 2 }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if self.power(forDifference: middle) < power { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
