internal import Faces
package import Tensors

/// The features of a file, checked and left on the disk: rows are read as they are needed.
package struct FeatureFile: FeatureSource {
  package typealias Element = Float

  package let path: String
  /// The rows that are not features, each with the reason.
  package let marks: [Int: FeatureMark]
  private let rows: any FeatureSource<Float>

  /// Opens a file and reads it once.
  ///
  /// An array in Fortran order is kept in memory, since a row is scattered over the whole file.
  ///
  /// - Parameter halves: how rows are made.
  /// - Throws: a ``DataError``, also for features without dimensions.
  package init(_ path: String, _ halves: FeatureHalves = .none) throws {
    let file = try openFeatures(path)
    self.path = path
    if file.hasContiguousRows { rows = file } else { rows = try FeatureTable.tensor(of: file) }
    marks = try FeatureMarks(in: rows, halves).rows
  }

  package var rowCount: Int { rows.rowCount }
  package var rowLength: Int { rows.rowLength }

  package func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try rows.read(range, into: destination)
  }
}

/// The features of a file, checked: their shape, and rows that say that no face was found.
package struct FeatureTable: Sendable {
  package let path: String
  /// `[row, dimension]`.
  package let features: Tensor<Float>
  /// The rows that are not features, each with the reason.
  package let marks: [Int: FeatureMark]
  /// Whether rows of one number in all places are features.
  let constants: ConstantRows

  /// Reads a file.
  ///
  /// - Throws: a ``DataError``, also for features without dimensions.
  package init(_ path: String, _ halves: FeatureHalves = .none) throws {
    try self.init(Self.tensor(of: openFeatures(path)), path: path, halves)
  }

  package init(_ features: Tensor<Float>, path: String, _ halves: FeatureHalves = .none) throws {
    self.path = path
    self.features = features
    let found = try FeatureMarks(in: features, halves)
    (marks, constants) = (found.rows, found.constants)
  }

  /// Reads rows, all of them unless told which, `[row, dimension]`.
  static func tensor(of source: some FeatureSource<Float>, _ rows: Range<Int>? = nil) throws -> Tensor<Float>
  {
    let rows = rows ?? 0..<source.rowCount
    var features = Tensor<Float>(zeros: [rows.count, source.rowLength])
    try features.withUnsafeMutablePointer { try source.read(rows, into: $0) }
    return features
  }

  /// Throws an error if a row is not a feature.
  ///
  /// - Parameters:
  ///   - canLeaveOut: whether the command has `--allow-missing`.
  ///   - name: of the image of a row.
  /// - Throws: a ``DataError`` with the first such row.
  package func requireAll(canLeaveOut: Bool = true, _ name: (Int) -> String) throws {
    try Self.refuse(marks, name, path: path, canLeaveOut: canLeaveOut)
  }

  /// Throws an error with the first of the rows that are not features.
  static func refuse(
    _ marks: [Int: FeatureMark],
    _ name: (Int) -> String,
    path: String,
    canLeaveOut: Bool = true
  ) throws {
    guard let (row, mark) = marks.min(by: { $0.key < $1.key }) else { return }
    throw mark.error(row: row, name: name(row), path: path, canLeaveOut: canLeaveOut)
  }
}

extension Tensor<Float> {
  /// Returns some rows, `[place, dimension]`.
  func selecting(_ rows: [Int]) -> Tensor {
    if rows.count == rowCount { return self }
    var result = Tensor(zeros: [rows.count, rowLength])
    let length = rowLength
    withUnsafePointer { source in
      result.withUnsafeMutablePointer { target in
        for (place, row) in rows.enumerated() {
          (target + place * length).update(from: source + row * length, count: length)
        }
      }
    }
    return result
  }
}
