internal import Foundation

extension Data {
  /// Writes a file atomically: to a temporary file beside it, flushed to disk, then renamed.
  ///
  /// A reader finds the complete old or the complete new file, also after a crash.
  ///
  /// - Throws: the error of the system.
  func replaceFile(at path: String) throws {
    // Process and random number: no two writers share a temporary file.
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
