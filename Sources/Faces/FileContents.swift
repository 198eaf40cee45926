internal import Files
package import Foundation

/// Returns the bytes of a file, mapped into memory where that is safe.
///
/// - Throws: a ``DataError`` in plain words: missing, a folder, no permission.
package func fileContents(_ path: String) throws(DataError) -> Data {
  do { return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) } catch {
    throw DataError(.unreadable(reason: unreadableReason(path)), file: path)
  }
}

/// Says why a file or folder could not be read, by asking the system once more.
package func unreadableReason(_ path: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return systemReason(errno) }
  defer { close(descriptor) }
  var status = stat()
  if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
  return "the system could not read it"
}
