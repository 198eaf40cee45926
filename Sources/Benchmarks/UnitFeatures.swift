public import Faces
public import Tensors

/// Features read from another source and scaled to unit length on the way.
public struct UnitFeatures<Source: FeatureSource>: FeatureSource where Source.Element == Float {
  public typealias Element = Float

  private let source: Source
  private let isRaw: Bool

  /// Wraps a source.
  ///
  /// - Parameter isRaw: passes features on as they are.
  public init(_ source: Source, isRaw: Bool = false) {
    self.source = source
    self.isRaw = isRaw
  }

  public var rowCount: Int { source.rowCount }
  public var rowLength: Int { source.rowLength }

  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try source.read(rows, into: destination)
    guard !isRaw else { return }
    normaliseRows(destination, rowCount: rows.count, length: rowLength)
  }
}
