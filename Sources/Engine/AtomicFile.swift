internal import Foundation

/// Files that are either whole or not there: written beside their place, then renamed.
enum AtomicFile {
  /// Writes a file; `durable` also waits until the disk has it.
  static func write(_ data: Data, to path: String, durable: Bool = true) throws(EngineError) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path: path, doing: "creating it", error: errno) }
    var error = fill(descriptor, data)
    if error == 0, durable, fsync(descriptor) != 0 { error = errno }
    if close(descriptor) != 0, error == 0 { error = errno }
    if error == 0, rename(temporary, path) != 0 { error = errno }
    guard error == 0 else {
      unlink(temporary)
      throw .file(path: path, doing: "writing it", error: error)
    }
  }

  private static func fill(_ descriptor: Int32, _ data: Data) -> Int32 {
    data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(
          descriptor,
          bytes.baseAddress.map { $0 + written },
          bytes.count - written
        )
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return errno }
        written += count
      }
      return 0
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(EngineError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw .file(path: path, doing: "making the folder", error: errno) }
    try makeFolder((path as NSString).deletingLastPathComponent)
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .file(path: path, doing: "making the folder", error: errno)
    }
  }

  /// Reads a whole file; `nil` where it is not there.
  static func read(_ path: String) throws(EngineError) -> Data? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .file(path: path, doing: "opening it", error: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    var data = Data(capacity: Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .file(path: path, doing: "reading it", error: errno) }
      if count == 0 { return data }
      data.append(contentsOf: buffer[..<count])
    }
  }
}

/// What tells a file from any later one in its place, without reading it.
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
