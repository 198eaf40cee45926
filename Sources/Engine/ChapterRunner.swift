package import Chapters
internal import Digests
package import Findings
internal import Foundation

/// Compiles and runs the cells of one chapter in a confined process.
package struct ChapterRunner: Sendable {
  package var bookFolder: String
  package var store: Store
  package var toolchain: Toolchain
  package var laboratory: LaboratoryLibrary
  package var conditions: Conditions
  /// Swift files of the book, absolute, that every chapter is compiled with.
  package var sources: [String]
  var limits: ChapterProcess.Limits

  package init(
    bookFolder: String,
    store: Store,
    toolchain: Toolchain,
    laboratory: LaboratoryLibrary,
    conditions: Conditions,
    sources: [String] = []
  ) {
    self.sources = sources
    self.bookFolder = bookFolder
    self.store = store
    self.toolchain = toolchain
    self.laboratory = laboratory
    self.conditions = conditions
    limits = .init()
    limits.memory = conditions.memoryLimit
  }

  /// A chapter with what its cells may know of others.
  package struct Job: Sendable {
    package var file: String
    package var cells: [Cell]
    /// Findings of the cells that are needed, by cell.
    package var needed: [String: [Finding]]
    /// Cells that are needed and said of themselves that they cannot be run here.
    package var skipped: [String]

    package init(
      file: String,
      cells: [Cell],
      needed: [String: [Finding]] = [:],
      skipped: [String] = []
    ) {
      self.file = file
      self.cells = cells
      self.needed = needed
      self.skipped = skipped
    }
  }

  /// What came of one cell.
  package struct Result: Sendable {
    package var cell: Cell
    package var outcome: CellRecord.Outcome
    package var findings: [Finding] = []
    package var inputs: [CellRecord.Input] = []
    /// Files that the cell asked for and was not given.
    var refusals: [ChapterProcess.Refusal] = []
    package var output = ""
    package var outputWasCut = false
    package var seconds = 0.0
    /// Whether the cell was not run by the word of a cell, which holds until an input changes.
    package var isSkipped = false
    /// Whether the cell ended the chapter by that word, so that the cells below cannot run either.
    var endsChapter = false
  }

  /// What happens while a chapter is made and run.
  package enum Step: Sendable {
    case compiling
    case began(Cell)
    case progressed(Cell, CellEvent.Progress)
  }

  /// Runs a chapter; every cell is reported once, in order.
  ///
  /// - Parameters:
  ///   - step: called as the work goes on.
  ///   - finished: called for each cell, at once when it ends, on the calling thread.
  package func run(
    _ job: Job,
    step: (Step) -> Void = { _ in },
    finished: (Result) -> Void
  ) throws(EngineError) {
    let scratch = try store.makeScratch(job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let inputs = InputReader(bookFolder: bookFolder, conditions: conditions)
    let declared = inputs.read(job.cells.flatMap(\.reads))
    step(.compiling)
    let (program, sound, error) = try compile(job, scratch: scratch)
    var reported = 0
    var skipped: Result?
    if let program {
      let failure = try execute(program, sound, job, scratch: scratch, step: step) { result in
        reported += 1
        let result = check(result, job: job, declared: declared)
        if result.endsChapter { skipped = result }
        finished(result)
      }
      if let failure, reported < job.cells.count {
        finished(Result(cell: job.cells[reported], outcome: .failed(failure)))
        reported += 1
      }
    }
    if reported == sound.count, skipped == nil, let error, reported < job.cells.count {
      finished(Result(cell: job.cells[reported], outcome: .failed(error)))
      reported += 1
    }
    for cell in job.cells[reported...] {
      let reason =
        "not run: an earlier cell of this chapter, '\(job.cells[reported - 1].id)', "
        + (skipped == nil ? "failed" : "was not run")
      finished(
        Result(
          cell: cell,
          outcome: .notRun(reason: reason),
          inputs: skipped?.inputs ?? [],
          isSkipped: skipped != nil
        )
      )
    }
  }

  /// Looks at every cell without running any, and returns the errors. That there were none is remembered.
  package func check(_ job: Job) throws(EngineError) -> [(cell: Cell?, failure: Failure)] {
    let shared = sources.map { (try? Digest(ofFileAt: $0))?.hex ?? "unreadable" }
    let script = Script(cells: job.cells, file: job.file).text
    var errors: [(cell: Cell?, failure: Failure)] = []
    _ = try store.memo.recall(["sound", toolchain.version, laboratory.digest, script] + shared) {
      () throws(EngineError) in
      errors = try look(job)
      return errors.isEmpty ? Data() : nil
    }
    return errors
  }

  private func look(_ job: Job) throws(EngineError) -> [(cell: Cell?, failure: Failure)] {
    let scratch = try store.makeScratch("check-" + job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    var errors = try compiler.syntaxErrors(job.cells, file: job.file, scratch: scratch)
    if errors.isEmpty {
      errors = try compiler.typeErrors(job.cells, file: job.file, scratch: scratch)
    }
    return errors.map { error in (error.cell.map { job.cells[$0] }, failure(of: error)) }
  }

  /// Makes a program of the cells above the first that does not compile.
  private func compile(
    _ job: Job,
    scratch: String
  ) throws(EngineError) -> (program: String?, cells: [Cell], error: Failure?) {
    var cells = job.cells
    var failed: Failure?
    let syntax = try compiler.syntaxErrors(cells, file: job.file, scratch: scratch)
    if let first = syntax.min(by: { ($0.cell ?? 0) < ($1.cell ?? 0) }) {
      failed = failure(of: first)
      cells = Array(cells.prefix(first.cell ?? 0))
    }
    while !cells.isEmpty {
      switch try compiler.compile(cells, file: job.file, scratch: scratch) {
      case .program(let path): return (path, cells, failed)
      case .errors(let errors):
        guard let first = errors.min(by: { ($0.cell ?? 0) < ($1.cell ?? 0) }) else {
          return (nil, [], failed)
        }
        failed = failure(of: first)
        cells = Array(cells.prefix(first.cell ?? 0))
      }
    }
    return (nil, [], failed)
  }

  private var compiler: Compiler {
    Compiler(toolchain: toolchain, laboratory: laboratory, moduleCache: store.moduleCache, sources: sources)
  }

  private func failure(of error: Compiler.CellError) -> Failure {
    Failure(
      kind: .compilation,
      message: error.message,
      lineInCell: error.lineInCell,
      details: error.details
    )
  }

  private func execute(
    _ program: String,
    _ cells: [Cell],
    _ job: Job,
    scratch: String,
    step: (Step) -> Void,
    finished: (Result) -> Void
  ) throws(EngineError) -> Failure? {
    let environment = try ChapterEnvironment(
      runner: self,
      job: job,
      scratch: scratch
    )
    let process = ChapterProcess(
      chapter: job.file,
      cells: cells,
      request: .init(
        program: program,
        environment: environment.variables,
        folder: bookFolder,
        fileSizeLimit: 64 << 30,
        confinement: environment.confinement(program: program)
      ),
      limits: limits,
      symbolizer: toolchain.symbolizer,
      crashReport: environment.crashReport,
      timeout: conditions.timeout
    )
    return try process.run(
      began: { step(.began($0)) },
      progressed: { step(.progressed($0, $1)) },
      finished: { result in
        finished(
          Result(
            cell: result.cell,
            outcome: result.failure.map { .failed(hinting(at: $0, output: result.output, job)) }
              ?? result.skipReason.map { .notRun(reason: $0) } ?? .succeeded,
            findings: result.findings,
            inputs: result.inputs,
            refusals: result.refusals,
            output: result.output,
            outputWasCut: result.outputWasCut,
            seconds: result.seconds,
            isSkipped: result.skipReason != nil && result.failure == nil,
            endsChapter: result.skipReason != nil && result.failure == nil && !result.reachedItsEnd
          )
        )
      }
    )
  }

  /// Whether a chapter's code can learn where the data roots are.
  private func usesDataRoots(_ job: Job) -> Bool {
    let texts =
      job.cells.map(\.code) + sources.map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }
    return texts.contains { $0.contains("dataRoot") || $0.contains("MARGINALIA_DATA") }
  }

  /// Adds what the cell was allowed to read to what it says it read, and sees whether any of it has changed.
  private func check(_ result: Result, job: Job, declared: [String: CellRecord.Input]) -> Result {
    var result = result
    let index = job.cells.firstIndex { $0.id == result.cell.id } ?? 0
    let reads = job.cells[...index].flatMap(\.reads)
    let inputs = InputReader(bookFolder: bookFolder, conditions: conditions)
    var all = reads.compactMap { declared[$0] }
    all += conditions.variables.keys.sorted().map { inputs.variable($0) }
    if usesDataRoots(job) { all += conditions.dataRootNames.map { inputs.dataRoot($0) } }
    all += job.needed.keys.sorted().compactMap { cell in
      (try? Store.digest(of: job.needed[cell] ?? [])).map { .init(kind: .finding, name: cell, digest: $0) }
    }
    for input in result.inputs where !all.contains(where: { $0.kind == input.kind && $0.name == input.name })
    {
      all.append(input)
    }
    result.inputs = all
    guard case .succeeded = result.outcome else { return result }
    var failure = refusal(result.refusals)
    if let changed = all.first(where: { !inputs.stillHolds($0) }) {
      failure = Failure(
        kind: .engine,
        message: "'\(changed.name)' changed while the cell ran, so that its findings may belong to neither "
          + "version: render again"
      )
    }
    if let failure { (result.outcome, result.findings) = (.failed(failure), []) }
    return result
  }
}
