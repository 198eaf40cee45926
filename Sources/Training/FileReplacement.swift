internal import Foundation

extension Data {
  /// Writes the bytes beside a path, flushes them, and puts them in the path's place by one rename.
  ///
  /// Whoever reads the path finds the old file or the new one, whole, also after a crash.
  ///
  /// - Throws: the error of the system, which names what failed.
  func replaceFile(at path: String) throws {
    // The number keeps threads of one process apart, the process's own keeps processes apart.
    let process = ProcessInfo.processInfo.processIdentifier
    let temporary = "\(path).\(process).\(UInt32.random(in: 0 ... .max)).part"
    do {
      _ = FileManager.default.createFile(atPath: temporary, contents: nil)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
      defer { try? handle.close() }
      try handle.write(contentsOf: self)
      try handle.synchronize()
      guard rename(temporary, path) == 0 else {
        throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
      }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }
}
