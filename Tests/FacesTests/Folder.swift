internal import Faces
internal import Foundation
internal import Testing

/// A folder for one test, removed with it.
final class Folder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, with the folders on the way, and returns its path.
  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }
}

/// Returns the data error of a call, or records that there was none.
func dataError(_ body: () throws -> Void) -> DataError? {
  do {
    try body()
    Issue.record("no error")
  } catch let error as DataError {
    return error
  } catch {
    Issue.record("another error: \(error)")
  }
  return nil
}
