internal import Foundation
public import Tensors

/// A matrix of features in a NumPy file (`.npy`), read in pieces: `[image, dimension]`.
///
/// Versions 1 to 3 of the format; little-endian `float32`, `float64` or `float16` in C order, of one axis or more:
/// axes after the first make one dimension.
///
/// Source: NumPy enhancement proposal 1.
public struct NumpyFile: FeatureSource {
  public typealias Element = Float

  public let rowCount: Int
  public let rowLength: Int
  /// The length of each axis.
  public let shape: [Int]
  private let file: RandomAccessFile
  private let start: Int
  private let kind: Kind

  private enum Kind: String {
    case float32 = "<f4"
    case float64 = "<f8"
    case float16 = "<f2"

    var size: Int { self == .float64 ? 8 : self == .float32 ? 4 : 2 }
  }

  /// Opens a file and reads its header.
  ///
  /// - Throws: a ``DataError``: not a NumPy file, another type or order, or another size than the header says.
  public init(_ path: String) throws {
    file = try RandomAccessFile(path)
    let header = try NumpyHeader(file)
    guard let kind = Kind(rawValue: header.type) else {
      let expected = "'<f4', '<f8' or '<f2', little-endian numbers with a point"
      throw DataError(.format(found: "the type '\(header.type)'", expected: expected), file: path)
    }
    guard !header.isFortranOrder else {
      throw DataError(
        .format(found: "Fortran order", expected: "C order: numpy.ascontiguousarray"),
        file: path
      )
    }
    self.kind = kind
    shape = header.shape
    start = header.end
    rowCount = header.shape.first ?? 1
    rowLength = header.shape.dropFirst().reduce(1, *)
    let expected = start + rowCount * rowLength * kind.size
    guard file.size == expected else {
      throw DataError(.size(found: file.size, expected: expected), file: path)
    }
  }

  public func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    let count = rows.count * rowLength
    let offset = start + rows.lowerBound * rowLength * kind.size
    if kind == .float32 {
      try file.read(at: offset, into: UnsafeMutableRawBufferPointer(start: destination, count: count * 4))
      return
    }
    var bytes = [UInt8](repeating: 0, count: count * kind.size)
    try bytes.withUnsafeMutableBytes { bytes in
      try file.read(at: offset, into: bytes)
      for index in 0..<count {
        destination[index] =
          kind == .float64
          ? Float(bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
          : Float(bytes.loadUnaligned(fromByteOffset: index * 2, as: Float16.self))
      }
    }
  }

  /// Reads the whole matrix.
  ///
  /// - Throws: a ``DataError``, also for a number that is not finite, with its row.
  public func tensor() throws -> Tensor<Float> {
    var tensor = Tensor<Float>(zeros: [rowCount, rowLength])
    try tensor.withUnsafeMutablePointer { pointer in
      try read(0..<rowCount, into: pointer)
      for index in 0..<rowCount * rowLength where !pointer[index].isFinite {
        let place = "row \(index / rowLength) (counted from 0)"
        throw DataError(
          .format(found: "a number that is not finite in \(place)", expected: "features"),
          file: file.path
        )
      }
    }
    return tensor
  }
}

/// The text that opens a NumPy file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
private struct NumpyHeader {
  var type: String
  var isFortranOrder: Bool
  var shape: [Int]
  /// Where the numbers begin.
  var end: Int

  init(_ file: RandomAccessFile) throws {
    let expected = "a NumPy file"
    guard file.size >= 12 else { throw DataError(.size(found: file.size, expected: 128), file: file.path) }
    var start = [UInt8](repeating: 0, count: 12)
    try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    guard start.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(start[6]) else {
      throw DataError(.format(found: "other first bytes", expected: expected), file: file.path)
    }
    let isLong = start[6] > 1
    var length = Int(start[8]) | Int(start[9]) << 8
    if isLong { length |= Int(start[10]) << 16 | Int(start[11]) << 24 }
    let first = isLong ? 12 : 10
    end = first + length
    guard end <= file.size, length < 1 << 20 else {
      throw DataError(.size(found: file.size, expected: end), file: file.path)
    }
    var bytes = [UInt8](repeating: 0, count: length)
    try bytes.withUnsafeMutableBytes { try file.read(at: first, into: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let type = text.firstMatch(of: /'descr'\s*:\s*'([^']*)'/)?.1,
      let order = text.firstMatch(of: /'fortran_order'\s*:\s*(True|False)/)?.1,
      let shape = text.firstMatch(of: /'shape'\s*:\s*\(([0-9, ]*)\)/)?.1
    else {
      throw DataError(.format(found: "the header '\(text.prefix(80))'", expected: expected), file: file.path)
    }
    self.type = String(type)
    isFortranOrder = order == "True"
    let lengths = shape.split { $0 == "," || $0 == " " }.map { Int($0) ?? -1 }
    var product = 1
    for length in lengths {
      let (next, overflows) = product.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows, next < 1 << 50 else {
        throw DataError(.format(found: "the shape (\(shape))", expected: "lengths that fit"), file: file.path)
      }
      product = next
    }
    self.shape = lengths
  }
}
