internal import Benchmarks
internal import Faces
internal import Tensors

/// The features of images as they are pooled to those of templates: of a file, with halves added or at unit length where
/// the rules say so, and read as they are needed.
struct ImageFeatures: FeatureSource {
  private let source: SelectedFeatures<FeatureFile>
  private let addsHalves: Bool
  private let hasUnitLength: Bool
  let rowLength: Int

  /// - Throws: an ``EvaluationError`` where rows have no halves to add.
  init(_ source: SelectedFeatures<FeatureFile>, addsHalves: Bool, hasUnitLength: Bool) throws {
    guard !addsHalves || source.rowLength.isMultiple(of: 2) else {
      throw EvaluationError.oddDimensions(source.rowLength)
    }
    self.source = source
    self.addsHalves = addsHalves
    self.hasUnitLength = hasUnitLength
    rowLength = addsHalves ? source.rowLength / 2 : source.rowLength
  }

  var rowCount: Int { source.rowCount }

  func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    if addsHalves {
      let sums = try FeatureTable.tensor(of: source, rows).sumOfHalves
      sums.withUnsafePointer { destination.update(from: $0, count: rows.count * rowLength) }
    } else {
      try source.read(rows, into: destination)
    }
    if hasUnitLength { normaliseRows(destination, rowCount: rows.count, length: rowLength) }
  }
}
