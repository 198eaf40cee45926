public import Tensors

/// Features that are made when they are asked for and not kept: a million distractors in the memory of one block.
///
/// ```swift
/// let distractors = FeatureStream(rowCount: 1_000_000, rowLength: 512) { rows in
///   try model.embeddings(of: benchmark.distractors.subset(Array(rows)))
/// }
/// let results = try Identification.evaluate(probes: probes, identities: people, distractors: distractors)
/// ```
public struct FeatureStream: FeatureSource {
  public typealias Element = Float

  public let rowCount: Int
  public let rowLength: Int
  private let make: @Sendable (Range<Int>) throws -> Tensor<Float>

  /// Creates a source.
  ///
  /// - Parameter make: returns the features of some rows, `[row, dimension]`; it is called from several threads, and must
  ///   give the same for the same rows.
  public init(rowCount: Int, rowLength: Int, make: @escaping @Sendable (Range<Int>) throws -> Tensor<Float>) {
    self.rowCount = rowCount
    self.rowLength = rowLength
    self.make = make
  }

  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    let made = try make(rows)
    require(
      made.rowCount == rows.count && made.rowLength == rowLength,
      "features of the shape \(made.shape) for \(rows.count) rows of \(rowLength)"
    )
    made.read(0..<rows.count, into: destination)
  }
}
