internal import Foundation

extension Store {
  /// `F_OFD_SETLK`, which the module map of Glibc leaves out.
  private static let tryLock: Int32 = 37

  /// Removes the temporary files that killed trainings left beside models and checkpoints, unless somebody trains now.
  ///
  /// Training holds no lock of the store, since jobs of a cluster write while a render waits for them. But who writes a model or
  /// a checkpoint holds a lock on a byte of the file `locks` (`KeyLock` of the laboratory). Who gets all bytes at once is alone,
  /// and what is unfinished then was left by the dead, whatever the clocks of the machines say. Descriptions of training sets
  /// are written by cells, under the store's lock, which the caller holds while no cell runs.
  func sweepCheckpoints() {
    let descriptor = open(checkpoints + "/locks", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    // To the end of the file, wherever that is. A file system without locks refuses, and everything stays.
    (range.l_start, range.l_len) = (0, 0)
    guard fcntl(descriptor, Self.tryLock, &range) == 0 else { return }
    // Another machine may have got the same bytes where locks are kept apart.
    let isShared = NetworkFileSystem.holds(checkpoints)
    for folder in [checkpoints, checkpoints + "/sets"] {
      TemporaryFiles.remove(in: folder, isShared: isShared)
    }
  }
}
