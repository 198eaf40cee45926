package import Faces
package import Tensors

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
    var features = Tensor<Float>(zeros: [file.rowCount, file.rowLength])
    try features.withUnsafeMutablePointer { try file.read(0..<file.rowCount, into: $0) }
    self.init(features, path: path)
  }

  package init(_ features: Tensor<Float>, path: String) {
    self.path = path
    self.features = features
    marks = FeatureTable.marks(in: features)
  }

  /// Throws an error if a row is not a feature.
  ///
  /// - Parameter name: of the image of a row.
  /// - Throws: a ``DataError`` with the first such row.
  package func requireAll(_ name: (Int) -> String) throws {
    guard let (row, mark) = marks.min(by: { $0.key < $1.key }) else { return }
    throw FeatureTable.error(mark, row: row, name: name(row), path: path)
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
  static func marks(in features: Tensor<Float>) -> [Int: Mark] {
    var marks: [Int: Mark] = [:]
    var constantCount = 0
    let length = features.rowLength
    features.withUnsafePointer { base in
      for row in 0..<features.rowCount {
        let numbers = UnsafeBufferPointer(start: base + row * length, count: length)
        guard let mark = mark(of: numbers) else { continue }
        marks[row] = mark
        if mark == .constant { constantCount += 1 }
      }
    }
    return 2 * constantCount > features.rowCount ? marks.filter { $0.value != .constant } : marks
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

/// Some rows of another source.
struct SelectedFeatures<Source: FeatureSource>: FeatureSource where Source.Element == Float {
  typealias Element = Float

  let source: Source
  let rows: [Int]

  var rowCount: Int { rows.count }
  var rowLength: Int { source.rowLength }

  func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
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
