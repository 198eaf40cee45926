internal import Files
package import Foundation

/// Returns the bytes of a file, mapped into memory where that is safe.
///
/// - Throws: a ``DataError`` in plain words: missing, a folder, no permission; no regular file, which is told before it is
///   opened, since opening a named pipe waits for its writer.
package func fileContents(_ path: String) throws(DataError) -> Data {
  var status = stat()
  if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
    throw DataError(.unreadable(reason: notRegular), file: path)
  }
  do { return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) } catch {
    throw DataError(.unreadable(reason: unreadableReason(path)), file: path)
  }
}

/// Why a named pipe, a socket or a device is not read.
let notRegular = "it is not a regular file. Write what a pipe gives into a file, and name that"

/// Refuses a file that is given twice, by whatever path.
///
/// - Throws: a ``DataError`` with the second path.
func requireDistinct(_ paths: [String], expected: String) throws(DataError) {
  var seen: Set<String> = []
  for path in paths {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard seen.insert(real).inserted else {
      throw DataError(.format(found: "been given twice", expected: expected), file: path)
    }
  }
}

/// Says why a file or folder could not be read, by asking the system once more.
package func unreadableReason(_ path: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { return systemReason(errno) }
  defer { close(descriptor) }
  var status = stat()
  if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
  return "the system could not read it"
}

extension DataError.Problem {
  /// The problem of a compressed file in place of a list, by its first bytes; `nil` for another file.
  static func compression(_ start: some Collection<UInt8>) -> Self? {
    if start.starts(with: [0x1F, 0x8B]) {
      return .format(found: "data compressed by gzip", expected: "the file that is in it: gunzip it first")
    }
    guard start.starts(with: [0x50, 0x4B, 3, 4]) else { return nil }
    return .format(
      found: "a ZIP archive or a spreadsheet (.xlsx)",
      expected: "the file that is in it: extract it, or save the sheet as CSV"
    )
  }
}
