internal import Foundation

/// A program that ran to its end: how long, with how much memory, and what it printed.
struct ProgramRun {
  var seconds: Double
  /// The largest resident set, in MiB.
  var peakMiB: Double
  var output: Data

  /// The `marginalia` that was built beside this program.
  static let marginalia = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("marginalia").path

  /// Runs a program.
  ///
  /// - Throws: what starting it throws, or an error where it ends with another status than 0.
  init(_ program: String, _ arguments: [String]) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: file)
    let start = ContinuousClock.now
    try process.run()
    // The child's peak can be read only while it runs.
    var peak = 0
    while process.isRunning {
      peak = max(peak, RenderTiming.peak(of: process.processIdentifier))
      usleep(2000)
    }
    seconds = start.duration(to: .now) / .seconds(1)
    guard process.terminationStatus == 0 else {
      throw BesidePython.Failure(description: "\(program) ended with status \(process.terminationStatus)")
    }
    peakMiB = Double(peak) / 1_048_576
    output = try Data(contentsOf: file)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
