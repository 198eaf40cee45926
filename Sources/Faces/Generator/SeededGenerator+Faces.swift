package import Tensors

// Draws for the face generator: Float values from the top 24 bits, so that a face has the same bits on every machine.

extension SeededGenerator {
  /// Creates the stream of a path of numbers, for example a seed, a purpose, an identity and an image: the same numbers
  /// give the same stream, whatever was drawn before.
  package init(path: UInt64...) {
    self.init(
      seed: path.reduce(0x9E37_79B9_7F4A_7C15) {
        SeededGenerator.mixed($0 &+ $1 &* 0xD1B5_4A32_D192_ED03 &+ 1)
      }
    )
  }

  /// Draws from the uniform distribution on [0, 1): a multiple of 2⁻²⁴.
  package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Draws from the uniform distribution between two bounds.
  package mutating func between(_ lower: Float, _ upper: Float) -> Float { lower + (upper - lower) * unit() }

  /// Draws from a bell-shaped distribution with mean 0 and standard deviation 1, within ±3.5: the scaled sum of four
  /// uniform draws.
  package mutating func bell() -> Float {
    let sum = unit() + unit() + unit() + unit()
    return (sum - 2) * 1.7320508
  }

  /// Returns true with the given probability.
  package mutating func happens(_ probability: Float) -> Bool { unit() < probability }
}
