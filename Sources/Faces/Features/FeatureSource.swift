public import Tensors

/// Features that can be read in pieces, one row an image: a tensor in memory or a file on disk.
public protocol FeatureSource<Element>: Sendable {
  associatedtype Element: Scalar
  /// The number of feature vectors.
  var rowCount: Int { get }
  /// The number of dimensions of each.
  var rowLength: Int { get }
  /// Writes the features of some rows, `[row, dimension]`, to memory.
  ///
  /// - Throws: where a file cannot be read; a tensor never throws.
  func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Element>) throws
}

extension Tensor: FeatureSource {
  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Element>) {
    require(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    withUnsafePointer {
      destination.update(from: $0 + rows.lowerBound * rowLength, count: rows.count * rowLength)
    }
  }
}
