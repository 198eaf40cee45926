internal import Foundation

/// Paths within a book's folder.
package enum BookPath {
  /// Returns the file or folder that a path of a book's folder leads to, with symbolic links resolved; `nil` where nothing
  /// is there, or where it lies outside of the folder.
  package static func real(_ path: String, in folder: String) -> String? {
    guard let root = resolved(folder), let place = resolved(folder + "/" + path) else { return nil }
    return place == root || place.hasPrefix(root + "/") ? place : nil
  }

  /// Returns the first symbolic link, at a path of a book's folder or anywhere in the folder there, that leads out of the
  /// book, with its target; `nil` where none does.
  package static func escape(_ path: String, in folder: String) -> (link: String, target: String)? {
    func target(_ path: String) -> String? {
      guard real(path, in: folder) == nil else { return nil }
      let full = folder + "/" + path
      if let target = resolved(full) { return target }
      // Without a target that exists, a link is judged by its text.
      guard let text = try? FileManager.default.destinationOfSymbolicLink(atPath: full) else { return nil }
      let place = text.hasPrefix("/") ? text : (full as NSString).deletingLastPathComponent + "/" + text
      return URL(fileURLWithPath: place).standardized.path.hasPrefix(folder + "/") ? nil : text
    }
    if let target = target(path) { return (path, target) }
    guard let place = real(path, in: folder), let root = resolved(folder),
      let names = FileManager.default.enumerator(atPath: place)
    else { return nil }
    for case let name as String in names {
      var status = stat()
      guard lstat(place + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { continue }
      let link = String(decoding: (place + "/" + name).utf8.dropFirst(root.utf8.count + 1), as: UTF8.self)
      if let target = target(link) { return (link, target) }
    }
    return nil
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Returns a relative path without `.` steps and closing slash; `nil` for one that could leave its folder.
  package static func normalised(_ text: String) -> String? {
    let steps = text.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init).filter { $0 != "." }
    guard !text.utf8.starts(with: "/".utf8), !text.utf8.contains(0), !steps.contains(".."), !steps.isEmpty
    else { return nil }
    return steps.joined(separator: "/")
  }
}
