internal import CKernels
internal import Tensors

/// Operations on the rows of a matrix that several losses use.
extension Tensor {
  /// Returns the rows of the given indices, `[index, column]`.
  func rows(_ indices: [Int]) -> Tensor {
    let width = rowLength
    var result = Tensor(uninitialized: [indices.count, width])
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { target in
        for (place, index) in indices.enumerated() {
          (target + place * width).update(from: source + index * width, count: width)
        }
      }
    }
    return result
  }

  /// Returns the squared Euclidean distances of all pairs of rows, `[row, row]`, by one matrix product.
  ///
  /// ```
  /// dᵢⱼ = gᵢᵢ + gⱼⱼ − 2·gᵢⱼ        G = R·Rᵀ
  /// ```
  ///
  /// A distance that rounding makes negative becomes 0.
  func squaredDistances() -> Tensor {
    let (count, width) = (rowCount, rowLength)
    var result = Tensor(uninitialized: [count, count])
    withUnsafePointer { rows in
      result.withUnsafeMutablePointer { d in
        Element.multiply(
          rows: count,
          columns: count,
          inner: width,
          scale: 1,
          rows,
          stride: width,
          transposed: false,
          rows,
          stride: width,
          transposed: true,
          keeping: 0,
          into: d,
          stride: count
        )
        let norms = (0..<count).map { d[$0 * count + $0] }
        for i in 0..<count {
          for j in 0..<count {
            let distance = norms[i] + norms[j] - 2 * d[i * count + j]
            d[i * count + j] = i == j || distance < 0 ? 0 : distance
          }
        }
      }
    }
    return result
  }

  /// Returns the squared Euclidean distances of the pairs of rows i < j, `[row, row]`, from their differences; the rest is 0.
  ///
  /// Slower than `squaredDistances()`, without its cancellation for rows that nearly coincide: a loss that takes the
  /// reciprocal of a distance needs this one.
  func exactSquaredDistances() -> [Double] {
    let (count, width) = (rowCount, rowLength)
    var result = [Double](repeating: 0, count: count * count)
    withUnsafePointer { rows in
      for i in 0..<count {
        for j in (i + 1)..<max(i + 1, count) {
          result[i * count + j] = Double(squaredDistance8(rows + i * width, rows + j * width, width))
        }
      }
    }
    return result
  }

  /// Returns the unit rows `x / ‖x‖`, each number multiplied by the norm's reciprocal, and the norms, `[row]`. A row of
  /// zeros stays zero.
  func unitRowsAndNorms() -> (rows: Tensor, norms: [Element]) {
    let width = rowLength
    var result = self
    var norms = [Element](repeating: 0, count: rowCount)
    result.withUnsafeMutablePointer { values in
      norms.withUnsafeMutableBufferPointer { norms in
        nonisolated(unsafe) let (values, norms) = (values, norms)
        forEachRow(of: norms.count) { index in
          let row = values + index * width
          let norm = innerProduct8(row, row, width).squareRoot()
          norms[index] = norm
          if norm > 0 || norm.isNaN { scale(row, by: 1 / norm, count: width) }
        }
      }
    }
    return (result, norms)
  }

  /// Turns a gradient g in the unit rows z into the gradient in the rows x: `(g − (g·z)·z) / ‖x‖`, 0 for a row of zeros.
  ///
  /// - Parameters:
  ///   - normalised: the unit rows, `[row, column]`.
  ///   - norms: the norms of the rows, `[row]`.
  mutating func passThroughNormalisation(of normalised: Tensor, norms: [Element]) {
    let width = rowLength
    withUnsafeMutablePointer { gradient in
      normalised.withUnsafePointer { directions in
        nonisolated(unsafe) let (gradient, directions) = (gradient, directions)
        forEachRow(of: norms.count) { index in
          let (g, z) = (gradient + index * width, directions + index * width)
          let along = innerProduct8(g, z, width)
          let inverse = norms[index] == 0 ? 0 : 1 / norms[index]
          for k in 0..<width { g[k] = (g[k] - along * z[k]) * inverse }
        }
      }
    }
  }

  /// Returns the sum of the rows, added in order: `[column]`.
  func rowSum() -> Tensor {
    let (count, width) = (rowCount, rowLength)
    var result = Tensor(zeros: [width])
    let chunkCount = (width + 4095) / 4096
    withUnsafePointer { rows in
      result.withUnsafeMutablePointer { sum in
        nonisolated(unsafe) let (rows, sum) = (rows, sum)
        Parallel.forEach(chunkCount) { chunk in
          let columns = (chunk * 4096)..<min(width, (chunk + 1) * 4096)
          if let rows = rows as? UnsafePointer<Float>, let sum = sum as? UnsafeMutablePointer<Float> {
            let first = columns.lowerBound
            return rows_add(rows + first, width, count, columns.count, sum + first)
          }
          for row in 0..<count {
            for column in columns { sum[column] += rows[row * width + column] }
          }
        }
      }
    }
    return result
  }

  /// Adds a multiple of a tensor of the same shape.
  mutating func add(_ other: Tensor, times factor: Element = 1) {
    require(shape == other.shape, "\(other.shape) cannot be added to \(shape)")
    let count = count
    withUnsafeMutablePointer { target in
      other.withUnsafePointer { source in
        for index in 0..<count { target[index] += factor * source[index] }
      }
    }
  }

  /// Multiplies each element.
  mutating func multiply(by factor: Element) {
    let count = count
    if factor != 1 { withUnsafeMutablePointer { scale($0, by: factor, count: count) } }
  }
}

/// Calls the body once for each row, 256 rows at a time on several threads.
private func forEachRow(of count: Int, _ body: @Sendable (Int) -> Void) {
  let length = 256
  Parallel.forEach((count + length - 1) / length) { chunk in
    for row in (chunk * length)..<min(count, (chunk + 1) * length) { body(row) }
  }
}

@inline(__always)
private func scale<Element: Scalar>(_ values: UnsafeMutablePointer<Element>, by factor: Element, count: Int) {
  for index in 0..<count { values[index] *= factor }
}
