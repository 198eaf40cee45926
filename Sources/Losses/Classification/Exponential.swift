internal import CKernels
internal import Foundation
internal import Tensors

/// Adds a bias to a row of logits and returns the largest logit.
///
/// - Parameters:
///   - row: `[class]`.
///   - bias: `[class]`.
func addBias<Element: Scalar>(
  _ bias: UnsafePointer<Element>,
  to row: UnsafeMutablePointer<Element>,
  _ count: Int
) -> Element {
  if let bias = bias as? UnsafePointer<Float>, let row = row as? UnsafeMutablePointer<Float> {
    var largest: Float = 0
    vector_add_largest(bias, row, count, &largest)
    return Element(largest)
  }
  var largest = -Element.infinity
  for index in 0..<count {
    row[index] += bias[index]
    largest = row[index] > largest ? row[index] : largest
  }
  return largest
}

/// Replaces each element by `exp(element − offset)` and returns their sum.
///
/// In Float a polynomial, within 2 units in the last place: calls of `exp` for thousands of classes would cost as much as the
/// matrix products. NaN stays NaN.
///
/// - Precondition: no element is above the offset.
func exponentiate<Element: Scalar>(
  _ values: UnsafeMutablePointer<Element>,
  count: Int,
  offset: Element
) -> Element {
  if let values = values as? UnsafeMutablePointer<Float>, let offset = offset as? Float {
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 9) { sums in
      vector_exponentials(values, count, offset, sums.baseAddress)
      let whole = UnsafeRawBufferPointer(sums).loadUnaligned(as: SIMD8<Float>.self).sum()
      return Element(whole + sums[8])
    }
  }
  var sum: Element = 0
  for index in 0..<count {
    values[index] = Element(exp(Double(values[index] - offset)))
    sum += values[index]
  }
  return sum
}
