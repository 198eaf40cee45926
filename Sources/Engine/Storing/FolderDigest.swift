internal import Digests
internal import Foundation

/// The digest of a folder that cells read, of a data root or of the book: of the names and the contents of all its files.
///
/// A link is digested as what it leads to: see `FolderContents`. A pipe or device is digested by its kind alone, an empty folder by
/// its name.
///
/// Contents are digested once: a list in the store holds for each file its identity (size, times, inode) and digest. A
/// file can change without a change of its times if that happens within the clock's resolution, so a listed digest counts
/// only where the file was already older than that when it was digested: the rule of git for "racily clean" files.
///
/// The gain, measured by `marginalia list --data faces=DIR` with 30,000 files of 10 kB in DIR, with the list and without (it is
/// `.marginalia/notes/data-…`), medians of three in turn on a busy machine of two cores: 2.4 s with the list, 4.2 s without,
/// though all files were in memory. Without it each render reads the whole set from the disk.
package struct FolderDigest {
  package let folder: String
  /// The list; `nil` where there is no store to keep it in.
  private let list: String?

  package init(folder: String, list: String?) {
    self.folder = folder
    self.list = list
  }

  /// The coarsest resolution of a file system's times, in nanoseconds: 2 s on FAT.
  private static let resolution: Int64 = 2_000_000_000

  private struct Entry {
    var digest: String
    /// When the digest began to be computed, in nanoseconds since 1970.
    var checked: Int64
    var identity: String

    init(digest: String, checked: Int64, identity: String) {
      (self.digest, self.checked, self.identity) = (digest, checked, identity)
    }

    init(digesting path: String, _ status: stat) {
      checked = FolderDigest.now
      identity = FolderDigest.identity(status)
      digest = (try? Digest(ofFileAt: path))?.hex ?? "unreadable"
    }

    /// Whether the digest is that of a file as it is now.
    func counts(for status: stat) -> Bool {
      let times = max(FolderDigest.nanoseconds(status.st_mtim), FolderDigest.nanoseconds(status.st_ctim))
      return identity == FolderDigest.identity(status) && times + FolderDigest.resolution < checked
    }
  }

  /// SHA-256; `nil` where there is no folder.
  package func digest() -> String? {
    guard let contents = FolderContents(of: folder) else { return nil }
    let known = read()
    var entries: [String: Entry] = [:]
    var hasNews = false
    var hasher = Hasher256()
    for found in contents.entries {
      hasher.field(found.path)
      switch found.kind {
      case .file:
        let entry: Entry
        if let old = known[found.path], old.counts(for: found.status) {
          entry = old
        } else {
          entry = Entry(digesting: folder + "/" + found.path, found.status)
          hasNews = true
        }
        entries[found.path] = entry
        hasher.field(entry.digest)
      case .emptyFolder: hasher.field("folder")
      case .folderLink(let other):
        hasher.field(other.map { "link to the folder '\($0)'" } ?? "link to a folder")
      case .special(let kind): hasher.field(kind)
      case .unreadable: hasher.field("unreadable")
      }
    }
    if hasNews || entries.count != known.count { write(entries) }
    return hasher.finish().hex
  }

  private static func identity(_ status: stat) -> String {
    "\(status.st_dev).\(status.st_ino).\(status.st_size).\(nanoseconds(status.st_mtim)).\(nanoseconds(status.st_ctim))"
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(time)
  }

  private func read() -> [String: Entry] {
    guard let list, let data = try? AtomicFile.read(list) else { return [:] }
    var entries: [String: Entry] = [:]
    for line in String(decoding: data, as: UTF8.self).split(separator: "\0") {
      let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
      guard parts.count == 4, let checked = Int64(parts[1]) else { continue }
      entries[parts[3]] = Entry(digest: parts[0], checked: checked, identity: parts[2])
    }
    return entries
  }

  private func write(_ entries: [String: Entry]) {
    guard let list else { return }
    let text = entries.map { "\($1.digest) \($1.checked) \($1.identity) \($0)\0" }.joined()
    // Without the list, contents are digested again.
    try? AtomicFile.write(Data(text.utf8), to: list, durable: false)
  }
}
