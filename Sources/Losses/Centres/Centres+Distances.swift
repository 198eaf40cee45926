internal import Tensors

extension Centres {
  /// Returns the squared Euclidean distance of each class's centre to the nearest other centre.
  ///
  /// The paper's figure 1 is a histogram of their square roots. Computed by matrix products of 256 centres with all; infinite
  /// where there is only one class.
  ///
  /// - Complexity: classes² × features.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func nearestSquaredDistances() -> [Double] {
    let (count, width) = (classCount, featureCount)
    var nearest = [Double](repeating: .infinity, count: count)
    let block = 256
    let blockCount = (count + block - 1) / block
    nearest.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      values.withUnsafePointer { rows in
        nonisolated(unsafe) let rows = rows
        let norms = (0..<count).map { innerProduct8(rows + $0 * width, rows + $0 * width, width) }
        Parallel.forEach(blockCount) { index in
          let start = index * block
          let height = min(block, count - start)
          var products = Tensor<Element>(uninitialized: [height, count])
          products.withUnsafeMutablePointer { product in
            Element.multiply(
              rows: height,
              columns: count,
              inner: width,
              scale: 1,
              rows + start * width,
              stride: width,
              transposed: false,
              rows,
              stride: width,
              transposed: true,
              keeping: 0,
              into: product,
              stride: count
            )
            for row in 0..<height {
              var least = Element.infinity
              for other in 0..<count where other != start + row {
                least = min(least, norms[other] - 2 * product[row * count + other])
              }
              results[start + row] = max(0, Double(least + norms[start + row]))
            }
          }
        }
      }
    }
    return nearest
  }
}
