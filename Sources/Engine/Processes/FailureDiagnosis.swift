internal import Chapters
internal import Findings
internal import Foundation

/// Determines from the exit status, the output and the crash report of a chapter's process why its running cell failed.
struct FailureDiagnosis {
  var ending: ChildProcess.Ending
  var report: CrashReport?
  /// The lines of the chapter in the backtrace of the error that left it, innermost first.
  var thrownAt: [Int]
  /// The running cell; `nil` between cells.
  var cell: Cell?
  /// The output of the cell.
  var output: String
  var limits: ChapterProcess.Limits
  /// Whether the system killed a process for lack of memory while the chapter ran: see `OutOfMemoryCount`.
  var systemKilledForMemory = false

  var failure: Failure {
    if let code = ending.code {
      return Failure(
        kind: .exit,
        message: "the cell ended the program with status \(code): a cell must come to its end, not call exit"
      )
    }
    if let killed { return killed }
    let fatal = fatalError
    if isShortOfMemory {
      return Failure(
        kind: .memory,
        message: "the cell asked for more memory than it may have"
          + (limits.memory > 0 ? " (\(limits.memory >> 20) MiB)" : ""),
        lineInCell: lineInCell,
        details: details
      )
    }
    if let fatal, let error = fatal.message.suffix(after: "Error raised at top level: ") {
      return Failure(kind: .thrown, message: error, lineInCell: throwingLine, details: details)
    }
    return Failure(
      kind: .trap,
      message: fatal?.message ?? "the cell was ended by \(signalName)",
      lineInCell: lineInCell ?? fatal?.line,
      details: details
    )
  }

  /// The line of the cell that was running, from the backtrace: the innermost frame in the cell itself, not in
  /// a function that an earlier cell made.
  private var lineInCell: Int? {
    guard let cell else { return nil }
    return report?.frames.first { cell.contains(line: $0.line) }.map { $0.line - cell.location.line }
  }

  private var throwingLine: Int? {
    guard let cell else { return nil }
    return thrownAt.first { cell.contains(line: $0) }.map { $0 - cell.location.line }
  }

  private var details: String {
    (report?.frames ?? []).map { "line \($0.line): \($0.symbol)" }.joined(separator: "\n")
  }

  /// The runtime's message `Fatal error: text`, with its line where that is one of the cell's.
  private var fatalError: (message: String, line: Int?)? {
    for line in output.split(separator: "\n").reversed() {
      guard let range = line.firstRange(of: "Fatal error") else { continue }
      let message = line[range.upperBound...].drop { $0 == ":" || $0 == " " }
      let place = line[..<range.lowerBound].split(separator: ":")
      let number = place.count > 1 ? Int(place[1]) : nil
      let own = number.flatMap { number in
        cell.flatMap {
          $0.contains(line: number) && place[0].hasSuffix(fileName($0)) ? number - $0.location.line : nil
        }
      }
      return (message.isEmpty ? "Fatal error" : String(message), own)
    }
    return nil
  }

  private func fileName(_ cell: Cell) -> String { (cell.location.file as NSString).lastPathComponent }

  /// The failure of a process that was ended by a signal which no code of the cell raises by mistake: by the system,
  /// where its memory ran out, else by somebody outside.
  private var killed: Failure? {
    guard let signal = ending.signal, let name = Self.killers[signal] else { return nil }
    if signal == SIGKILL, systemKilledForMemory {
      return Failure(
        kind: .memory,
        message: "the system's memory ran out while the cell ran, and the system killed its process",
        lineInCell: nil
      )
    }
    return Failure(
      kind: .killed,
      message: "the cell's process was killed from outside by \(name) (signal \(signal)): render again"
    )
  }

  private static let killers: [Int32: String] = [
    SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGQUIT: "SIGQUIT",
  ]

  private var isShortOfMemory: Bool {
    ending.signal == SIGABRT && output.contains("failed to allocate")
      || limits.memory > 0 && ending.peakMemory > limits.memory / 10 * 9
  }

  private var signalName: String {
    switch ending.signal {
    case SIGSEGV: "an invalid memory access (signal 11)"
    case SIGABRT: "an abort (signal 6)"
    case SIGFPE: "an arithmetic error (signal 8)"
    case SIGXFSZ: "writing a file beyond its limit (signal 25)"
    case let other?: "signal \(other)"
    case nil: "an unknown cause"
    }
  }
}

extension StringProtocol {
  /// The text after the first occurrence of another; `nil` if it does not occur.
  fileprivate func suffix(after text: String) -> String? {
    firstRange(of: text).map { String(self[$0.upperBound...]) }
  }
}

/// How many processes the kernel has killed for lack of memory since the machine started, here and in this control group.
struct OutOfMemoryCount: Equatable {
  private let counts: [Int]

  init() {
    counts = ["/proc/vmstat", "/sys/fs/cgroup/memory.events"].map { path in
      let text = AtomicFile.systemText(path)
      let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
      return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
  }
}
