public import Tensors

/// The rows of a matrix, read by several threads.
///
/// Unchecked: nobody writes them while it lives.
struct SharedRows<Element: Scalar>: @unchecked Sendable {
  let base: UnsafePointer<Element>
  let rowCount: Int
  let length: Int

  /// The dot product of two rows, added in a fixed order of 16 partial sums.
  @inline(__always)
  func dot(_ first: Int, _ second: Int) -> Element {
    precondition(first >= 0 && first < rowCount && second >= 0 && second < rowCount, "not a row")
    return dotProduct(base + first * length, base + second * length, count: length)
  }
}

/// The dot product of two vectors.
@inline(__always)
func dotProduct<Element: Scalar>(
  _ a: UnsafePointer<Element>,
  _ b: UnsafePointer<Element>,
  count: Int
) -> Element {
  var sums = SIMD16<Element>.zero
  var index = 0
  while index + 16 <= count {
    let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Element>.self)
    let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Element>.self)
    sums += left * right
    index += 16
  }
  var sum = sums.sum()
  while index < count {
    sum += a[index] * b[index]
    index += 1
  }
  return sum
}

/// Scales each row to unit length; a row of length zero stays.
@specialized(where Element == Float)
@specialized(where Element == Double)
package func normaliseRows<Element: Scalar>(_ matrix: inout Tensor<Element>) {
  let length = matrix.rowLength
  let rowCount = matrix.rowCount
  matrix.withUnsafeMutablePointer { base in
    for row in 0..<rowCount {
      let start = base + row * length
      let norm = dotProduct(start, start, count: length).squareRoot()
      guard norm > 0 else { continue }
      for column in 0..<length { start[column] /= norm }
    }
  }
}

extension Tensor {
  /// Returns the rows scaled to unit length; a row of length zero stays zero.
  public func normalisedRows() -> Tensor {
    var result = self
    normaliseRows(&result)
    return result
  }
}
