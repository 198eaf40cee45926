internal import Chapters
internal import Findings
internal import Foundation

/// Runs a compiled chapter and reports the record of each cell.
///
/// One thread polls output, events and the end of the process, and never waits beyond the running cell's time limit.
struct ChapterProcess {
  /// The cells to run, of which none has begun.
  var state: ChapterState
  var request: ChildProcess.Request
  /// The program that finds lines of code for addresses.
  var symbolizer: String
  /// Where the Swift runtime writes its report of a crash.
  var crashReport: String

  private var limits: Limits { state.limits }

  /// The resource limits of a cell.
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
    /// Seconds between SIGTERM and SIGKILL.
    var grace = 0.5
  }

  /// Runs the chapter.
  ///
  /// - Parameter watch: receives `cellBegan`, `progressed` and `cellEnded`; the latter as each cell ends, while the next
  ///   one runs.
  /// - Returns: a failure that belongs to no cell: the program never began one.
  func run(watch: (RunEvent) -> Void) throws(EngineError) -> Failure? {
    var request = request
    request.hasEvents = true
    request.memoryLimit = limits.memory
    let killedBefore = OutOfMemoryCount()
    let child = try ChildProcess(starting: request)
    var state = state
    var open = OpenPipes(child)
    var stopReason: Failure?
    var killTime: ContinuousClock.Instant?
    var last: CellRecord?
    // The last cell has succeeded only if the program then ends with status 0.
    let lastCell = state.cells.last?.id
    let forward = { (event: RunEvent) in
      if case .cellEnded(let record, _) = event, record.cell == lastCell {
        last = record
      } else {
        watch(event)
      }
    }
    while true {
      let isOver = open.wait(until: killTime ?? state.deadline)
      receive(from: &open, into: &state, isLast: false, watch: forward)
      if isOver { break }
      if stopReason == nil, let failure = state.violatedLimit ?? state.exceededTime() {
        stopReason = failure
        killTime = .now + .seconds(limits.grace)
        child.signal(SIGTERM)
      } else if let time = killTime, ContinuousClock.now >= time {
        child.signal(SIGKILL)
        killTime = .now + .seconds(60)
      }
    }
    child.signal(SIGKILL)
    receive(from: &open, into: &state, isLast: true, watch: forward)
    // What came with the end of the process counts as what came before it.
    stopReason = stopReason ?? state.violatedLimit
    let ending = child.finish()
    let file = state.chapter.file
    let report = CrashReport(contentsOf: crashReport, chapter: file)
    let lines = Symbols(symbolizer: symbolizer, program: request.program).lines(of: state.thrown, in: file)
    let failure =
      stopReason
      ?? state.failure(
        ending: ending,
        report: report,
        thrownAt: lines,
        systemKilledForMemory: OutOfMemoryCount() != killedBefore
      )
    guard var record = last ?? state.endUnfinished() else { return failure }
    // `notRun` ends the program with status 0; the skipped cell has not failed.
    let isSkip = record.outcome.isSkip && ending.code == 0 && stopReason == nil
    if !isSkip, let failure { record.outcome = .failed(failure) }
    watch(.cellEnded(record, state.chapter))
    return nil
  }

  private func receive(
    from open: inout OpenPipes,
    into state: inout ChapterState,
    isLast: Bool,
    watch: (RunEvent) -> Void
  ) {
    var arrived = Data()
    open.readEvents { arrived.append($0) }
    // The output that a cell wrote before an event is in the pipe by now.
    open.readOutput { state.splitter.add($0) }
    state.receive(arrived, isLast: isLast, watch: watch)
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
