internal import Foundation

/// Writes a shell script that can be started, by another process.
///
/// If this process wrote it, a child that a test on another thread forks would hold the file open for writing for a moment, in
/// which Linux starts no program from it ("Text file busy").
///
/// - Throws: `CocoaError` where it cannot be written.
public func writeScript(_ text: String, to path: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = [
    "-ec", #"printf '%s\n' '#!/bin/sh' "$1" > "$0"; chmod 755 "$0""#, path, text,
  ]
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}
