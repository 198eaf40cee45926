/// A seeded pseudorandom generator, SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same draws from a seed on every machine.
///
/// Draws of real numbers use only additions, products, quotients and square roots, which IEEE 754 rounds in one way, and a
/// logarithm of our own.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// The state; a generator created with it as seed continues this stream.
  public private(set) var state: UInt64

  /// Creates the stream of a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// Creates stream number `stream` of a seed; the streams of a seed are independent of each other.
  public init(seed: UInt64, stream: UInt64) {
    state = SeededGenerator.mixed(SeededGenerator.mixed(seed) ^ (stream &* 0xD1B5_4A32_D192_ED03))
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return SeededGenerator.mixed(state)
  }

  /// Returns SplitMix64's output function of a state: a bijection in which every input bit affects every output bit.
  @inlinable
  public static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Draws from the uniform distribution on [0, 1), with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns the draw number `index` from here, counted from 0, of the uniform distribution on [0, 1), without a change of
  /// state.
  @inlinable
  public func uniform(at index: UInt64) -> Double {
    Double(SeededGenerator.mixed(state &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
  }

  /// Draws from the uniform distribution on [`range.lowerBound`, `range.upperBound`).
  public mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Draws an integer in `0..<count`, each equally likely.
  ///
  /// - Precondition: `count` is above 0.
  public mutating func index(below count: Int) -> Int {
    require(count > 0, "no index is below \(count)")
    let bound = UInt64(count)
    let unfair = (UInt64.max % bound &+ 1) % bound
    var draw = next()
    while draw > UInt64.max - unfair { draw = next() }
    return Int(draw % bound)
  }

  /// Draws from the normal distribution with mean 0 and variance 1.
  ///
  /// Marsaglia's polar method; the second of its two numbers is discarded, so that `state` is the whole state.
  public mutating func normal() -> Double {
    while true {
      let x = uniform(in: -1..<1)
      let y = uniform(in: -1..<1)
      let square = x * x + y * y
      if square > 0, square < 1 {
        return x * (-2 * naturalLogarithm(square) / square).squareRoot()
      }
    }
  }

  /// Shuffles the elements into a uniformly random order (Fisher and Yates).
  public mutating func shuffle<Item>(_ items: inout [Item]) {
    guard items.count > 1 else { return }
    for place in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(place, index(below: place + 1))
    }
  }
}

/// Returns the natural logarithm of a positive normal number within 2 units in the last place.
///
/// ```
/// ln x = e·ln 2 + 2·artanh((m − 1)/(m + 1))        x = m·2^e,  √½ ≤ m < √2
/// ```
/// The C library's `log` may differ in the last bit from one processor to the next; this does not.
package func naturalLogarithm(_ x: Double) -> Double {
  require(x.isNormal && x > 0, "the logarithm of \(x), which is not a positive normal number")
  var exponent = Double(x.exponent)
  var significand = x.significand
  if significand > 1.4142135623730951 {
    significand /= 2
    exponent += 1
  }
  let s = (significand - 1) / (significand + 1)
  let square = s * s
  var series = 0.0
  for term in stride(from: 23.0, through: 3, by: -2) { series = (series + 1 / term) * square }
  return exponent * 0.6931471805599453 + 2 * (s + s * series)
}
