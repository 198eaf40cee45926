/// A measured number with unit, spread, sample count and the direction that is better.
///
/// (Not `Measurement`, which Foundation has: a cell that imports both must not have to choose.)
public struct Measured: Codable, Hashable, Sendable {
  /// The value, in `unit`. Rates are fractions in `0...1`; percent exists only on the page.
  public var value: Double
  public var unit: Measured.Unit
  /// The standard deviation over `sampleCount` folds or repeats, in the same unit.
  public var spread: Double?
  /// The number of folds, repeats or samples behind the value.
  public var sampleCount: Int
  /// An interval that covers the true value at `interval.level`.
  public var interval: Interval?
  public var direction: Direction
  /// The `sampleCount` values behind the mean, for example one for each seed; `nil` where they are not kept.
  public var values: [Double]?

  /// Creates a measurement.
  public init(
    _ value: Double,
    unit: Measured.Unit = .none,
    spread: Double? = nil,
    sampleCount: Int = 1,
    interval: Interval? = nil,
    direction: Direction = .neutral,
    values: [Double]? = nil
  ) {
    self.value = value
    self.unit = unit
    self.spread = spread
    self.sampleCount = sampleCount
    self.interval = interval
    self.direction = direction
    self.values = values
  }

  /// The unit of a number.
  public enum Unit: Hashable, Sendable {
    /// A pure number.
    case none
    /// A rate in `0...1`, shown in percent.
    case fraction
    /// A whole number of things.
    case count
    case seconds
    case bytes
    /// Any other unit by its symbol, for example `images/s`.
    case symbol(String)
  }
}

/// Whether a larger or a smaller number is better.
public enum Direction: String, Codable, Hashable, Sendable {
  case higherIsBetter, lowerIsBetter, neutral
}

/// An interval with the level at which it covers the true value, for example 0.95.
public struct Interval: Codable, Hashable, Sendable {
  public var lower: Double
  public var upper: Double
  public var level: Double

  /// Creates an interval.
  public init(_ lower: Double, _ upper: Double, level: Double = 0.95) {
    self.lower = lower
    self.upper = upper
    self.level = level
  }
}
