internal import Foundation

/// The lock of a store: one process at a time may write. The system releases it when the process ends.
package final class StoreLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, waiting for another process if there is one.
  ///
  /// - Parameters:
  ///   - command: what this process does, for the message that others see.
  ///   - waiting: called once with the holder of the lock, before waiting; `nil` throws instead of waiting.
  package init(
    _ store: Store,
    command: String,
    waiting: ((String) -> Void)?
  ) throws(EngineError) {
    let path = store.folder + "/lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .file(path: path, doing: "opening the lock", error: errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw .file(path: path, doing: "locking it", error: errno) }
      let text = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let holder = text.isEmpty ? "an unknown process" : text
      guard let waiting else { throw .locked(path: path, holder: holder) }
      waiting(holder)
      while flock(descriptor, LOCK_EX) != 0 {
        guard errno == EINTR else { throw .file(path: path, doing: "locking it", error: errno) }
      }
    }
    let text = Array("'\(command)', process \(getpid()) on \(ProcessInfo.processInfo.hostName)".utf8)
    ftruncate(descriptor, 0)
    pwrite(descriptor, text, text.count, 0)
  }

  deinit { close(descriptor) }
}
