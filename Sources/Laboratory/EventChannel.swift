internal import Findings
internal import Foundation
internal import Synchronization

/// The pipe on which a running chapter sends events to the engine, descriptor 3.
///
/// In a chapter that was started by hand, events are printed on standard output.
final class EventChannel: @unchecked Sendable {
  static let shared = EventChannel(descriptor: 3)

  private let lock = NSLock()
  private let descriptor: Int32
  private let isOpen: Bool
  /// The last progress that was sent, and when.
  private let shown = Mutex<(progress: WorkProgress, time: ContinuousClock.Instant)?>(nil)

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // Only the engine sets the variable; without it, descriptor 3 may be any open file.
    let isEngine = ProcessInfo.processInfo.environment["MARGINALIA_BOOK"] != nil
    isOpen = isEngine && fcntl(descriptor, F_GETFD) != -1
  }

  /// Writes a mark into the output where a cell begins, so that the engine assigns each line to its cell.
  func markOutput(_ cell: String) {
    guard isOpen else { return }
    fflush(nil)
    let mark = Array("\u{1e}\(cell)\n".utf8)
    // A cell may have closed its output.
    _ = write(1, mark, mark.count)
  }

  /// Writes a progress that somebody can see: a tenth of a second after the last one, of the last step, or of other work: with
  /// another count of steps, or begun anew.
  func send(_ progress: WorkProgress) {
    let isSeen = shown.withLock { shown in
      let now = ContinuousClock.now
      if let (last, time) = shown, now - time < .milliseconds(100), last.stepCount == progress.stepCount,
        last.step <= progress.step, progress.step != progress.stepCount || progress == last
      {
        return false
      }
      shown = (progress, now)
      return true
    }
    if isSeen { send(.progress(progress)) }
  }

  /// Lets the next progress be sent, whatever it is.
  func forgetProgress() { shown.withLock { $0 = nil } }

  /// Writes an event as one line of JSON. A failed write ends the chapter, since its findings would be lost.
  func send(_ event: CellEvent) {
    guard var line = try? FindingsCoding.encode(event) else {
      fatalError("a finding could not be written as JSON: \(event)")
    }
    line.append(10)
    lock.lock()
    defer { lock.unlock() }
    guard isOpen else {
      FileHandle.standardOutput.write(line)
      return
    }
    line.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          fatalError("the engine no longer reads findings (\(String(cString: strerror(errno))))")
        }
        written += count
      }
    }
  }
}
