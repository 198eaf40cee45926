internal import Chapters
internal import Engine
internal import Findings
internal import Foundation
internal import Planning
internal import Reports

/// The progress and the messages of a command, on a terminal, in a log or as JSON lines.
final class Console: @unchecked Sendable {
  /// The style of the output: a progress line on a terminal, lines of a log, errors only, or JSON.
  enum Style { case live, plain, quiet, json }

  private let style: Style
  private var lineIsOpen = false
  private var began: [String: ContinuousClock.Instant] = [:]
  private var expected: [String: Double] = [:]
  private var lastLive = ContinuousClock.now - .seconds(1)
  /// The errors in sources that chapters share: each is printed once, and not as that of a cell.
  private var sourceErrors: Set<String> = []
  private(set) var failureCount = 0
  private(set) var runCount = 0

  init(quiet: Bool, json: Bool) {
    style = json ? .json : quiet ? .quiet : isatty(2) == 1 ? .live : .plain
  }

  /// Prints an error on standard error.
  static func complain(_ text: String) {
    try? FileHandle.standardError.write(
      contentsOf: Data((text.hasPrefix("Error:") ? text : "error: \(text)").utf8 + [10])
    )
  }

  /// Prints a line on standard output, unless the style is quiet or JSON.
  func say(_ text: String) {
    guard style != .quiet, style != .json else { return }
    closeLine()
    StandardOutput.write(text + "\n")
  }

  /// Prints an error of the book.
  func complain(_ text: String) {
    if style == .json { return json(["event": "error", "message": text]) }
    closeLine()
    Self.complain(text)
  }

  /// Prints an error or a warning of the book.
  func report(_ problem: Problem) {
    let text = "\(problem.location): \(problem.sentence)"
    switch problem.severity {
    case .error: complain(text)
    case .warning: warn(text)
    }
  }

  func warn(_ text: String) {
    if style == .json { return json(["event": "warning", "message": text]) }
    closeLine()
    try? FileHandle.standardError.write(contentsOf: Data("warning: \(text)\n".utf8))
  }

  /// Takes an event of a run.
  func take(_ event: RunEvent) {
    switch event {
    case .chapterBegan(let chapter, let seconds):
      began[chapter.id] = .now
      expected[chapter.id] = seconds
      json([
        "event": "chapter-began", "chapter": chapter.id, "file": chapter.file, "expected-seconds": seconds,
      ])
      plain(
        "\(chapter.file): \(counted(chapter.cells.count, "cell"))"
          + (seconds >= 1 ? ", \(Self.time(seconds)) last time" : "")
      )
    case .compiling(let chapter):
      json(["event": "compiling", "chapter": chapter.id])
      live("\(chapter.file): compiling")
    case .sourceFailed(let problem):
      if sourceErrors.insert("\(problem.location): \(problem.sentence)").inserted { report(problem) }
    case .cellBegan(let cell, let chapter):
      json(["event": "cell-began", "chapter": chapter.id, "cell": cell.id])
      live("\(chapter.file): \(cell.id)" + left(chapter))
    case .progressed(let progress, let cell, let chapter): take(progress, chapter, cell)
    case .cellEnded(let record, let chapter): take(record, chapter)
    case .chapterEnded(let chapter):
      json(["event": "chapter-ended", "chapter": chapter.id, "file": chapter.file])
      closeLine()
    case .warned(let text): warn(text)
    case .said(let text):
      json(["event": "jobs", "message": text])
      say(text)
    }
  }

  private func take(_ progress: WorkProgress, _ chapter: Chapter, _ cell: Cell) {
    json([
      "event": "progress", "chapter": chapter.id, "cell": cell.id, "activity": progress.activity,
      "step": progress.step, "step-count": progress.stepCount, "rate": progress.rate, "unit": progress.unit,
    ])
    let isLast = progress.step >= progress.stepCount
    // A line a second is enough on a terminal, one in ten where lines stay.
    let pause: Duration = style == .live ? .milliseconds(100) : .seconds(10)
    guard isLast && style == .live || ContinuousClock.now - lastLive > pause else { return }
    lastLive = .now
    let rate = progress.rate > 0 ? String(format: ", %.0f %@/s", progress.rate, progress.unit) : ""
    let step = progress.stepCount > 0 ? " \(progress.step)/\(progress.stepCount)" : ""
    let text = "\(chapter.file): \(cell.id): \(progress.activity)\(step)\(rate)" + left(chapter)
    if style == .live { live(text) } else { plain(text) }
  }

  private func take(_ record: CellRecord, _ chapter: Chapter) {
    var fields: [String: Any] = [
      "event": "cell-ended", "chapter": chapter.id, "file": chapter.file, "cell": record.cell,
    ]
    fields["seconds"] = record.provenance.seconds
    fields["outcome"] = Self.word(for: record.outcome.kind)
    if record.outcome.kind != .notRun { runCount += 1 }
    switch record.outcome {
    case .succeeded:
      plain("  \(record.cell): \(Self.time(record.provenance.seconds))")
    case .failed(let failure):
      failureCount += 1
      let cell = chapter.cells.first { $0.id == record.cell }
      let line = (cell?.location.line ?? 0) + (failure.lineInCell ?? 0)
      fields["kind"] = failure.kind.rawValue
      fields["message"] = failure.message
      fields["line"] = line
      closeLine()
      if style != .json, !sourceErrors.contains(failure.message) {
        Console.complain("\(chapter.file):\(line): the cell '\(record.cell)' failed: \(failure.message)")
      }
    case .notRun(let reason):
      fields["message"] = reason.clause
      plain("  \(record.cell): \(record.outcome.text)")
    }
    json(fields)
  }

  /// The word for an outcome in the events of `--json`.
  static func word(for kind: Outcome.Kind) -> String {
    switch kind {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .notRun: "not-run"
    }
  }

  private func left(_ chapter: Chapter) -> String {
    guard let start = began[chapter.id], let all = expected[chapter.id], all >= 2 else { return "" }
    let rest = all - start.duration(to: .now) / .seconds(1)
    return rest > 0 ? ", about \(Self.time(rest)) left" : ""
  }

  private func json(_ fields: [String: Any]) {
    guard style == .json,
      let data = try? JSONSerialization.data(
        withJSONObject: fields,
        options: [.sortedKeys, .withoutEscapingSlashes]
      )
    else { return }
    StandardOutput.write(String(decoding: data, as: UTF8.self) + "\n")
  }

  /// Prints the end of a command in the style JSON.
  func sayEnd(_ fields: [String: Any]) { json(["event": "end"].merging(fields) { first, _ in first }) }

  private func plain(_ text: String) {
    guard style == .plain || style == .live else { return }
    closeLine()
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8 + [10]))
  }

  private func live(_ text: String) {
    guard style == .live else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[K\(text.prefix(110))".utf8))
    lineIsOpen = true
  }

  private func closeLine() {
    guard lineIsOpen else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1b}[K".utf8))
    lineIsOpen = false
  }

  static func time(_ seconds: Double) -> String {
    if seconds < 0.95 { return String(format: "%.0f ms", seconds * 1000) }
    if seconds < 90 { return String(format: "%.1f s", seconds) }
    return String(format: "%d min %02d s", Int(seconds) / 60, Int(seconds) % 60)
  }
}
