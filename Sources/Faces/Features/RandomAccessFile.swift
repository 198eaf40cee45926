internal import Files
internal import Foundation

/// Bytes that can be read at any place, by several threads.
protocol ByteSource: Sendable {
  /// The file, for errors.
  var path: String { get }
  var size: Int { get }
  /// Fills memory with the bytes from a place on.
  ///
  /// - Throws: a ``DataError`` where the file ends before.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DataError)
}

/// The bytes of a file.
final class RandomAccessFile: ByteSource {
  let path: String
  let size: Int
  private let descriptor: Int32

  /// - Throws: a ``DataError``.
  init(_ path: String) throws(DataError) {
    // A named pipe is opened at once, without waiting for its writer, and refused.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw DataError(.unreadable(reason: systemReason(errno)), file: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError(.unreadable(reason: notRegular), file: path)
    }
    self.path = path
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DataError) {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count < 0 ? systemReason(errno) : "it ended while it was read"
        throw DataError(.unreadable(reason: reason), file: path)
      }
      done += count
    }
  }
}

/// A part of another source.
struct ByteRange: ByteSource {
  let path: String
  let source: any ByteSource
  let start: Int
  let size: Int

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DataError) {
    guard offset + buffer.count <= size else {
      throw DataError(.unreadable(reason: "it ends early"), file: path)
    }
    try source.read(at: start + offset, into: buffer)
  }
}

/// Bytes in memory.
struct MemoryBytes: ByteSource {
  let path: String
  let bytes: [UInt8]
  var size: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DataError) {
    guard offset + buffer.count <= size else {
      throw DataError(.unreadable(reason: "it ends early"), file: path)
    }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
    }
  }
}
