internal import Foundation
public import Tensors

/// A matrix of features in a NumPy file (`.npy`) or in an archive of them (`.npz`), read in pieces: `[image, dimension]`.
///
/// Versions 1 to 3 of the format, also as Python 2 wrote them; floating-point numbers of 16, 32 or 64 bits, integers of 8
/// to 64 bits and booleans, of either byte order, in C or Fortran order. Axes after the first make one dimension; an array
/// of one axis has rows of one number. Numbers become `Float`, rounded to nearest.
///
/// Source: NumPy enhancement proposal 1.
public struct NumpyFile: FeatureSource {
  public typealias Element = Float

  public let rowCount: Int
  public let rowLength: Int
  /// The length of each axis.
  public let shape: [Int]
  private let bytes: any ByteSource
  private let start: Int
  private let type: NumpyType
  /// Where each number of a row lies in Fortran order, in numbers after the row's first; `nil` in C order.
  private let fortranOffsets: [Int]?

  /// Whether each row is contiguous in the file, so that single rows are read quickly.
  package var hasContiguousRows: Bool { fortranOffsets == nil }

  /// Opens a file and reads its header.
  ///
  /// - Parameter path: the file; of an archive of several arrays `archive.npz:name`.
  /// - Throws: a ``DataError``: not a NumPy file, another type, or another size than the header says.
  public init(_ path: String) throws {
    bytes = try numpyBytes(path)
    let header = try NumpyHeader(bytes)
    guard let type = NumpyType(header.type) else {
      let expected =
        "floating-point numbers ('<f4', '<f8', '<f2', or with '>'), integers or booleans: save x.astype('float32')"
      throw DataError(.format(found: "the type '\(header.type)'", expected: expected), file: path)
    }
    self.type = type
    shape = header.shape
    start = header.end
    rowCount = header.shape.first ?? 1
    rowLength = header.shape.dropFirst().reduce(1, *)
    let hasColumns = header.isFortranOrder && rowLength > 1 && (rowCount > 1 || shape.count > 2)
    fortranOffsets = hasColumns ? Self.fortranOffsets(of: header.shape) : nil
    let expected = start + rowCount * rowLength * type.size
    guard bytes.size == expected else {
      throw DataError(.size(found: bytes.size, expected: expected), file: path)
    }
  }

  private static func fortranOffsets(of shape: [Int]) -> [Int] {
    let axes = Array(shape.dropFirst())
    var strides: [Int] = []
    var stride = shape[0]
    for axis in axes {
      strides.append(stride)
      stride *= axis
    }
    return (0..<axes.reduce(1, *)).map { column in
      var (rest, offset) = (column, 0)
      for axis in axes.indices.reversed() {
        offset += rest % axes[axis] * strides[axis]
        rest /= axes[axis]
      }
      return offset
    }
  }

  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    require(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    guard let fortranOffsets else {
      let first = start + rows.lowerBound * rowLength * type.size
      try read(rows.count * rowLength, at: first, into: destination, step: 1)
      return
    }
    // Each column of the piece is one run of the file.
    for (column, offset) in fortranOffsets.enumerated() {
      let first = start + (offset + rows.lowerBound) * type.size
      try read(rows.count, at: first, into: destination + column, step: rowLength)
    }
  }

  /// Reads numbers that follow each other in the file to places that lie a step apart.
  private func read(
    _ count: Int,
    at offset: Int,
    into destination: UnsafeMutablePointer<Float>,
    step: Int
  ) throws {
    if type.isNative, step == 1 {
      try bytes.read(at: offset, into: UnsafeMutableRawBufferPointer(start: destination, count: count * 4))
      return
    }
    // In pieces, so that memory does not grow with the file.
    let piece = 1 << 16
    try withUnsafeTemporaryAllocation(byteCount: min(piece, max(1, count)) * type.size, alignment: 8) {
      buffer in
      for first in stride(from: 0, to: count, by: piece) {
        let length = min(piece, count - first)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(length * type.size)])
        try bytes.read(at: offset + first * type.size, into: part)
        type.convert(
          UnsafeRawBufferPointer(part),
          count: length,
          into: destination + first * step,
          step: step
        )
      }
    }
  }

  /// Reads the whole matrix.
  ///
  /// - Throws: a ``DataError``, also for a NaN or an infinity, with its row.
  public func tensor() throws -> Tensor<Float> {
    var tensor = Tensor<Float>(zeros: [rowCount, rowLength])
    try tensor.withUnsafeMutablePointer { pointer in
      try read(0..<rowCount, into: pointer)
      for index in 0..<rowCount * rowLength where !pointer[index].isFinite {
        let place = "row \(index / rowLength), column \(index % rowLength) (counted from 0)"
        throw DataError(
          .format(found: "\(pointer[index]) in \(place)", expected: "finite numbers"),
          file: bytes.path
        )
      }
    }
    return tensor
  }
}
