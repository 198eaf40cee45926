public import Faces
public import Tensors

/// Features read from another source, checked and scaled to unit length on the way.
public struct UnitFeatures<Source: FeatureSource>: FeatureSource where Source.Element == Float {
  public typealias Element = Float

  private let source: Source
  private let isRaw: Bool

  /// Wraps a source.
  ///
  /// - Parameter isRaw: checks features and passes them on as they are.
  public init(_ source: Source, isRaw: Bool = false) {
    self.source = source
    self.isRaw = isRaw
  }

  public var rowCount: Int { source.rowCount }
  public var rowLength: Int { source.rowLength }

  /// Reads rows and scales them.
  ///
  /// - Throws: what the source throws, or an ``EvaluationError`` with the row: not finite, or all zeros.
  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try source.read(rows, into: destination)
    for (place, row) in rows.enumerated() {
      let numbers = UnsafeBufferPointer(start: destination + place * rowLength, count: rowLength)
      try checkFeature(numbers, row: row, needsDirection: true) { _ in "distractor" }
    }
    if !isRaw { normaliseRows(destination, rowCount: rows.count, length: rowLength) }
  }
}
