package import Chapters
package import Findings
internal import Foundation

/// Compiles and runs the cells of one chapter in a sandboxed process.
package struct ChapterRunner: Sendable {
  package var bookFolder: String
  package var store: Store
  package var toolchain: Toolchain
  package var laboratory: LaboratoryLibrary
  package var conditions: Conditions
  /// Swift files of the book, absolute, that every chapter may use.
  package var sources: [String]
  let provenance: ProvenanceSource
  var limits: ChapterProcess.Limits

  package init(
    bookFolder: String,
    store: Store,
    toolchain: Toolchain,
    laboratory: LaboratoryLibrary,
    conditions: Conditions,
    sources: [String] = [],
    commit: String = ""
  ) {
    provenance = ProvenanceSource(
      conditions: conditions,
      toolchain: toolchain,
      laboratory: laboratory,
      commit: commit
    )
    self.sources = sources
    self.bookFolder = bookFolder
    self.store = store
    self.toolchain = toolchain
    self.laboratory = laboratory
    self.conditions = conditions
    limits = .init()
    limits.memory = conditions.memoryLimit
  }

  /// A chapter to run, with what its cells may know of other chapters.
  package struct Job: Sendable {
    package var chapter: Chapter
    /// The digests of the cells' keys, by cell.
    package var keys: [String: String]
    /// Findings of the cells that are needed, by cell.
    package var needed: [String: [Finding]]
    /// Needed cells that were skipped by `notRun`.
    package var skipped: [String]
    /// Where the chapter writes the training jobs that it waits for; `nil` trains models in its process.
    var plan: String?

    package init(
      chapter: Chapter,
      keys: [String: String] = [:],
      needed: [String: [Finding]] = [:],
      skipped: [String] = []
    ) {
      self.chapter = chapter
      self.keys = keys
      self.needed = needed
      self.skipped = skipped
    }

    var cells: [Cell] { chapter.cells }
    var file: String { chapter.file }
  }

  /// Returns a record of a cell that has found nothing yet.
  func record(of cell: Cell, _ outcome: Outcome, in job: Job, seconds: Double = 0) -> CellRecord {
    CellRecord(
      cell: cell.id,
      key: job.keys[cell.id] ?? "",
      outcome: outcome,
      provenance: provenance.provenance(seconds: seconds)
    )
  }

  /// Compiles and runs a chapter.
  ///
  /// - Parameter watch: receives `compiling`, `sourceFailed`, `cellBegan` and `progressed`, and for each cell, in
  ///   order, one `cellEnded` as soon as it ends; called on the calling thread.
  package func run(_ job: Job, watch: (RunEvent) -> Void) throws(EngineError) {
    let scratch = try store.makeScratch(job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let declared = InputReader(bookFolder: bookFolder, conditions: conditions, store: store)
      .inputs(at: job.cells.flatMap(\.reads))
    watch(.compiling(job.chapter))
    let (program, sound, error) = try compile(job, scratch: scratch, watch: watch)
    var ended: [CellRecord] = []
    func end(_ record: CellRecord) {
      ended.append(record)
      watch(.cellEnded(record, job.chapter))
    }
    if let program {
      let failure = try execute(program, sound, job, scratch: scratch) { event in
        guard case .cellEnded(let record, _) = event else { return watch(event) }
        end(checked(record, job: job, declared: declared))
      }
      if let failure, ended.count < sound.count {
        end(record(of: job.cells[ended.count], .failed(failure), in: job))
      }
    }
    // A cell that does not compile fails, unless a cell above it failed or ended the chapter.
    let allRan = ended.count == sound.count && ended.last?.outcome.kind != .failed
    if allRan, let error { end(record(of: job.cells[ended.count], .failed(error), in: job)) }
    guard let last = ended.last else { return }
    let wasSkipped = last.outcome.kind != .failed
    for cell in job.cells[ended.count...] {
      let reason: NotRunReason =
        wasSkipped ? .afterSkipped(cell: last.cell) : .afterFailed(cell: last.cell)
      var record = record(of: cell, .notRun(reason), in: job)
      if wasSkipped { record.inputs = last.inputs }
      end(record)
    }
  }

  /// Compiles the cells above the first that does not compile; none where a source does not.
  private func compile(
    _ job: Job,
    scratch: String,
    watch: (RunEvent) -> Void
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
      case .program(let path, let warnings, let sourceWarnings):
        keep(sourceWarnings: sourceWarnings)
        if failed == nil { keep(warnings, of: job.chapter) }
        return (path, cells, failed)
      case .sourceErrors(let errors):
        for error in errors { watch(.sourceFailed(problem(.error, error))) }
        return (nil, [], errors.first.map(failure))
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

  var compiler: Compiler {
    Compiler(
      toolchain: toolchain,
      laboratory: laboratory,
      moduleCache: store.moduleCache,
      bookFolder: bookFolder,
      sources: sources,
      memo: store.compiled
    )
  }

  func failure(of error: Compiler.CellMessage) -> Failure {
    Failure(
      kind: .compilation,
      message: error.text,
      lineInCell: error.lineInCell,
      details: error.details
    )
  }

  private func execute(
    _ program: String,
    _ cells: [Cell],
    _ job: Job,
    scratch: String,
    watch: (RunEvent) -> Void
  ) throws(EngineError) -> Failure? {
    let environment = try ChapterEnvironment(runner: self, job: job, scratch: scratch)
    let process = ChapterProcess(
      state: ChapterState(
        chapter: job.chapter,
        cells: cells,
        limits: limits,
        timeout: conditions.timeout,
        refusalFailure: refusalFailure
      ) { record(of: $0, .succeeded, in: job, seconds: $1) },
      request: .init(
        program: program,
        environment: environment.variables,
        folder: bookFolder,
        fileSizeLimit: 64 << 30,
        confinement: environment.confinement(program: program),
        isFiltered: ChildProcess.canFilter
      ),
      symbolizer: toolchain.symbolizer,
      crashReport: environment.crashReport
    )
    return try process.run(watch: watch)
  }

  /// Whether a chapter's code may use the paths of the data roots.
  private func usesDataRoots(_ job: Job) -> Bool {
    let texts =
      job.cells.map(\.code) + sources.map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }
    return texts.contains { $0.contains("dataRoot") || $0.contains("MARGINALIA_DATA") }
  }

  /// Completes a record: adds the inputs that the cell was allowed to read, adds a hint to a failure, and fails a cell
  /// whose inputs changed while it ran.
  private func checked(
    _ record: CellRecord,
    job: Job,
    declared: [String: CellRecord.Input]
  ) -> CellRecord {
    var record = record
    let index = job.cells.firstIndex { $0.id == record.cell } ?? 0
    let reads = job.cells[...index].flatMap(\.reads)
    let reader = InputReader(bookFolder: bookFolder, conditions: conditions, store: store)
    var all = reads.compactMap { declared[$0] }
    all += conditions.variables.keys.sorted().map { reader.variable($0) }
    if usesDataRoots(job) { all += conditions.dataRootNames.map { reader.dataRoot($0) } }
    all += job.needed.keys.sorted().compactMap { cell in
      (try? Store.digest(of: job.needed[cell] ?? [])).map { .init(kind: .finding, name: cell, digest: $0) }
    }
    for input in record.inputs where !all.contains(where: { $0.kind == input.kind && $0.name == input.name })
    {
      all.append(input)
    }
    record.inputs = all
    if case .failed(let failure) = record.outcome {
      record.outcome = .failed(addingHint(to: failure, output: record.output, job))
    }
    guard record.outcome == .succeeded else { return record }
    if let changed = all.first(where: { !reader.isUnchanged($0) }) {
      let failure = Failure(
        kind: .engine,
        message: "'\(changed.name)' changed while the cell ran, so that its findings may belong to neither "
          + "version: render again"
      )
      (record.outcome, record.findings) = (.failed(failure), [])
    }
    return record
  }
}
