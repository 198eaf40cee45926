internal import Foundation

/// A failed operation on a file.
package struct FileError: Error, Hashable, Sendable {
  package var path: String
  /// What was tried, for example `writing it`.
  package var doing: String
  /// The system's error number.
  package var number: Int32

  package init(_ path: String, doing: String, number: Int32) {
    self.path = path
    self.doing = doing
    self.number = number
  }

  /// The error in words, for example `the disk is full`.
  package var reason: String { systemReason(number) }
}

extension FileError: CustomStringConvertible, LocalizedError {
  package var description: String { "'\(path)': \(doing) failed: \(reason)" }
  package var errorDescription: String? { description }
}

/// Returns the words for an error number of the system.
package func systemReason(_ code: Int32) -> String {
  switch code {
  case ENOENT, ENOTDIR: "there is no such file"
  case EACCES, EPERM: "permission was denied"
  case ENOSPC: "the disk is full"
  case EROFS: "the disk is read-only"
  default: String(cString: strerror(code))
  }
}
