internal import Chapters
internal import Findings
internal import Foundation

/// What is known of a running chapter: which cell runs, since when, and what it has said so far.
struct ChapterWatch {
  var splitter: OutputSplitter

  private let cells: [Cell]
  private let limits: ChapterProcess.Limits
  private let timeout: Double
  private var line = Data()
  private var running: Int?
  private var begun = ContinuousClock.now
  private var findings: [Finding] = []
  private var inputs: [CellRecord.Input] = []
  private var bytesOfFindings = 0
  private var finishedCount = 0
  /// Why the running cell says that it cannot be run here.
  private var skipReason: String?
  /// Where the error that is leaving the program was thrown: see `CellEvent.threw`.
  private(set) var thrown: [UInt] = []
  private var refusals: [ChapterProcess.Refusal] = []
  /// An event that is none of ours, as it came.
  private var strangeEvent: String?

  init(cells: [Cell], limits: ChapterProcess.Limits, timeout: Double) {
    self.cells = cells
    self.limits = limits
    self.timeout = timeout
    splitter = OutputSplitter(limit: limits.keptOutput)
  }

  /// What an event means for those who watch.
  enum Change {
    case began(Cell)
    case progressed(Cell, CellEvent.Progress)
    case finished(ChapterProcess.Result)
  }

  /// Returns the whole events among all that has arrived; the rest waits for its line to end.
  mutating func events(in data: Data) -> [CellEvent] {
    bytesOfFindings += data.count
    line.append(data)
    var events: [CellEvent] = []
    while let end = line.firstIndex(of: 10) {
      do { events.append(try FindingsCoding.decode(CellEvent.self, from: line[..<end])) } catch {
        strangeEvent = String(decoding: line[..<end].prefix(200), as: UTF8.self)
      }
      line = Data(line[(end + 1)...])
    }
    return events
  }

  mutating func take(_ event: CellEvent) -> Change? {
    switch event {
    case .began(let id):
      guard running == nil, finishedCount < cells.count, cells[finishedCount].id == id else {
        strangeEvent = "began \(id)"
        return nil
      }
      running = finishedCount
      begun = .now
      bytesOfFindings = 0
      return .began(cells[finishedCount])
    case .found(let finding): findings.append(finding)
    case .read(let input): if !inputs.contains(input) { inputs.append(input) }
    case .progress(let progress):
      guard let running else { return nil }
      return .progressed(cells[running], progress)
    case .ended(let id):
      guard let running, cells[running].id == id else {
        strangeEvent = "ended \(id)"
        return nil
      }
      return .finished(close(running, atItsEnd: true))
    case .skipped(let reason): skipReason = reason
    case .refused(let path, let isWrite): refusals.append(.init(path: path, isWrite: isWrite))
    case .threw(let offsets): thrown = offsets
    }
    return nil
  }

  /// The time at which the running cell has used all that it may.
  var deadline: ContinuousClock.Instant {
    begun + .seconds(running.map { cells[$0].timeout ?? timeout } ?? limits.startAndEnd)
  }

  /// Says which limit the chapter has gone beyond.
  func overrun() -> Failure? {
    if let strangeEvent {
      return Failure(
        kind: .engine,
        message: "the chapter said something on descriptor 3 that is not an event of its cells",
        details: strangeEvent
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

  /// Returns the cell that began and did not end, as it stands.
  mutating func unfinished() -> ChapterProcess.Result? {
    running.map { close($0, atItsEnd: false) }
  }

  /// Says why the process ended before its last cell did, `nil` where all is well.
  ///
  /// - Parameter thrownAt: lines of the chapter that threw, innermost first.
  func failure(ending: ChildProcess.Ending, report: CrashReport?, thrownAt: [Int]) -> Failure? {
    if running == nil, finishedCount == cells.count, ending.code == 0 { return nil }
    let cell = running.map { cells[$0] }
    let output = splitter.output(of: cell?.id ?? "")
    return Ending(
      ending: ending,
      report: report,
      thrownAt: thrownAt,
      cell: cell,
      output: output,
      limits: limits
    ).failure
  }

  private mutating func close(_ index: Int, atItsEnd: Bool) -> ChapterProcess.Result {
    let cell = cells[index]
    defer {
      running = nil
      finishedCount = index + 1
      findings = []
      inputs = []
      refusals = []
      skipReason = nil
      begun = .now
    }
    return ChapterProcess.Result(
      cell: cell,
      findings: findings,
      inputs: inputs,
      refusals: refusals,
      output: splitter.output(of: cell.id),
      outputWasCut: splitter.cut.contains(cell.id),
      seconds: begun.duration(to: .now) / .seconds(1),
      reachedItsEnd: atItsEnd,
      failure: nil,
      skipReason: skipReason
    )
  }
}
