package import Chapters
internal import Digests
package import Findings
internal import Foundation

/// Compiles and runs the cells of one chapter in a sandboxed process.
package struct ChapterRunner: Sendable {
  package var bookFolder: String
  package var store: Store
  package var toolchain: Toolchain
  package var laboratory: LaboratoryLibrary
  package var conditions: Conditions
  /// Swift files of the book, absolute, that every chapter is compiled with.
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
  /// - Parameter watch: receives `compiling`, `cellBegan` and `progressed`, and for each cell, in order, one `cellEnded`
  ///   as soon as it ends; called on the calling thread.
  package func run(_ job: Job, watch: (RunEvent) -> Void) throws(EngineError) {
    let scratch = try store.makeScratch(job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let declared = InputReader(bookFolder: bookFolder, conditions: conditions, store: store)
      .inputs(at: job.cells.flatMap(\.reads))
    watch(.compiling(job.chapter))
    let (program, sound, error) = try compile(job, scratch: scratch)
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

  /// A message of the compiler about a chapter.
  package struct Message: Codable, Hashable, Sendable {
    /// The cell's id; `nil` for code that all chapters share.
    package var cell: String?
    package var lineInCell: Int?
    package var text: String
  }

  /// Type-checks every cell without running any.
  ///
  /// - Returns: the errors, and the compiler's warnings. A result without errors is cached, since a type check
  ///   starts the compiler.
  package func check(
    _ job: Job
  ) throws(EngineError) -> (errors: [(cell: Cell?, failure: Failure)], warnings: [Message]) {
    var errors: [(cell: Cell?, failure: Failure)] = []
    let made = try store.memo.recall(checkKey(job.chapter)) { () throws(EngineError) in
      let found: (errors: [Compiler.CellMessage], warnings: [Compiler.CellMessage]) = try typeCheck(job)
      errors = found.errors.map { ($0.cell.map { job.cells[$0] }, failure(of: $0)) }
      return errors.isEmpty ? try? FindingsCoding.encode(messages(found.warnings, job)) : nil
    }
    return (errors, made.flatMap { try? FindingsCoding.decode([Message].self, from: $0) } ?? [])
  }

  /// Returns the compiler's warnings about a chapter that was compiled or checked before.
  package func knownWarnings(of chapter: Chapter) -> [Message] {
    let known = try? store.memo.recall(checkKey(chapter)) { () throws(EngineError) in nil }
    return (known ?? nil).flatMap { try? FindingsCoding.decode([Message].self, from: $0) } ?? []
  }

  /// Everything that a type check of a chapter depends on.
  private func checkKey(_ chapter: Chapter) -> [String] {
    let shared = sources.map { (try? Digest(ofFileAt: $0))?.hex ?? "unreadable" }
    let script = Script(cells: chapter.cells, file: chapter.file).text
    return ["checked", toolchain.version, laboratory.digest, script] + shared
  }

  private func messages(_ messages: [Compiler.CellMessage], _ job: Job) -> [Message] {
    messages.map {
      Message(cell: $0.cell.map { job.cells[$0].id }, lineInCell: $0.lineInCell, text: $0.message)
    }
  }

  private func typeCheck(
    _ job: Job
  ) throws(EngineError) -> (errors: [Compiler.CellMessage], warnings: [Compiler.CellMessage]) {
    let scratch = try store.makeScratch("check-" + job.file.replacing("/", with: "-"))
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let errors = try compiler.syntaxErrors(job.cells, file: job.file, scratch: scratch)
    if !errors.isEmpty { return (errors, []) }
    return try compiler.typeCheck(job.cells, file: job.file, scratch: scratch)
  }

  /// Compiles the cells above the first that does not compile.
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
      case .program(let path, let warnings):
        if failed == nil {
          _ = store.memo.recall(checkKey(job.chapter)) { try? FindingsCoding.encode(messages(warnings, job)) }
        }
        return (path, cells, failed)
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

  private func failure(of error: Compiler.CellMessage) -> Failure {
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
