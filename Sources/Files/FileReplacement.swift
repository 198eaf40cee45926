package import Foundation

/// An atomic write: the new content of a file goes to a temporary file beside it, which is then renamed to it.
///
/// A reader finds the complete old or the complete new file, also after a crash of the program; after a failure of power only if
/// the replacement was finished with `durable: true`. A replacement that is not finished removes its temporary file.
package final class FileReplacement {
  /// The file to be replaced or made.
  package let path: String
  /// The path of the new content: `path` with `.<process>.<random number>.new` behind it, so that no two writers share it.
  package let temporary: String
  private var descriptor: Int32
  private var isOurs = true

  /// Creates the temporary file.
  package init(of path: String) throws(FileError) {
    self.path = path
    temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let error = errno
      isOurs = false
      throw FileError(path, doing: "creating it", number: error)
    }
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
    if isOurs { unlink(temporary) }
  }

  /// Writes a file with one content.
  ///
  /// - Parameter durable: waits until the content is on the disk.
  package static func write(
    _ bytes: some ContiguousBytes,
    to path: String,
    durable: Bool = true
  ) throws(FileError) {
    let file = try FileReplacement(of: path)
    try file.append(bytes)
    try file.finish(durable: durable)
  }

  /// Adds bytes to the new content.
  package func append(_ bytes: some ContiguousBytes) throws(FileError) {
    let error = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    if error != 0 { throw FileError(path, doing: "writing it", number: error) }
  }

  /// Puts the new content in the place of the old.
  package func finish(durable: Bool = true) throws(FileError) {
    let temporary = try close(durable: durable)
    if rename(temporary, path) == 0 { return }
    let error = errno
    unlink(temporary)
    throw FileError(path, doing: "writing it", number: error)
  }

  /// Ends the writing and leaves the temporary file to the caller, which renames or removes it.
  ///
  /// - Returns: the temporary file's path.
  package func close(durable: Bool) throws(FileError) -> String {
    var error: Int32 = 0
    if durable, fsync(descriptor) != 0 { error = errno }
    if Glibc.close(descriptor) != 0, error == 0 { error = errno }
    descriptor = -1
    if error != 0 { throw FileError(path, doing: "writing it", number: error) }
    isOurs = false
    return temporary
  }
}

/// Writes all bytes to an open file.
///
/// - Returns: the system's error number, or 0.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var written = 0
  while written < bytes.count {
    let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
    if count < 0 && errno == EINTR { continue }
    if count < 0 { return errno }
    written += count
  }
  return 0
}
