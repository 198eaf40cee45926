package import Faces

/// Some rows of another source.
package struct SelectedFeatures<Source: FeatureSource>: FeatureSource where Source.Element == Float {
  package typealias Element = Float

  private let source: Source
  /// The rows of the source, in any order and each as often as wanted.
  package let rows: [Int]

  package init(_ source: Source, rows: [Int]) {
    self.source = source
    self.rows = rows
  }

  package var rowCount: Int { rows.count }
  package var rowLength: Int { source.rowLength }

  package func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, rows[end] == rows[end - 1] + 1 { end += 1 }
      let target = destination + (start - range.lowerBound) * rowLength
      try source.read(rows[start]..<rows[end - 1] + 1, into: target)
      start = end
    }
  }
}
