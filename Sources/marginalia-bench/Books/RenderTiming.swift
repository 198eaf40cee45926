internal import Foundation
internal import Synchronization

/// Renders the book in a folder, and says how long that took and how much memory the program had at most.
struct RenderTiming {
  var folder: String

  /// An error that prevents a measurement.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The time and memory of a render.
  struct Result {
    var seconds: Double
    /// In bytes.
    var peakMemory: Int
    /// From the beginning of the first compilation of a chapter to the first of its cells; 0 where none was compiled.
    var compileSeconds: Double
  }

  func render(_ options: String...) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProgramRun.marginalia)
    process.arguments = ["render", "--json"] + options
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    let events = Events()
    pipe.fileHandleForReading.readabilityHandler = { events.take($0.availableData) }
    defer { pipe.fileHandleForReading.readabilityHandler = nil }
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
    return Result(seconds: seconds, peakMemory: peak, compileSeconds: events.compileSeconds)
  }

  /// The times of the program's events.
  private final class Events: Sendable {
    private struct Times {
      var compiling: ContinuousClock.Instant?
      var began: ContinuousClock.Instant?
    }

    private let times = Mutex(Times())

    func take(_ data: Data) {
      let text = String(decoding: data, as: UTF8.self)
      times.withLock { times in
        if times.compiling == nil, text.contains("\"event\":\"compiling\"") { times.compiling = .now }
        if times.began == nil, text.contains("\"event\":\"cell-began\"") { times.began = .now }
      }
    }

    var compileSeconds: Double {
      times.withLock { times in
        guard let compiling = times.compiling, let began = times.began else { return 0 }
        return compiling.duration(to: began) / .seconds(1)
      }
    }
  }

  /// The largest resident set of a running process so far, in bytes; 0 where it has ended.
  static func peak(of process: Int32) -> Int {
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
