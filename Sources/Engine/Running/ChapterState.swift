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
  private var lines: LineSplitter
  private var running: Int?
  private var begun = ContinuousClock.now
  private var findings: [Finding] = []
  private var inputs: [CellRecord.Input] = []
  private var bytesOfFindings = 0
  private var finishedCount = 0
  /// The reason of the running cell's call of `notRun` or `markNotRun`.
  private var skipReason: String?
  private var refusals: [Refusal] = []
  /// Why the chapter is ended: what was wrong first in its events. Those behind it are not taken, so that no cell succeeds whose
  /// findings may be incomplete.
  private var violation: Failure?
  /// The end of a cell that waits for the beginning of the next: only then it is known where the output of one ends and
  /// that of the other begins.
  private var heldEnd: (line: Data, event: CellEvent?)?

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
    splitter = OutputSplitter(limit: limits.keptOutput, cells: cells.map(\.id))
    lines = LineSplitter(limit: limits.findings)
  }

  /// Takes what has arrived on the pipe of events; the rest of the last line waits for its end. The output that was written before
  /// must have been added.
  ///
  /// - Parameter isLast: whether no more will arrive.
  mutating func receive(_ data: Data, isLast: Bool, watch: (RunEvent) -> Void) {
    guard violation == nil else {
      if isLast { splitter.finish() }
      return
    }
    var arrived = [heldEnd].compactMap(\.self)
    heldEnd = nil
    for line in lines.lines(in: data) {
      arrived.append((line, try? FindingsCoding.decode(CellEvent.self, from: line)))
    }
    if !isLast, case .ended(let id) = arrived.last?.event, id != cells.last?.id {
      heldEnd = arrived.popLast()
    }
    splitter.begin(
      arrived.compactMap {
        guard case .began(let cell) = $0.event else { return nil }
        return cell
      }
    )
    if isLast { splitter.finish() }
    for (line, event) in arrived {
      bytesOfFindings += line.count + 1
      if bytesOfFindings > limits.findings {
        violation = tooManyFindings
      } else if let event {
        if let event = take(event) { watch(event) }
      } else {
        violation = Self.invalid(line)
      }
      if violation != nil { return }
    }
    if bytesOfFindings + lines.openCount > limits.findings { violation = tooManyFindings }
  }

  /// Processes an event of the process, and returns the events of the run that follow from it.
  private mutating func take(_ event: CellEvent) -> RunEvent? {
    switch event {
    case .began(let id):
      guard running == nil, finishedCount < cells.count, cells[finishedCount].id == id else {
        violation = Self.invalid(Data("began \(id)".utf8))
        return nil
      }
      running = finishedCount
      begun = .now
      bytesOfFindings = 0
      return .cellBegan(cells[finishedCount], chapter)
    case .found(let finding): take(finding)
    case .read(let input): if !inputs.contains(input) { inputs.append(input) }
    case .progress(let progress):
      guard let running else { return nil }
      return .progressed(progress, cells[running], chapter)
    case .ended(let id):
      guard let running, cells[running].id == id else {
        violation = Self.invalid(Data("ended \(id)".utf8))
        return nil
      }
      if splitter.count(of: id) > limits.output {
        violation = tooMuchOutput
        return nil
      }
      return .cellEnded(end(running), chapter)
    case .skipped(let reason): skipReason = reason
    case .refused(let path, let isWrite): refusals.append(.init(path: path, isWrite: isWrite))
    case .threw(let offsets): thrown = offsets
    }
    return nil
  }

  private mutating func take(_ finding: Finding) {
    guard let running else {
      // Of a thread or a process that the cell left behind: it would become a finding of the cell below.
      violation = Failure(
        kind: .engine,
        message:
          "the finding '\(finding.name)' was recorded when no cell was running: a cell must not end before all that it "
          + "has started, and must not start processes"
      )
      return
    }
    if findings.contains(where: { $0.name == finding.name }) {
      violation = Failure(
        kind: .engine,
        message:
          "the cell '\(cells[running].id)' recorded '\(finding.name)' twice, as a copy of its process does: a cell must "
          + "not start processes"
      )
    }
    findings.append(finding)
  }

  /// When the time limit of the running cell, or of the program's start or end, is over.
  var deadline: ContinuousClock.Instant {
    begun + .seconds(running.map { cells[$0].timeout ?? timeout } ?? limits.startAndEnd)
  }

  /// Returns why the chapter is ended, whatever the time: an event that is none, too many findings or too much output.
  var violatedLimit: Failure? {
    violation ?? (splitter.countOfCurrent > limits.output ? tooMuchOutput : nil)
  }

  private static func invalid(_ event: Data) -> Failure {
    Failure(
      kind: .engine,
      message: "the chapter wrote something to descriptor 3 that is not an event of its cells",
      details: String(decoding: event.prefix(200), as: UTF8.self)
    )
  }

  private var tooMuchOutput: Failure {
    Failure(
      kind: .output,
      message:
        "the cell wrote more than \(limits.output >> 20) MiB of output: print less, or only now and then"
    )
  }

  private var tooManyFindings: Failure {
    Failure(
      kind: .output,
      message: "the cell recorded more than \(limits.findings >> 20) MiB of findings: record what is shown"
    )
  }

  /// Returns the time limit that the chapter has exceeded as a failure; `nil` if there is none.
  func exceededTime() -> Failure? {
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
    if ending.code == 0, lines.openCount > 0 { return Self.invalid(lines.open) }
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
    if let violation {
      (record.outcome, record.findings) = (.failed(violation), [])
    } else if let skipReason {
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
