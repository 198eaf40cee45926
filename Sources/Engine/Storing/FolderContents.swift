internal import Foundation

/// Everything beneath a folder, links followed: what a program finds there that opens files by their paths.
///
/// Each folder is listed once, under one name. A link to a folder that is listed already, as in every cycle, is an entry that
/// names that folder; the files of any other follow beneath the name of the link.
package struct FolderContents {
  package enum Kind: Hashable {
    /// A regular file, or a link to one.
    case file
    /// A folder that holds nothing.
    case emptyFolder
    /// A link to a folder: to the one that is listed under a path, or to one whose entries have the link's path in front.
    case folderLink(listedAs: String?)
    /// What reading could wait for without end: a pipe, a socket, a device.
    case special(String)
    /// A link that leads nowhere, or a folder that may not be read.
    case unreadable
  }

  package struct Entry {
    /// The path within the folder.
    package var path: String
    package var kind: Kind
    /// Of the file that a link leads to.
    var status = stat()
  }

  /// In the order of their paths.
  package private(set) var entries: [Entry] = []
  /// The paths of the folders that are listed, by their real paths.
  private var listed: [String: String] = [:]

  /// Lists a folder; `nil` where there is none.
  package init?(of folder: String) {
    guard Self.isFolder(folder), let real = Self.realPath(folder) else { return nil }
    var links = list(real, as: "")
    while !links.isEmpty {
      // In their order, so that the same one of two links to a folder lists it each time.
      let next = links.sorted { $0.path < $1.path }
      links = []
      for (path, real) in next {
        entries.append(Entry(path: path, kind: .folderLink(listedAs: listed[real])))
        if listed[real] == nil { links += list(real, as: path) }
      }
    }
    entries.sort { $0.path < $1.path }
  }

  /// The paths of all files, of one in a folder with several names by each of them; a cycle is followed once.
  package var files: [String] {
    var files: [String] = []
    add(to: &files, beneath: "", as: "", chain: [""])
    return files.sorted()
  }

  private func add(to files: inout [String], beneath folder: String, as name: String, chain: [String]) {
    let start = folder.isEmpty ? "" : folder + "/"
    for entry in entries where entry.path.hasPrefix(start) {
      let path = Self.join(name, String(entry.path.dropFirst(start.count)))
      switch entry.kind {
      case .file: files.append(path)
      case .folderLink(listedAs: let other?) where !chain.contains(other):
        add(to: &files, beneath: other, as: path, chain: chain + [other])
      case .folderLink, .emptyFolder, .special, .unreadable: break
      }
    }
  }

  /// Lists a folder and those within it.
  ///
  /// - Returns: the links to folders, with the real path of each.
  private mutating func list(_ real: String, as path: String) -> [(path: String, real: String)] {
    var links: [(path: String, real: String)] = []
    let top = path
    var folders = [(real: real, path: path)]
    listed[real] = path
    while let (real, path) = folders.popLast() {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: real) else {
        entries.append(Entry(path: path, kind: .unreadable))
        continue
      }
      if names.isEmpty, path != top { entries.append(Entry(path: path, kind: .emptyFolder)) }
      for name in names {
        let full = Self.join(real, name)
        let own = Self.join(path, name)
        var link = stat()
        var target = stat()
        guard lstat(full, &link) == 0, stat(full, &target) == 0 else {
          entries.append(Entry(path: own, kind: .unreadable))
          continue
        }
        guard target.st_mode & S_IFMT == S_IFDIR else {
          let kind = Self.special(target.st_mode).map(Kind.special) ?? .file
          entries.append(Entry(path: own, kind: kind, status: target))
          continue
        }
        if link.st_mode & S_IFMT == S_IFLNK {
          if let real = Self.realPath(full) { links.append((own, real)) }
        } else if let known = listed[full] {
          entries.append(Entry(path: own, kind: .folderLink(listedAs: known)))
        } else {
          listed[full] = own
          folders.append((full, own))
        }
      }
    }
    return links
  }

  /// The word for what is neither a file nor a folder; `nil` for these.
  static func special(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG, S_IFDIR: nil
    case S_IFIFO: "pipe"
    case S_IFSOCK: "socket"
    default: "device"
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
