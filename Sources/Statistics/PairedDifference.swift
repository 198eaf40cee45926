internal import Tensors
public import Findings

/// The mean of paired differences with its confidence interval and test, by Student's t.
///
/// A paired difference is taken between two arms in the same world with the same seed, so what the world and the seed do
/// to both arms cancels. With differences d₁…dₙ, mean d̄ and sample standard deviation s (divisor n − 1):
///
/// ```
/// interval at level 1 − α:  d̄ ± t(1 − α/2; n − 1) · s/√n        t statistic:  d̄ / (s/√n)
/// ```
public struct PairedDifference: Hashable, Sendable {
  /// The differences, one for each world.
  public let values: [Double]
  /// Their mean.
  public let mean: Double
  /// Their sample standard deviation, with divisor n − 1.
  public let standardDeviation: Double

  /// - Precondition: at least two finite values.
  public init(_ values: [Double]) {
    require(values.count >= 2 && values.allSatisfy(\.isFinite), "paired differences \(values)")
    self.values = values
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    standardDeviation =
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  /// The standard error of the mean, s/√n.
  public var standardError: Double { standardDeviation / Double(values.count).squareRoot() }

  private var student: StudentT { StudentT(degreesOfFreedom: Double(values.count - 1)) }

  /// Returns the confidence interval of the mean at a level within (0, 1).
  public func interval(level: Double = 0.95) -> Interval {
    let half = student.quantile((1 + level) / 2) * standardError
    return Interval(mean - half, mean + half, level: level)
  }

  /// Returns the two-sided p-value against a mean of `center`. Without any spread it is 0, or 1 where the mean is `center`.
  public func pValue(against center: Double = 0) -> Double {
    guard standardError > 0 else { return mean == center ? 1 : 0 }
    return min(1, 2 * student.upperTail(abs(mean - center) / standardError))
  }

  /// Returns the p-value of two one-sided tests (TOST): small where the mean is shown to lie within `bounds`.
  ///
  /// It is the larger of the two one-sided p-values, against a mean at or below the lower bound and against one at or
  /// above the upper. It is below α exactly where the interval at level 1 − 2α lies within the bounds.
  /// Source: Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987.
  public func equivalencePValue(within bounds: ClosedRange<Double>) -> Double {
    guard standardError > 0 else { return mean > bounds.lowerBound && mean < bounds.upperBound ? 0 : 1 }
    return max(
      student.upperTail((mean - bounds.lowerBound) / standardError),
      student.upperTail((bounds.upperBound - mean) / standardError)
    )
  }

  /// Returns the one-sided p-value against a mean at or below `bound`: small where the mean is shown to exceed it.
  public func pValue(above bound: Double) -> Double {
    guard standardError > 0 else { return mean > bound ? 0 : 1 }
    return student.upperTail((mean - bound) / standardError)
  }
}
