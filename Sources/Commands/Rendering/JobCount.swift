internal import ArgumentParser
internal import Foundation

/// The option of how many chapters run side by side.
struct JobCount: ParsableArguments {
  @Option(name: .long, help: "How many chapters run side by side; changes no byte of the report.")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1, not \(jobs)") }
  }

  /// The number that was given, or that of the processors.
  var count: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }
}
