internal import Foundation
internal import Tensors

/// Replaces each element by `exp(element − offset)` and returns their sum.
///
/// In Float a polynomial, within 2 units in the last place, vectorised: calls of `exp` for thousands of classes would cost as
/// much as the matrix products. NaN stays NaN.
///
/// - Precondition: no element is above the offset.
func exponentiate<Element: Scalar>(
  _ values: UnsafeMutablePointer<Element>,
  count: Int,
  offset: Element
) -> Element {
  if Element.self == Float.self {
    let values = UnsafeMutableRawPointer(values).assumingMemoryBound(to: Float.self)
    return Element(exponentiateFloats(values, count: count, offset: Float(offset)))
  }
  var sum: Element = 0
  for index in 0..<count {
    values[index] = Element(exp(Double(values[index] - offset)))
    sum += values[index]
  }
  return sum
}

private func exponentiateFloats(_ values: UnsafeMutablePointer<Float>, count: Int, offset: Float) -> Float {
  typealias Lanes = SIMD8<Float>
  var sums = Lanes(repeating: 0)
  let whole = count & ~7
  for start in stride(from: 0, to: whole, by: 8) {
    let place = UnsafeMutableRawPointer(values + start)
    let result = exponential(place.loadUnaligned(as: Lanes.self) - offset)
    place.storeBytes(of: result, as: Lanes.self)
    sums += result
  }
  var rest: Float = 0
  for index in whole..<count {
    values[index] = exponential(Lanes(repeating: values[index] - offset))[0]
    rest += values[index]
  }
  return sums.sum() + rest
}

/// exp(x) for x in −80...0, and 0 below: such terms do not change a sum, and subnormal numbers are slow.
///
/// `x = n·ln 2 + r`, |r| ≤ ½ ln 2; exp(r) by its Taylor polynomial of degree 7; 2ⁿ by its bits.
@inline(__always)
private func exponential(_ argument: SIMD8<Float>) -> SIMD8<Float> {
  let isTiny = argument .< -80
  let x = argument.replacing(with: 0, where: isTiny)
  let shift: Float = 12_582_912  // 1.5·2²³: adding it rounds to an integer, kept in the lowest bits
  let shifted = x * 1.442_695_04 + shift
  let n = shifted - shift
  let r = (x - n * 0.693_145_75) - n * 1.428_606_8e-6
  var p = r * (1.0 / 5040) + (1.0 / 720)
  p = p * r + (1.0 / 120)
  p = p * r + (1.0 / 24)
  p = p * r + (1.0 / 6)
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  let bits = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127
  return (p * unsafeBitCast(bits &<< 23, to: SIMD8<Float>.self)).replacing(with: 0, where: isTiny)
}
