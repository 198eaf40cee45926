internal import Foundation

/// Receives Ctrl-C and the request to end, from when it is made until ``end()``, instead of the system's default.
///
/// The second one does what it does by default, so that a user does not have to wait.
final class Interrupts: Sendable {
  nonisolated(unsafe) private static var number: Int32 = 0
  nonisolated(unsafe) private static var group: pid_t = 0

  init() {
    (Self.number, Self.group) = (0, 0)
    for each in [SIGINT, SIGTERM] {
      signal(each) { number in
        // Nothing but what a signal handler may do.
        Interrupts.number = number
        if Interrupts.group > 0 { kill(-Interrupts.group, SIGTERM) }
        signal(number, SIG_DFL)
      }
    }
  }

  deinit { end() }

  /// The signal that was received; nil without one.
  var received: Int32? { Self.number == 0 ? nil : Self.number }

  /// Asks a process and its group to end as soon as a signal is received, until ``forget()``.
  func pass(to process: ChildProcess) {
    Self.group = process.id
    // One that came before the process was known.
    if received != nil { process.signal(SIGTERM) }
  }

  /// Passes signals on to no process, whose number may be another's now.
  func forget() { Self.group = 0 }

  /// Ends this process by a signal that was received, as the system would have.
  func obey(_ number: Int32) -> Never {
    end()
    // Not `raise`: the calling thread may be one that blocks signals.
    kill(getpid(), number)
    while true { sleep(1) }
  }

  func end() {
    forget()
    for each in [SIGINT, SIGTERM] { signal(each, SIG_DFL) }
  }
}
