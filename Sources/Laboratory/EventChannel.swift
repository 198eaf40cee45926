internal import Findings
internal import Foundation

/// The descriptor on which a running chapter tells the engine what it found.
///
/// A chapter run by hand has no such descriptor: then findings are printed, so that nothing is lost.
final class EventChannel: @unchecked Sendable {
  static let shared = EventChannel(descriptor: 3)

  private let lock = NSLock()
  private let descriptor: Int32
  private let isOpen: Bool

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // Only the engine sets the variable: elsewhere the descriptor may be anything that happens to be open.
    let isEngine = ProcessInfo.processInfo.environment["MARGINALIA_BOOK"] != nil
    isOpen = isEngine && fcntl(descriptor, F_GETFD) != -1
  }

  /// Marks in the output itself where a cell begins, so that the engine gives each line to its cell.
  func markOutput(_ cell: String) {
    guard isOpen else { return }
    fflush(nil)
    let mark = Array("\u{1e}\(cell)\n".utf8)
    // A cell that closed its output has none to mark.
    _ = write(1, mark, mark.count)
  }

  /// Writes one event as one line; a write that fails ends the chapter, since its findings would be lost.
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
