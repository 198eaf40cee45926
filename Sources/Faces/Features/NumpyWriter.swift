internal import Files
internal import Foundation
package import Tensors

/// Writes features to a NumPy file (`.npy`) row by row, in bounded memory: version 1, little-endian `float32`, C order.
///
/// The file appears under its name only when all rows are written.
package final class NumpyWriter {
  private let file: FileReplacement
  private let rowLength: Int
  private let rowCount: Int
  private var written = 0

  /// Begins a file of so many rows.
  ///
  /// - Throws: a ``DataError`` where it cannot be written.
  package init(_ path: String, rowCount: Int, rowLength: Int) throws {
    self.rowCount = rowCount
    self.rowLength = rowLength
    file = try Self.passing { () throws(FileError) in try FileReplacement(of: path) }
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rowCount), \(rowLength)), }"
    // The numbers begin at a multiple of 64 bytes.
    let length = (10 + header.utf8.count + 1 + 63) / 64 * 64 - 10
    header += String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 255), UInt8(length >> 8)]
    try write(Data(start))
    try write(Data(header.utf8))
  }

  /// Adds rows, `[row, dimension]`.
  ///
  /// - Throws: a ``DataError`` where they cannot be written.
  package func append(_ rows: Tensor<Float>) throws {
    require(
      rows.rowLength == rowLength && written + rows.rowCount <= rowCount,
      "rows \(rows.shape) do not fit"
    )
    try rows.withUnsafePointer { try write(UnsafeRawBufferPointer(start: $0, count: rows.count * 4)) }
    written += rows.rowCount
  }

  /// Gives the file its name.
  ///
  /// - Throws: a ``DataError`` where it cannot be written.
  package func finish() throws {
    require(written == rowCount, "\(written) rows of \(rowCount) were written")
    try Self.passing { () throws(FileError) in try file.finish() }
  }

  private func write(_ bytes: some ContiguousBytes) throws {
    try Self.passing { () throws(FileError) in try file.append(bytes) }
  }

  /// Turns an error of a file into that of the data.
  private static func passing<Value>(_ body: () throws(FileError) -> Value) throws(DataError) -> Value {
    do { return try body() } catch { throw DataError(.unwritable(reason: error.reason), file: error.path) }
  }
}
