internal import Foundation

/// Notices that a file of a folder came, went or changed.
///
/// It asks for names, sizes and times a few times a second: a book has a hundred files, and every file system answers.
package struct FolderWatch: Sendable {
  private let folder: String
  /// Folders that are left out, by absolute path: what the watcher's own work writes.
  private let ignored: Set<String>
  private var seen: [String: Stamp]

  private struct Stamp: Hashable, Sendable {
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
    var file: UInt64
  }

  package init(folder: String, ignoring ignored: [String] = []) {
    self.folder = folder
    self.ignored = Set(ignored)
    seen = Self.stamps(folder, self.ignored)
  }

  /// Whether anything changed since the last question.
  package mutating func hasChanged() -> Bool {
    let now = Self.stamps(folder, ignored)
    defer { seen = now }
    return now != seen
  }

  private static func stamps(_ folder: String, _ ignored: Set<String>) -> [String: Stamp] {
    var stamps: [String: Stamp] = [:]
    var folders = [folder]
    while let folder = folders.popLast() {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where !name.hasPrefix(".") {
        let path = folder + "/" + name
        var status = stat()
        guard !ignored.contains(path), lstat(path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          folders.append(path)
        } else {
          stamps[path] = Stamp(
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec,
            file: UInt64(status.st_ino)
          )
        }
      }
    }
    return stamps
  }
}
