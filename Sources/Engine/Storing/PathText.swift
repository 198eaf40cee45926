/// The parts of a path as a user or a book writes it, which may be relative.
///
/// The properties of `NSString` for them end the program at a path of one character without a slash (Foundation of Swift 6.3).
package enum PathText {
  /// The folder that a path lies in: what stands before its last name, empty for a name alone.
  package static func folder(of path: String) -> String {
    let names = path.utf8.prefix(upTo: endOfNames(path))
    guard let slash = names.lastIndex(of: UInt8(ascii: "/")) else {
      return names.isEmpty && !path.isEmpty ? "/" : ""
    }
    let folder = String(path[..<slash])
    let end = endOfNames(folder)
    return end == folder.startIndex ? "/" : String(folder[..<end])
  }

  /// The last name of a path, empty where it has none.
  package static func name(of path: String) -> String {
    let names = path[..<endOfNames(path)]
    return names.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(names[names.utf8.index(after: $0)...]) }
      ?? String(names)
  }

  /// The end of a path without the slashes that it ends in.
  private static func endOfNames(_ path: String) -> String.Index {
    path.utf8.lastIndex { $0 != UInt8(ascii: "/") }.map { path.utf8.index(after: $0) } ?? path.startIndex
  }
}
