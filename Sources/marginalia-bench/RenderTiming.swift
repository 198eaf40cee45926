internal import Foundation

/// Renders the book in a folder, and says how long that took and how much memory the program had at most.
struct RenderTiming {
  var folder: String

  /// Why there is nothing to measure.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The `marginalia` that was built beside this program.
  private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("marginalia")

  func render(_ options: String...) throws -> (seconds: Double, peakMemory: Int) {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = ["render", "--quiet"] + options
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let start = ContinuousClock.now
    try process.run()
    // The child's peak can be read only while it is there.
    var peak = 0
    while process.isRunning {
      peak = max(peak, Self.peak(of: process.processIdentifier))
      usleep(2000)
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    guard process.terminationStatus == 0 else {
      throw Failure(description: "marginalia render ended with status \(process.terminationStatus)")
    }
    return (seconds, peak)
  }

  private static func peak(of process: Int32) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }

  func edit(_ file: String, _ old: String, _ new: String) throws {
    let url = URL(fileURLWithPath: folder + "/Chapters/" + file)
    var text = try String(contentsOf: url, encoding: .utf8)
    guard let range = text.range(of: old) else { throw Failure(description: "\(file) has no '\(old)'") }
    text.replaceSubrange(range, with: new)
    try Data(text.utf8).write(to: url)
  }
}
