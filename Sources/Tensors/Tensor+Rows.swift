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

/// Scales each row of a matrix to unit length; a row of zeros stays zero.
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
    let norm = innerProduct16(start, start, length).squareRoot()
    guard norm > 0 else { continue }
    for column in 0..<length { start[column] /= norm }
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
