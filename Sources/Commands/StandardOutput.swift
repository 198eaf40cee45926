// For `stdout`, which the library declares as a variable.
@preconcurrency internal import Foundation

/// The standard output of this process, whose losses become an error at its end.
enum StandardOutput {
  /// Writes a text at once, behind what `print` wrote before.
  static func write(_ text: String) {
    print(text, terminator: "")
    fflush(stdout)
  }

  /// Lets the process end with the status of a failed engine where something that was printed could not be written, as on a
  /// full disk: a result that is lost must not look like one that was written.
  static func checkAtExit() {
    atexit {
      errno = 0
      guard fflush(stdout) != 0 || ferror(stdout) != 0 else { return }
      let reason = errno == 0 ? "" : " (\(String(cString: strerror(errno))))"
      Console.complain(
        "standard output could not be written\(reason), so what was printed is incomplete: free space, or write it elsewhere"
      )
      _exit(ExitStatus.engine)
    }
  }
}
