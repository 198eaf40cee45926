internal import Foundation
internal import Synchronization

/// New folders for temporary files, which only this user may enter: `marginalia-<random number>-<machine>-<process>` in the
/// system's folder for them. The first that a process makes removes those of killed processes: see `ScratchFolders`.
package enum TemporaryFolders {
  /// Makes a folder, which the caller removes.
  package static func make() throws(EngineError) -> String {
    _ = swept
    while true {
      // Short, since programs put sockets into the folder, whose paths may have 107 bytes.
      let number = String(UInt32.random(in: 0 ... .max), radix: 36)
      let path = "\(root)\(prefix)\(number)-\(ScratchFolders.machine)-\(getpid())"
      // A folder that exists already is never used: somebody else may have put files there.
      if mkdir(path, 0o700) == 0 { return path }
      guard errno == EEXIST else { throw .file(path: path, doing: "making the folder", error: errno) }
    }
  }

  /// Makes a folder that is removed also where Ctrl-C or the request to end ends this process. Not beside `Interrupts` of
  /// other code: a process has one handler of a signal.
  package static func makeRemovedAtSignals() throws(EngineError) -> String {
    _ = watch
    let path = try make()
    removedAtSignals.withLock { _ = $0.insert(path) }
    return path
  }

  /// Removes a folder with all that it holds.
  package static func remove(_ path: String) {
    removedAtSignals.withLock { _ = $0.remove(path) }
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Removes from a folder what processes of this user and machine that are gone have left there.
  package static func sweep(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(prefix) && ScratchFolders.isLeftOver(name) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_uid == geteuid() else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private static let prefix = "marginalia-"
  private static let root =
    NSTemporaryDirectory().hasSuffix("/") ? NSTemporaryDirectory() : NSTemporaryDirectory() + "/"
  private static let swept: Void = sweep(root)
  private static let removedAtSignals = Mutex<Set<String>>([])

  /// Waits for a signal, which a handler may not do more than note.
  private static let watch: Void = {
    let interrupts = Interrupts()
    let thread = Thread {
      while true {
        usleep(50_000)
        guard let number = interrupts.received else { continue }
        for path in removedAtSignals.withLock({ $0 }) {
          // What still runs may write a file while the folder is emptied; all that it holds open ends with this process.
          for _ in 0..<20 where access(path, F_OK) == 0 { try? FileManager.default.removeItem(atPath: path) }
        }
        interrupts.obey(number)
      }
    }
    thread.start()
  }()
}
