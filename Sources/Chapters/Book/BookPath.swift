/// Paths within a book's folder.
package enum BookPath {
  /// Returns a relative path without `.` steps and closing slash; `nil` for one that could leave its folder.
  package static func normalised(_ text: String) -> String? {
    let steps = text.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init).filter { $0 != "." }
    guard !text.utf8.starts(with: "/".utf8), !text.utf8.contains(0), !steps.contains(".."), !steps.isEmpty
    else { return nil }
    return steps.joined(separator: "/")
  }
}
