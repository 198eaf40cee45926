extension Tensor {
  /// Returns the rows scaled to unit length (l2 normalisation), `[row, column]`: each number divided by its row's
  /// Euclidean norm. A row of zeros stays zero.
  public func normalisedRows() -> Tensor {
    var result = self
    result.normaliseRows()
    return result
  }

  /// Scales each row to unit length, as ``normalisedRows()``.
  package mutating func normaliseRows() {
    let (count, length) = (rowCount, rowLength)
    withUnsafeMutablePointer { Tensors.normaliseRows($0, rowCount: count, length: length) }
  }

  /// The squared Euclidean norm of each row, `[row]`.
  package var squaredRowNorms: [Element] {
    withUnsafePointer { Tensors.squaredRowNorms($0, rowCount: rowCount, length: rowLength) }
  }
}

/// Scales each row of a matrix to unit length; a row of zeros stays zero. Rows whose squares overflow or underflow are
/// brought into range first, by a power of two.
///
/// - Parameter rows: `[rowCount, length]`.
@specialized(where Element == Float)
@specialized(where Element == Double)
package func normaliseRows<Element: Scalar>(
  _ rows: UnsafeMutablePointer<Element>,
  rowCount: Int,
  length: Int
) {
  for row in 0..<rowCount {
    let start = rows + row * length
    var square = innerProduct16(start, start, length)
    if !hasSafeSquares(square) {
      bringIntoRange(start, length)
      square = innerProduct16(start, start, length)
    }
    let norm = square.squareRoot()
    guard norm > 0 else { continue }
    for column in 0..<length { start[column] /= norm }
  }
}

/// Whether a sum of squares neither overflowed nor lost digits to underflow.
package func hasSafeSquares<Element: Scalar>(_ sum: Element) -> Bool {
  sum.isFinite && sum > Element.leastNormalMagnitude / (Element.ulpOfOne * Element.ulpOfOne)
}

/// Multiplies a row by the power of two that brings its largest number near 1, so that its squares neither overflow nor
/// underflow; a row of zeros, and one with a number that is not finite, stays.
private func bringIntoRange<Element: Scalar>(_ row: UnsafeMutablePointer<Element>, _ length: Int) {
  var peak: Element = 0
  for column in 0..<length { peak = max(peak, abs(row[column])) }
  guard peak > 0, peak.isFinite else { return }
  let large = Element(sign: .plus, exponent: 32, significand: 1)
  while peak < 1 / large || peak > large {
    let factor = peak < 1 ? large : 1 / large
    for column in 0..<length { row[column] *= factor }
    peak *= factor
  }
}

/// Returns the squared Euclidean norm of each row of a matrix.
///
/// - Parameter rows: `[rowCount, length]`.
@specialized(where Element == Float)
@specialized(where Element == Double)
package func squaredRowNorms<Element: Scalar>(
  _ rows: UnsafePointer<Element>,
  rowCount: Int,
  length: Int
) -> [Element] {
  (0..<rowCount).map { innerProduct16(rows + $0 * length, rows + $0 * length, length) }
}
