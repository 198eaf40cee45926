internal import Foundation
internal import Synchronization

/// Finds pictures under a folder by the paths that lists name them by.
///
/// A path is looked for as it is; then with slashes for backslashes and without `./`; then without its first components,
/// for absolute paths of other machines; then with another ending (`.png`, `.JPG`) where exactly one picture has the name.
package final class PictureFolder: Sendable {
  private let root: String
  /// The pictures of each folder that was looked into, by their names without ending.
  private let listings = Mutex<[String: [String: [String]]]>([:])

  package init(_ root: String) { self.root = root }

  /// Returns the paths of all pictures in a folder and its subfolders, sorted by name, numbers by value; other
  /// files are ignored.
  ///
  /// Each real folder is read once: a link to one that is read anyway, as a link to a folder above is, is left out.
  ///
  /// - Throws: a ``DataError`` where a folder cannot be read.
  package static func pictures(in root: String) throws -> [String] {
    var contents: [String: [String]] = [:]
    var folders: Set<String> = []
    var read: Set<[UInt64]> = []
    // Folders that links lead to come after all that have names of their own.
    var links = [""]
    func look(into folder: String) throws {
      let path = folder.isEmpty ? root : "\(root)/\(folder)"
      var status = stat()
      if stat(path, &status) == 0 {
        guard read.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
      }
      let names = try IdentityFolders.names(in: path)
      contents[folder] = names
      for name in names where isFolder("\(path)/\(name)") {
        let place = folder.isEmpty ? name : "\(folder)/\(name)"
        folders.insert(place)
        if isLink("\(path)/\(name)") { links.append(place) } else { try look(into: place) }
      }
    }
    var next = 0
    while next < links.count {
      try look(into: links[next])
      next += 1
    }
    func pictures(_ folder: String) -> [String] {
      (contents[folder] ?? []).flatMap { name in
        let place = folder.isEmpty ? name : "\(folder)/\(name)"
        if folders.contains(place) { return pictures(place) }
        return ImageFile.isImageName(name) ? [place] : []
      }
    }
    return pictures("")
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Returns the path of a picture under the root; `nil` where there is none.
  ///
  /// - Throws: a ``DataError`` where two pictures may be meant.
  package func find(_ path: String) throws(DataError) -> String? {
    if !path.hasPrefix("/"), isFile("\(root)/\(path)") { return path }
    var rest = Substring(canonicalPath(path))
    if rest.hasPrefix("/") { rest = rest.dropFirst() }
    while true {
      if isFile("\(root)/\(rest)") { return String(rest) }
      if let found = try sibling(of: String(rest), wanted: path) { return found }
      guard let slash = rest.firstIndex(of: "/") else { return nil }
      rest = rest[rest.index(after: slash)...]
    }
  }

  /// Returns the picture of the same name with another ending.
  private func sibling(of path: String, wanted: String) throws(DataError) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last else { return nil }
    let folder = parts.dropLast().joined(separator: "/")
    let found = pictures(of: folder)[pathStem(String(name))] ?? []
    let place = folder.isEmpty ? "" : folder + "/"
    guard found.count < 2 else {
      throw DataError(.ambiguousPath(wanted, place + found[0], place + found[1]), file: root)
    }
    return found.first.map { place + $0 }
  }

  private func pictures(of folder: String) -> [String: [String]] {
    listings.withLock { listings in
      if let known = listings[folder] { return known }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
      let pictures = names.filter { !isJunk($0) && ImageFile.isImageName($0) }.sorted()
      let listing = Dictionary(grouping: pictures) { pathStem($0) }
      listings[folder] = listing
      return listing
    }
  }
}
