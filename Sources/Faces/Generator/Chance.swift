/// A stream of chance that begins at a place given by numbers: the same numbers, the same stream, on any
/// machine and in any order of asking.
package struct Chance: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins a stream at a place, for example a seed, an identity and an image.
  package init(_ place: UInt64...) {
    state = 0x9E37_79B9_7F4A_7C15
    for number in place { state = Self.mix(state &+ number &* 0xD1B5_4A32_D192_ED03 &+ 1) }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// The finaliser of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0..<1`, a multiple of 2⁻²⁴.
  package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number between two bounds.
  package mutating func between(_ lower: Float, _ upper: Float) -> Float { lower + (upper - lower) * unit() }

  /// A number of mean 0 and deviation 1 within ±3.5: a sum of four even ones.
  package mutating func bell() -> Float {
    let sum = unit() + unit() + unit() + unit()
    return (sum - 2) * 1.7320508
  }

  /// Whether an event of this probability happens.
  package mutating func happens(_ probability: Float) -> Bool { unit() < probability }
}
