internal import Foundation
internal import Testing

/// pandoc as it is installed, run on what a request made.
enum Pandoc {
  /// Returns standard output and error.
  static func run(_ arguments: [String], input: Data, folder: URL? = nil) throws -> (
    output: String, messages: String
  ) {
    let files = FileManager.default
    let scratch = try files.url(
      for: .itemReplacementDirectory,
      in: .userDomainMask,
      appropriateFor: files.temporaryDirectory,
      create: true
    )
    defer { try? files.removeItem(at: scratch) }
    let names = ["input", "output", "messages"].map { scratch.appendingPathComponent($0) }
    try input.write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["pandoc"] + arguments
    process.currentDirectoryURL = folder ?? scratch
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    return (
      try String(contentsOf: names[1], encoding: .utf8), try String(contentsOf: names[2], encoding: .utf8)
    )
  }
}
