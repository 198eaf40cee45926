internal import Chapters
internal import Findings
internal import Foundation

/// Determines from the exit status, the output and the crash report of a chapter's process why its running cell failed.
struct FailureDiagnosis {
  var ending: ChildProcess.Ending
  var report: CrashReport?
  /// Lines of the chapter on the way of the error that left it, innermost first.
  var thrownAt: [Int]
  /// The cell that ran; `nil` between cells.
  var cell: Cell?
  /// What the cell wrote.
  var output: String
  var limits: ChapterProcess.Limits

  var failure: Failure {
    if let code = ending.code {
      return Failure(
        kind: .exit,
        message: "the cell ended the program with status \(code): a cell must come to its end, not call exit"
      )
    }
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

  /// The runtime's last words: `Fatal error: text`, with the place where it names a line of the cell.
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

  private var isShortOfMemory: Bool {
    if ending.signal == SIGKILL { return true }
    return ending.signal == SIGABRT && output.contains("failed to allocate")
      || limits.memory > 0 && ending.peakMemory > limits.memory / 10 * 9
  }

  private var signalName: String {
    switch ending.signal {
    case SIGSEGV: "a wild memory access (signal 11)"
    case SIGABRT: "an abort (signal 6)"
    case SIGFPE: "an arithmetic error (signal 8)"
    case SIGXFSZ: "writing a file beyond its limit (signal 25)"
    case let other?: "signal \(other)"
    case nil: "something unknown"
    }
  }
}

extension StringProtocol {
  /// What stands after the first occurrence of a text; `nil` where it does not occur.
  fileprivate func suffix(after text: String) -> String? {
    firstRange(of: text).map { String(self[$0.upperBound...]) }
  }
}
