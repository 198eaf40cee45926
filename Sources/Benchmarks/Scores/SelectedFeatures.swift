package import Faces
package import Tensors

/// Some rows of another source.
package struct SelectedFeatures<Source: FeatureSource>: FeatureSource {
  package typealias Element = Source.Element

  private let source: Source
  /// The rows of the source, in any order and each as often as wanted.
  package let rows: [Int]

  package init(_ source: Source, rows: [Int]) {
    self.source = source
    self.rows = rows
  }

  package var rowCount: Int { rows.count }
  package var rowLength: Int { source.rowLength }

  package func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Element>) throws {
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

/// Calls the body with each row of a source, read in blocks.
package func forEachRow<Element: Scalar>(
  of source: any FeatureSource<Element>,
  _ body: (Int, UnsafeBufferPointer<Element>) throws -> Void
) throws {
  let (count, length) = (source.rowCount, source.rowLength)
  let blockLength = max(1, min(count, (1 << 14) / max(1, length)))
  let block = UnsafeMutablePointer<Element>.allocate(capacity: blockLength * length)
  defer { block.deallocate() }
  for start in stride(from: 0, to: count, by: blockLength) {
    let rows = start..<min(count, start + blockLength)
    try source.read(rows, into: block)
    for (place, row) in rows.enumerated() {
      try body(row, UnsafeBufferPointer(start: block + place * length, count: length))
    }
  }
}
