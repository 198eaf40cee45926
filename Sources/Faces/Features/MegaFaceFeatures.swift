public import Tensors

/// Features in MegaFace's `.bin` form: one file an image, named as the image with an ending.
///
/// A file holds four 32-bit whole numbers (rows, columns, bytes of a row, OpenCV's type: 5 for `float32`, 6 for
/// `float64`), then the numbers; a feature of d dimensions is d rows of one column.
///
/// Source: MegaFace development kit, `matio.py`.
public struct MegaFaceFeatures: FeatureSource {
  public typealias Element = Float

  private let root: String
  private let paths: [String]
  private let ending: String
  public let rowLength: Int
  public var rowCount: Int { paths.count }

  /// Takes the features of images; the first file says how many dimensions all have.
  ///
  /// - Parameters:
  ///   - root: the folder of the feature files.
  ///   - paths: the images' paths under it.
  ///   - ending: what is added to an image's path, for example `_MyModel.bin`.
  /// - Throws: a ``DataError``.
  public init(root: String, paths: [String], ending: String) throws {
    self.root = root
    self.paths = paths
    self.ending = ending
    guard let first = paths.first else {
      throw DataError(.lineCount(found: 0, expected: "at least one image"), file: root)
    }
    rowLength = try Self.read("\(root)/\(first)\(ending)").count
  }

  /// Returns the places of the images that have a feature file.
  ///
  /// - Parameter missing: allows the others to be left out, and counts them; `nil` takes all as present, so that reading
  ///   one that is missing is an error.
  public static func present(root: String, paths: [String], ending: String, missing: MissingTally?) -> [Int] {
    guard let missing else { return Array(paths.indices) }
    return paths.indices.filter { index in
      let isThere = isFile("\(root)/\(paths[index])\(ending)")
      if !isThere { missing.countOne() }
      return isThere
    }
  }

  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    for (index, row) in rows.enumerated() {
      let path = "\(root)/\(paths[row])\(ending)"
      let values = try Self.read(path)
      guard values.count == rowLength else {
        throw DataError(
          .format(found: "\(values.count) dimensions", expected: "\(rowLength) as the first"),
          file: path
        )
      }
      for (column, value) in values.enumerated() { destination[index * rowLength + column] = value }
    }
  }

  /// Reads all features.
  public func tensor() throws -> Tensor<Float> {
    var tensor = Tensor<Float>(zeros: [rowCount, rowLength])
    try tensor.withUnsafeMutablePointer { try read(0..<rowCount, into: $0) }
    return tensor
  }

  /// Reads one file.
  ///
  /// Numbers may be NaN: some programs write it where they find no face.
  ///
  /// - Throws: a ``DataError``: another type, or a size that does not fit the header.
  public static func read(_ path: String) throws -> [Float] {
    let file = try RandomAccessFile(path)
    guard file.size >= 16 else { throw DataError(.size(found: file.size, expected: 16), file: path) }
    guard file.size < 1 << 26 else {
      let expected = "less than \(1 << 26) for the feature of one image"
      throw DataError(.format(found: "\(file.size) bytes", expected: expected), file: path)
    }
    var bytes = [UInt8](repeating: 0, count: file.size)
    try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    return try bytes.withUnsafeBytes { bytes in
      let header = (0..<4).map {
        Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)))
      }
      let size = header[3] == 5 ? 4 : 8
      guard header[3] == 5 || header[3] == 6 else {
        throw DataError(
          .format(found: "the type \(header[3])", expected: "5 (float32) or 6 (float64)"),
          file: path
        )
      }
      guard header[0] > 0, header[1] > 0, header[2] == header[1] * size else {
        let found = "\(header[0]) rows, \(header[1]) columns, \(header[2]) bytes a row"
        throw DataError(.format(found: found, expected: "\(size) bytes a number without gaps"), file: path)
      }
      let count = header[0] * header[1]
      guard file.size == 16 + count * size else {
        throw DataError(.size(found: file.size, expected: 16 + count * size), file: path)
      }
      return (0..<count).map { index in
        size == 4
          ? bytes.loadUnaligned(fromByteOffset: 16 + index * 4, as: Float.self)
          : Float(bytes.loadUnaligned(fromByteOffset: 16 + index * 8, as: Double.self))
      }
    }
  }
}
