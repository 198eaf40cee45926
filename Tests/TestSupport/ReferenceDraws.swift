/// Returns the pseudo-random draw u(k, i) in [−1, 1) that the reference files use; the formula is in their README.
public func referenceDraw(seed: Int, stream k: Int, index i: Int) -> Double {
  var z = (UInt64(seed * 1000 + k) << 32) &+ UInt64(i)
  z = (z &+ 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  z ^= z >> 31
  return Double(z >> 11) * 0x1p-52 - 1
}
