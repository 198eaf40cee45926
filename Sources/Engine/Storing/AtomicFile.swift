internal import Files
package import Foundation

/// Writing and reading of whole files, with the engine's errors.
package enum AtomicFile {
  /// Writes a file atomically; `durable` also waits until it is on the disk.
  package static func write(
    _ bytes: some ContiguousBytes,
    to path: String,
    durable: Bool = true
  ) throws(EngineError) {
    do { try FileReplacement.write(bytes, to: path, durable: durable) } catch { throw EngineError(error) }
  }

  /// Writes the content of a file beside its place.
  ///
  /// - Returns: the path to rename: see `FileReplacement.temporary`.
  static func prepare(_ bytes: some ContiguousBytes, for path: String, durable: Bool) throws(EngineError)
    -> String
  {
    do {
      let file = try FileReplacement(of: path)
      try file.append(bytes)
      return try file.close(durable: durable)
    } catch { throw EngineError(error) }
  }

  /// Makes a folder and those above it.
  package static func makeFolder(_ path: String) throws(EngineError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, !path.isEmpty else {
      throw .file(path: path, doing: "making the folder", error: errno)
    }
    try makeFolder(PathText.folder(of: path))
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw .file(path: path, doing: "making the folder", error: errno)
    }
  }

  /// Reads a file of `/proc` or `/sys` as text; empty where it cannot be read.
  ///
  /// `String(contentsOfFile:)` stops after the first page of such a file, whose size is given as 0.
  static func systemText(_ path: String) -> String {
    String(decoding: ((try? read(path)) ?? nil) ?? Data(), as: UTF8.self)
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

extension EngineError {
  init(_ error: FileError) { self = .file(path: error.path, doing: error.doing, error: error.number) }
}
