internal import Chapters
internal import Findings
internal import Foundation

/// The state of a running chapter: which cell runs, since when, and what it has recorded so far.
struct ChapterState {
  let chapter: Chapter
  /// The cells of the chapter that were compiled.
  let cells: [Cell]
  let limits: ChapterProcess.Limits
  var splitter: OutputSplitter
  /// Where the error that is leaving the program was thrown: see `CellEvent.threw`.
  private(set) var thrown: [UInt] = []

  /// The longest that a cell may run, in seconds, where it has no `timeout=`.
  private let timeout: Double
  /// Makes the record of a cell that ended after so many seconds.
  private let makeRecord: (Cell, _ seconds: Double) -> CellRecord
  /// Returns the failure of a cell that was refused files and continued.
  private let refusalFailure: ([Refusal]) -> Failure?
  private var line = Data()
  private var running: Int?
  private var begun = ContinuousClock.now
  private var findings: [Finding] = []
  private var inputs: [CellRecord.Input] = []
  private var bytesOfFindings = 0
  private var finishedCount = 0
  /// The reason of the running cell's call of `notRun` or `markNotRun`.
  private var skipReason: String?
  private var refusals: [Refusal] = []
  /// An invalid event, which no cell of this chapter can have sent, as it was received.
  private var invalidEvent: String?

  /// A file that the sandbox refused the running cell.
  struct Refusal: Hashable {
    var path: String
    var isWrite: Bool
  }

  init(
    chapter: Chapter,
    cells: [Cell],
    limits: ChapterProcess.Limits,
    timeout: Double,
    refusalFailure: @escaping ([Refusal]) -> Failure?,
    record: @escaping (Cell, _ seconds: Double) -> CellRecord
  ) {
    self.chapter = chapter
    self.cells = cells
    self.limits = limits
    self.timeout = timeout
    self.refusalFailure = refusalFailure
    makeRecord = record
    splitter = OutputSplitter(limit: limits.keptOutput)
  }

  /// Returns the whole events among all that has arrived; the rest waits for its line to end.
  mutating func events(in data: Data) -> [CellEvent] {
    bytesOfFindings += data.count
    line.append(data)
    var events: [CellEvent] = []
    while let end = line.firstIndex(of: 10) {
      do { events.append(try FindingsCoding.decode(CellEvent.self, from: line[..<end])) } catch {
        invalidEvent = String(decoding: line[..<end].prefix(200), as: UTF8.self)
      }
      line = Data(line[(end + 1)...])
    }
    return events
  }

  /// Processes an event of the process, and returns the events of the run that follow from it.
  mutating func take(_ event: CellEvent) -> RunEvent? {
    switch event {
    case .began(let id):
      guard running == nil, finishedCount < cells.count, cells[finishedCount].id == id else {
        invalidEvent = "began \(id)"
        return nil
      }
      running = finishedCount
      begun = .now
      bytesOfFindings = 0
      return .cellBegan(cells[finishedCount], chapter)
    case .found(let finding): findings.append(finding)
    case .read(let input): if !inputs.contains(input) { inputs.append(input) }
    case .progress(let progress):
      guard let running else { return nil }
      return .progressed(progress, cells[running], chapter)
    case .ended(let id):
      guard let running, cells[running].id == id else {
        invalidEvent = "ended \(id)"
        return nil
      }
      return .cellEnded(end(running), chapter)
    case .skipped(let reason): skipReason = reason
    case .refused(let path, let isWrite): refusals.append(.init(path: path, isWrite: isWrite))
    case .threw(let offsets): thrown = offsets
    }
    return nil
  }

  /// When the time limit of the running cell, or of the program's start or end, is over.
  var deadline: ContinuousClock.Instant {
    begun + .seconds(running.map { cells[$0].timeout ?? timeout } ?? limits.startAndEnd)
  }

  /// Returns the limit that the chapter has exceeded as a failure; `nil` if there is none.
  func exceededLimit() -> Failure? {
    if let invalidEvent {
      return Failure(
        kind: .engine,
        message: "the chapter wrote something to descriptor 3 that is not an event of its cells",
        details: invalidEvent
      )
    }
    if splitter.countOfCurrent > limits.output {
      return Failure(
        kind: .output,
        message:
          "the cell wrote more than \(limits.output >> 20) MiB of output: print less, or only now and then"
      )
    }
    if bytesOfFindings > limits.findings {
      return Failure(
        kind: .output,
        message: "the cell recorded more than \(limits.findings >> 20) MiB of findings: record what is shown"
      )
    }
    guard ContinuousClock.now >= deadline else { return nil }
    guard let running else {
      let when = finishedCount == 0 ? "before its first cell" : "after its last cell"
      return Failure(
        kind: .timeout,
        message: "the chapter's program did not go on for \(limits.startAndEnd.formatted()) s \(when)"
      )
    }
    let seconds = cells[running].timeout ?? timeout
    return Failure(
      kind: .timeout,
      message: "the cell ran longer than \(seconds.formatted()) s: give it a longer timeout= or less to do"
    )
  }

  /// Returns the record of the cell that began and did not end; `nil` where no cell runs.
  mutating func endUnfinished() -> CellRecord? { running.map { end($0) } }

  /// Returns why the process ended before its last cell did; `nil` where it ended properly.
  ///
  /// - Parameter thrownAt: lines of the chapter that threw, innermost first.
  func failure(
    ending: ChildProcess.Ending,
    report: CrashReport?,
    thrownAt: [Int],
    systemKilledForMemory: Bool
  ) -> Failure? {
    if running == nil, finishedCount == cells.count, ending.code == 0 { return nil }
    let cell = running.map { cells[$0] }
    let output = splitter.output(of: cell?.id ?? "")
    return FailureDiagnosis(
      ending: ending,
      report: report,
      thrownAt: thrownAt,
      cell: cell,
      output: output,
      limits: limits,
      systemKilledForMemory: systemKilledForMemory
    ).failure
  }

  private mutating func end(_ index: Int) -> CellRecord {
    let cell = cells[index]
    var record = makeRecord(cell, begun.duration(to: .now) / .seconds(1))
    record.findings = findings
    record.inputs = inputs
    record.output = splitter.output(of: cell.id)
    record.outputWasCut = splitter.cut.contains(cell.id)
    if let skipReason {
      record.outcome = .notRun(.skipped(skipReason))
    } else if let failure = refusalFailure(refusals) {
      (record.outcome, record.findings) = (.failed(failure), [])
    }
    running = nil
    finishedCount = index + 1
    // A parameter may be in a variable that all cells below can read; models follow from code and files.
    inputs = inputs.filter { $0.kind == .parameter }
    (findings, refusals, skipReason) = ([], [], nil)
    begun = .now
    return record
  }
}
