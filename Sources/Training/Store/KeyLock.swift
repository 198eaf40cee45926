internal import Digests
internal import Foundation

/// A lock on one key of a store, exclusive among all threads of all processes; released with the value or with the process.
///
/// All keys of a folder share one lock file, `locks`: a key locks the byte at an offset derived from its digest. It is an open
/// file description lock (`F_OFD_SETLKW` of Linux), which also excludes threads of one process. On a file system without locks
/// none is held: files are still replaced atomically, and at worst a model is trained twice.
struct KeyLock: ~Copyable {
  /// `F_OFD_SETLKW`, which the module map of Glibc leaves out.
  private static let waitForLock: Int32 = 38
  private let descriptor: Int32

  /// Waits for the lock and takes it.
  init(_ key: Digest, in folder: String) {
    descriptor = open(folder + "/locks", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = Int(key.hex.prefix(15), radix: 16) ?? 0
    range.l_len = 1
    while fcntl(descriptor, Self.waitForLock, &range) != 0, errno == EINTR {}
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
