internal import Tensors

/// Returns the pseudo-random draw u(k, i) in [−1, 1) that the reference files use; the formula is in their README.
public func referenceDraw(seed: Int, stream k: Int, index i: Int) -> Double {
  let start = (UInt64(seed * 1000 + k) << 32) &+ UInt64(i)
  let z = SeededGenerator.mixed((start &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  return Double(z >> 11) * 0x1p-52 - 1
}
