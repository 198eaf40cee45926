internal import Chapters
internal import Findings
internal import Foundation

/// Runs a compiled chapter and says, cell by cell, what came of it.
///
/// One thread polls output, events and the end of the process; nothing here waits longer than the cell's
/// time allows.
struct ChapterProcess {
  var chapter: String
  var cells: [Cell]
  var request: ChildProcess.Request
  var limits: Limits
  /// The program that finds lines of code for addresses.
  var symbolizer: String
  /// Where the Swift runtime writes its report of a crash.
  var crashReport: String
  /// The longest that a cell may run, in seconds, where it says nothing itself.
  var timeout: Double

  /// What a cell may use.
  struct Limits: Sendable {
    /// Bytes of output that are kept.
    var keptOutput = 64 << 10
    /// Bytes of output after which the chapter is ended.
    var output = 16 << 20
    /// Bytes of findings after which the chapter is ended.
    var findings = 256 << 20
    /// Bytes of address space; 0 for no limit.
    var memory: UInt64 = 0
    /// Seconds for the program to start and to end, outside any cell.
    var startAndEnd = 30.0
    /// Seconds between the polite and the forced end.
    var grace = 0.5
  }

  /// A cell that began.
  struct Result {
    var cell: Cell
    var findings: [Finding]
    var inputs: [CellRecord.Input]
    var refusals: [Refusal]
    var output: String
    var outputWasCut: Bool
    var seconds: Double
    /// Whether the cell's last line was run.
    var reachedItsEnd: Bool
    /// `nil` where the cell came to its end, or was not run.
    var failure: Failure?
    /// Why the cell was not run, in its own words.
    var skipReason: String?
  }

  /// A file that a cell was not given.
  struct Refusal: Sendable {
    var path: String
    var isWrite: Bool
  }

  /// Runs the chapter.
  ///
  /// - Parameters:
  ///   - finished: called as each cell ends, in order, while the next one runs.
  ///   - progressed: called with what a cell says of its progress.
  /// - Returns: a failure that belongs to no cell: the program that never began one.
  func run(
    began: (Cell) -> Void = { _ in },
    progressed: (Cell, CellEvent.Progress) -> Void = { _, _ in },
    finished: (Result) -> Void
  ) throws(EngineError) -> Failure? {
    var request = request
    request.hasEvents = true
    request.memoryLimit = limits.memory
    let child = try ChildProcess(starting: request)
    var watch = ChapterWatch(cells: cells, limits: limits, timeout: timeout)
    var open = OpenPipes(child)
    var stopReason: Failure?
    var killTime: ContinuousClock.Instant?
    var last: Result?
    // The last cell has succeeded only if the program then ends well.
    let finish = { (result: Result) in
      if result.cell.id == cells.last?.id { last = result } else { finished(result) }
    }
    while true {
      let isOver = open.wait(until: killTime ?? watch.deadline)
      receive(from: &open, into: &watch, began: began, progressed: progressed, finished: finish)
      if isOver { break }
      if stopReason == nil, let failure = watch.overrun() {
        stopReason = failure
        killTime = .now + .seconds(limits.grace)
        child.signal(SIGTERM)
      } else if let time = killTime, ContinuousClock.now >= time {
        child.signal(SIGKILL)
        killTime = .now + .seconds(60)
      }
    }
    child.signal(SIGKILL)
    receive(from: &open, into: &watch, began: began, progressed: progressed, finished: finish)
    let ending = child.finish()
    let report = CrashReport(contentsOf: crashReport, chapter: chapter)
    let lines = Symbols(symbolizer: symbolizer, program: request.program).lines(of: watch.thrown, in: chapter)
    let failure = stopReason ?? watch.failure(ending: ending, report: report, thrownAt: lines)
    guard var result = last ?? watch.unfinished() else { return failure }
    // A cell that says that it cannot be run here may end its program, in order.
    if result.skipReason == nil || ending.code != 0 || stopReason != nil { result.failure = failure }
    finished(result)
    return nil
  }

  private func receive(
    from open: inout OpenPipes,
    into watch: inout ChapterWatch,
    began: (Cell) -> Void,
    progressed: (Cell, CellEvent.Progress) -> Void,
    finished: (Result) -> Void
  ) {
    var arrived = Data()
    open.readEvents { arrived.append($0) }
    // What a cell wrote before an event is in the pipe by now.
    open.readOutput { watch.splitter.add($0) }
    for event in watch.events(in: arrived) {
      switch watch.take(event) {
      case .began(let cell): began(cell)
      case .progressed(let cell, let progress): progressed(cell, progress)
      case .finished(let result): finished(result)
      case nil: break
      }
    }
  }
}

/// The pipes of a running chapter that have not reached their end.
private struct OpenPipes {
  private let ended: Int32
  private var output: Int32
  private var events: Int32

  init(_ child: ChildProcess) {
    ended = child.ended
    output = child.output
    events = child.events ?? -1
  }

  /// Waits until there is something to read, the time is over, or the process has ended (`true`).
  func wait(until deadline: ContinuousClock.Instant) -> Bool {
    let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
    var polls = [ended, output, events].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = Int32(max(0, min(left, 3_600_000)).rounded(.up))
    return poll(&polls, nfds_t(polls.count), milliseconds) > 0 && polls[0].revents != 0
  }

  mutating func readOutput(into receive: (Data) -> Void) {
    if output >= 0, ChildProcess.readAvailable(output, into: receive) { output = -1 }
  }

  mutating func readEvents(into receive: (Data) -> Void) {
    if events >= 0, ChildProcess.readAvailable(events, into: receive) { events = -1 }
  }
}
