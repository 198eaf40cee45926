public import Findings
internal import Tensors

/// The rules that turn paired differences into a verdict.
///
/// All rules read differences whose *negative* values favour the claim (a lower error), in the unit of `smallestEffect`. The order
/// of the rules decides where two of them hold:
///
/// 1. *Not administered*, where the treatment is known not to have acted.
/// 2. *Equivalent*, where two one-sided tests at `level` show the mean to lie within ± `smallestEffect`: the effect, if any, is too
///    small to matter.
/// 3. *Reproduced*, where the mean is below 0, and *contradicted*, where it is above 0, at a two-sided p-value at or below `level`.
/// 4. *Inconclusive*, otherwise.
public struct Judgement: Hashable, Sendable {
  /// The smallest effect of interest, above 0.
  public var smallestEffect: Double
  /// The significance level of each test.
  public var level: Double

  /// - Precondition: `smallestEffect > 0`, `level` within (0, 0.5).
  public init(smallestEffect: Double, level: Double = 0.05) {
    require(smallestEffect > 0 && level > 0 && level < 0.5, "effect \(smallestEffect), level \(level)")
    (self.smallestEffect, self.level) = (smallestEffect, level)
  }

  /// Returns the verdict on one contrast.
  ///
  /// - Parameters:
  ///   - pValue: two-sided, after any correction for several tests; `nil` takes the contrast's own.
  ///   - isAdministered: whether the treatment acted.
  public func verdict(_ difference: PairedDifference, pValue: Double? = nil, isAdministered: Bool = true)
    -> Claim.Verdict
  {
    guard isAdministered else { return .notAdministered }
    if isEquivalent(difference) { return .equivalent }
    guard pValue ?? difference.pValue() <= level else { return .inconclusive }
    return difference.mean < 0 ? .reproduced : .contradicted
  }

  /// Returns the verdict on a claim to be better than each of several rivals.
  ///
  /// *Reproduced* needs every difference below 0 at `level`, which needs no correction (an intersection-union test). *Contradicted*
  /// needs one above 0 after Holm's correction over the rivals. *Equivalent* needs all differences equivalent.
  ///
  /// - Precondition: at least one difference.
  public func verdict(againstAll differences: [PairedDifference], isAdministered: Bool = true)
    -> Claim.Verdict
  {
    require(!differences.isEmpty, "a claim to be the best needs rivals")
    guard isAdministered else { return .notAdministered }
    if differences.allSatisfy(isEquivalent) { return .equivalent }
    if differences.allSatisfy({ $0.mean < 0 && $0.pValue() <= level }) { return .reproduced }
    let adjusted = holmAdjusted(differences.map { $0.pValue() })
    let isBehind = zip(differences, adjusted).contains { $0.mean > 0 && $1 <= level }
    return isBehind ? .contradicted : .inconclusive
  }

  /// Whether two one-sided tests show the mean to lie within ± `smallestEffect`.
  public func isEquivalent(_ difference: PairedDifference) -> Bool {
    difference.equivalencePValue(within: -smallestEffect...smallestEffect) <= level
  }
}

extension Measured {
  /// The mean of paired differences with its standard deviation, its interval at 0.95 and the values themselves.
  public init(_ difference: PairedDifference, unit: Unit = .none, direction: Direction = .neutral) {
    self.init(
      difference.mean,
      unit: unit,
      spread: difference.standardDeviation,
      sampleCount: difference.values.count,
      interval: difference.interval(),
      direction: direction,
      values: difference.values
    )
  }
}
