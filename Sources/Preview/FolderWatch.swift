internal import Foundation

/// Notices changes of the files in a folder, by inotify: an idle watch costs no processor time.
///
/// Symbolic links are followed. Hidden files and folders are left out.
package final class FolderWatch {
  private let folder: String
  /// Folders that are left out, by absolute path.
  private let ignored: Set<String>
  private let descriptor: Int32
  /// The folders that are watched, by the number of the watch.
  private var watches: [Int32: Watch] = [:]

  private struct Watch {
    var path: String
    /// The files of the folder that count; `nil` for all.
    var names: Set<String>?
  }

  /// A folder that cannot be watched.
  package struct Failure: Error, CustomStringConvertible {
    var path: String
    var error: Int32

    package var description: String {
      "the folder '\(path)' cannot be watched (\(String(cString: strerror(error))))"
        + (error == ENOSPC ? ": raise the system's limit, sysctl fs.inotify.max_user_watches" : "")
    }
  }

  /// Watches a folder with everything in it.
  package init(folder: String, ignoring ignored: [String] = []) throws {
    self.folder = folder
    self.ignored = Set(ignored)
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { throw Failure(path: folder, error: errno) }
    try watchAll()
  }

  deinit { close(descriptor) }

  /// Whether anything changed since the last call.
  package func hasChanged() throws -> Bool {
    var hasChanged = false
    var folderCame = false
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      for event in Self.events(buffer[..<count]) {
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
          (hasChanged, folderCame) = (true, true)
        } else if let watch = watches[event.watch], counts(event, watch) {
          hasChanged = true
          // A new folder or link may bring files of its own.
          folderCame = folderCame || event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0
        }
      }
    }
    if folderCame { try watchAll() }
    return hasChanged
  }

  private struct Event {
    var watch: Int32
    var mask: UInt32
    var name: String
  }

  /// Takes apart what inotify writes: watch, mask, cookie and length of the name, 4 bytes each, then the name.
  private static func events(_ bytes: ArraySlice<UInt8>) -> [Event] {
    var events: [Event] = []
    var rest = bytes
    while rest.count >= 16 {
      let numbers = rest.withUnsafeBytes { raw in
        (0..<4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
      }
      let name = rest.dropFirst(16).prefix(Int(numbers[3]))
      events.append(
        Event(
          watch: Int32(bitPattern: numbers[0]),
          mask: numbers[1],
          name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        )
      )
      rest = rest.dropFirst(16 + name.count)
    }
    return events
  }

  private func counts(_ event: Event, _ watch: Watch) -> Bool {
    guard !event.name.hasPrefix("."), !event.name.isEmpty else { return false }
    if let names = watch.names { return names.contains(event.name) }
    return !ignored.contains(watch.path + "/" + event.name)
  }

  /// Adds a watch to every folder that has none. A path that inotify watches already keeps its number.
  private func watchAll() throws {
    var folders = [folder]
    var seen: Set<String> = []
    while let folder = folders.popLast() {
      guard let real = Self.realPath(folder), seen.insert(real).inserted else { continue }
      try watch(real, names: nil)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: real)) ?? []
      where !name.hasPrefix(".") {
        let path = real + "/" + name
        var link = stat()
        var target = stat()
        guard !ignored.contains(path), lstat(path, &link) == 0, stat(path, &target) == 0 else { continue }
        if target.st_mode & S_IFMT == S_IFDIR {
          folders.append(path)
        } else if link.st_mode & S_IFMT == S_IFLNK, let file = Self.realPath(path) {
          let url = URL(fileURLWithPath: file)
          try watch(url.deletingLastPathComponent().path, names: [url.lastPathComponent])
        }
      }
    }
  }

  private func watch(_ path: String, names: Set<String>?) throws {
    let mask = UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
    let number = inotify_add_watch(descriptor, path, mask)
    guard number >= 0 else {
      // It may have gone since its name was read.
      if errno == ENOENT { return }
      throw Failure(path: path, error: errno)
    }
    guard let names else { return watches[number] = Watch(path: path, names: nil) }
    guard let known = watches[number] else { return watches[number] = Watch(path: path, names: names) }
    if let more = known.names { watches[number]?.names = more.union(names) }
  }

  private static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
