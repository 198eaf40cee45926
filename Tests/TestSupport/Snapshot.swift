public import Testing
internal import Foundation

/// Compares a text with the file of that name in `Snapshots/` beside the calling test.
///
/// `RECORD=1` writes the file and fails the run, so that a run which records is never mistaken for one that checks.
public func expectSnapshot(
  _ text: String,
  named name: String,
  file: String = #filePath,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) throws {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Snapshots")
  let path = folder.appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["RECORD"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: path)
    Issue.record("\(name) was recorded; look at it, then run without RECORD", sourceLocation: sourceLocation)
    return
  }
  guard let stored = try? String(decoding: Data(contentsOf: path), as: UTF8.self) else {
    Issue.record("\(name) does not exist; RECORD=1 writes it", sourceLocation: sourceLocation)
    return
  }
  let lines = zip(
    text.split(separator: "\n", omittingEmptySubsequences: false),
    stored.split(separator: "\n", omittingEmptySubsequences: false)
  )
  let difference = lines.enumerated().first { $1.0 != $1.1 }
  #expect(
    text == stored,
    "\(name), line \((difference?.offset ?? 0) + 1): \(difference?.element.0 ?? "the lengths differ")",
    sourceLocation: sourceLocation
  )
}
