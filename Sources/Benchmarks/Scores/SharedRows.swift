internal import Tensors

/// The rows of a matrix, read by several threads.
///
/// Unchecked: the memory must not be written while this exists.
struct SharedRows<Element: Scalar>: @unchecked Sendable {
  let base: UnsafePointer<Element>
  let rowCount: Int
  let length: Int

  /// The dot product of two rows, added in a fixed order of 16 partial sums.
  @inline(__always)
  func dot(_ first: Int, _ second: Int) -> Element {
    require(
      first >= 0 && first < rowCount && second >= 0 && second < rowCount,
      "a pair of the rows \(first) and \(second), but there are \(rowCount) rows"
    )
    return innerProduct16(base + first * length, base + second * length, length)
  }
}
