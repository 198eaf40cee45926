internal import Digests
internal import Foundation

/// The temporary folders in which chapters are compiled and run: `<name>-<machine>-<process>` in one folder.
///
/// Who holds the lock of the store is the only one at work on a local disk, and removes all that killed runs left behind.
/// A network's file system may keep the locks of its nodes apart, so that a folder of another node may be in use: there
/// each machine removes its own only, and no folder of a process that is still alive.
package struct ScratchFolders {
  let folder: String
  /// Whether other machines may work in the folder without regard to our locks.
  package var isShared: Bool

  package init(_ folder: String) {
    self.folder = folder
    isShared = NetworkFileSystem.holds(folder)
  }

  /// Makes the folder of one task of this process.
  package func make(_ name: String) throws(EngineError) -> String {
    let path = "\(folder)/\(name)-\(Self.machine)-\(getpid())"
    try? FileManager.default.removeItem(atPath: path)
    try AtomicFile.makeFolder(path)
    return path
  }

  /// Removes what killed runs left behind. The caller must hold the lock.
  package func sweep() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where !isShared || Self.isLeftOver(name) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Whether a folder was made on this machine by a process that is gone.
  static func isLeftOver(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count > 2, parts[parts.count - 2] == machine, let process = parts.last.flatMap({ Int32($0) })
    else { return false }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  /// Stands for this machine in names. Two containers that share a host's name differ in their numbers of processes, so it is
  /// a digest of both.
  package static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return Digest(of: "\(host)\n\(space ?? "")").short
  }()
}
