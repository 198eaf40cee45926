internal import Foundation
internal import Tensors

/// Bytes of a file read at any place, by several threads.
final class RandomAccessFile: Sendable {
  let path: String
  let size: Int
  private let descriptor: Int32

  /// - Throws: a ``DataError``.
  init(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DataError(.unreadable(reason: String(cString: strerror(errno))), file: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError(.unreadable(reason: "it is no regular file"), file: path)
    }
    self.path = path
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills memory with the bytes from a place on.
  ///
  /// - Throws: a ``DataError`` where the file ends before.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count < 0 ? String(cString: strerror(errno)) : "it ended while it was read"
        throw DataError(.unreadable(reason: reason), file: path)
      }
      done += count
    }
  }
}
