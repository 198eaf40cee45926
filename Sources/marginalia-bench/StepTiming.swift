internal import Foundation

/// Seconds of the phases of repeated steps.
struct StepTiming {
  private var phases: [String: [Double]] = [:]
  private var totals: [Double] = []
  private var current: [String: Double] = [:]
  private let clock = ContinuousClock()

  /// Calls the body and adds its seconds to a phase of the current step.
  mutating func measure<Result>(_ phase: String, _ body: () throws -> Result) rethrows -> Result {
    let start = clock.now
    let result = try body()
    current[phase, default: 0] += (clock.now - start) / .seconds(1)
    return result
  }

  /// Closes a step; one that only warmed up is not counted.
  mutating func endStep(counted: Bool) {
    if counted {
      for (phase, seconds) in current { phases[phase, default: []].append(seconds) }
      totals.append(current.values.reduce(0, +))
    }
    current = [:]
  }

  /// Seconds of the median step.
  var median: Double { StepTiming.median(totals) }

  /// Prints one JSON line with the fields given, the median and range of a step, the median of each phase, and the
  /// process's peak memory.
  func print(_ fields: [String: Any]) {
    var line = fields
    line["stepSeconds"] = median
    line["stepSecondsRange"] = [totals.min() ?? 0, totals.max() ?? 0]
    line["steps"] = totals.count
    line["phaseSeconds"] = phases.mapValues(StepTiming.median)
    line["peakMiB"] = peakMemory
    guard let data = try? JSONSerialization.data(withJSONObject: line, options: [.sortedKeys]) else { return }
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  private static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The largest resident set of the process so far, in MiB.
  private var peakMemory: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}
