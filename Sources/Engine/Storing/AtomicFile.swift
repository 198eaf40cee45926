package import Foundation

/// Atomic writes: a file is written beside its place and then renamed, so that it is never seen half-written.
package enum AtomicFile {
  /// Writes a file; `durable` also waits until it is on the disk.
  package static func write(
    _ bytes: some ContiguousBytes,
    to path: String,
    durable: Bool = true
  ) throws(EngineError) {
    let temporary = try prepare(bytes, for: path, durable: durable)
    if rename(temporary, path) == 0 { return }
    let error = errno
    unlink(temporary)
    throw .file(path: path, doing: "writing it", error: error)
  }

  /// Writes the content of a file beside its place.
  ///
  /// - Returns: the path to rename, which is that of the file with `.<process>.<number>.new` behind it.
  static func prepare(
    _ bytes: some ContiguousBytes,
    for path: String,
    durable: Bool
  ) throws(EngineError) -> String {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path: path, doing: "creating it", error: errno) }
    var error = bytes.withUnsafeBytes { fill(descriptor, $0) }
    if error == 0, durable, fsync(descriptor) != 0 { error = errno }
    if close(descriptor) != 0, error == 0 { error = errno }
    if error == 0 { return temporary }
    unlink(temporary)
    throw .file(path: path, doing: "writing it", error: error)
  }

  private static func fill(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return errno }
      written += count
    }
    return 0
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws(EngineError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw .file(path: path, doing: "making the folder", error: errno) }
    try makeFolder((path as NSString).deletingLastPathComponent)
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .file(path: path, doing: "making the folder", error: errno)
    }
  }

  /// Reads a whole file; `nil` where it does not exist.
  static func read(_ path: String) throws(EngineError) -> Data? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .file(path: path, doing: "opening it", error: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    // One byte more than its size, to see its end; files of /proc have the size 0.
    var data = Data(count: Int(status.st_size) + 1)
    var length = 0
    while true {
      if length == data.count { data.count *= 2 }
      let count = data.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, doing: "reading it", error: errno) }
      if count == 0 { return data.prefix(length) }
      length += count
    }
  }
}

/// Device, inode, size and times of a file: another file in its place has another identity.
package struct FileIdentity: Hashable, CustomStringConvertible {
  package var description: String

  package init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    description =
      "\(status.st_dev).\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      + " \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
  }
}
