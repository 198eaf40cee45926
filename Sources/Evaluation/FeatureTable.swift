package import Faces
package import Tensors

/// The features of a file, checked and left on the disk: rows are read as they are needed.
package struct FeatureFile: FeatureSource {
  package typealias Element = Float

  package let path: String
  /// The rows that are not features, each with the reason.
  package let marks: [Int: FeatureTable.Mark]
  private let rows: any FeatureSource<Float>

  /// Opens a file and reads it once.
  ///
  /// An array in Fortran order is kept in memory, since a row is scattered over the whole file.
  ///
  /// - Throws: a ``DataError``, also for features without dimensions.
  package init(_ path: String) throws {
    let file = try NumpyFile(path)
    try checkShape(file, path: path)
    self.path = path
    if file.hasContiguousRows { rows = file } else { rows = try FeatureTable.tensor(of: file) }
    marks = try FeatureTable.marks(in: rows)
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
  package let marks: [Int: Mark]

  /// A row that an embedder wrote where it found no face.
  package enum Mark: String, Sendable {
    case zeros = "is all zeros (in single precision)"
    case notFinite = "has a NaN or a number beyond single precision"
    case constant = "has the same number in all places"
  }

  /// Reads a file.
  ///
  /// - Throws: a ``DataError``, also for features without dimensions.
  package init(_ path: String) throws {
    let file = try NumpyFile(path)
    try checkShape(file, path: path)
    try self.init(Self.tensor(of: file), path: path)
  }

  package init(_ features: Tensor<Float>, path: String) throws {
    self.path = path
    self.features = features
    marks = try FeatureTable.marks(in: features)
  }

  /// Reads all rows, `[row, dimension]`.
  static func tensor(of source: some FeatureSource<Float>) throws -> Tensor<Float> {
    var features = Tensor<Float>(zeros: [source.rowCount, source.rowLength])
    try features.withUnsafeMutablePointer { try source.read(0..<source.rowCount, into: $0) }
    return features
  }

  /// Throws an error if a row is not a feature.
  ///
  /// - Parameter name: of the image of a row.
  /// - Throws: a ``DataError`` with the first such row.
  package func requireAll(_ name: (Int) -> String) throws { try Self.refuse(marks, name, path: path) }

  /// Throws an error with the first of the rows that are not features.
  static func refuse(_ marks: [Int: Mark], _ name: (Int) -> String, path: String) throws {
    guard let (row, mark) = marks.min(by: { $0.key < $1.key }) else { return }
    throw error(mark, row: row, name: name(row), path: path)
  }

  static func error(_ mark: Mark, row: Int, name: String, path: String) -> DataError {
    DataError(
      .format(
        found:
          "no feature in row \(row) (counted from 0, \(name)), which \(mark.rawValue): no face was found there",
        expected: "a feature; embed the image again, or leave it out by --allow-missing"
      ),
      file: path
    )
  }

  /// Finds the rows that are not features: rows of zeros, with NaN or infinity, or of 8 or more equal numbers (some programs
  /// write −1). If all rows are constant, the embedder has collapsed, and its rows count as features.
  static func marks(in features: any FeatureSource<Float>) throws -> [Int: Mark] {
    var marks: [Int: Mark] = [:]
    var constantCount = 0
    let (count, length) = (features.rowCount, features.rowLength)
    let blockLength = max(1, min(count, (1 << 16) / max(1, length)))
    let block = UnsafeMutablePointer<Float>.allocate(capacity: blockLength * length)
    defer { block.deallocate() }
    for start in stride(from: 0, to: count, by: blockLength) {
      let rows = start..<min(count, start + blockLength)
      try features.read(rows, into: block)
      for (place, row) in rows.enumerated() {
        let numbers = UnsafeBufferPointer(start: block + place * length, count: length)
        guard let mark = mark(of: numbers) else { continue }
        marks[row] = mark
        if mark == .constant { constantCount += 1 }
      }
    }
    return 2 * constantCount > count ? marks.filter { $0.value != .constant } : marks
  }

  static func mark(of numbers: UnsafeBufferPointer<Float>) -> Mark? {
    guard let first = numbers.first else { return nil }
    // Few rows begin with two equal numbers: they alone are read to the end.
    if numbers.count > 1, first == numbers[1], numbers.allSatisfy({ $0 == first }) {
      return first == 0
        ? .zeros : numbers.count >= 8 && first.isFinite ? .constant : first.isFinite ? nil : .notFinite
    }
    if numbers.count == 1, first == 0 { return .zeros }
    return numbers.allSatisfy(\.isFinite) ? nil : .notFinite
  }
}

/// - Throws: a ``DataError`` for an array that is not rows of numbers.
func checkShape(_ file: NumpyFile, path: String) throws {
  guard file.shape.count >= 2, file.rowCount > 0, file.rowLength > 0 else {
    let shape = "(" + file.shape.map(String.init).joined(separator: ", ") + ")"
    throw DataError(
      .format(
        found: "an array of the shape \(shape)",
        expected: "rows of features, (images, dimensions), each above 0"
      ),
      file: path
    )
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
