internal import ArgumentParser
internal import Benchmarks
internal import Digests
internal import Engine
internal import Evaluation
internal import Foundation
internal import Tensors
internal import Training

/// Executes jobs that a render has planned: trains models, embeds samples, counts searches.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Execute the jobs of a job file into a store, on any machine that shares it.",
    discussion: """
      'marginalia render' with --cluster or --launcher writes job files and calls this command; it may be called by hand. A \
      job trains a model (a recipe and the description of its training set), embeds a set of samples by a model, or counts \
      an identification: probes that are searched among embedded distractors. What it makes is written into the store under \
      its digest, by rename, with the bits that the cell would have computed itself; a cell that needs it finds it there. A job \
      whose result is in the store ends at once; an interrupted training continues from its last checkpoint, on any machine.

      Several processes can execute one job together, with the same bits: 'marginalia train JOBS --launcher "mpirun -n 4"', \
      which starts 'mpirun -n 4 marginalia train JOBS --mpi'. \
      The processes may be on several machines, and another run may have another number of them. For that, compile \
      the transport once with the MPI of the launcher: 'mpicc -O2 -shared -fPIC Sources/MPITransport/transport.c -o \
      libmarginalia-mpi.so', beside the program or where MARGINALIA_MPI says.
      """
  )

  @Argument(help: "A job file: one job a line, in JSON.")
  var file: String

  @Option(help: "Execute one line alone, counted from 0; default: all, in their order.")
  var element: Int?

  @Option(help: "The store of the book, as in 'marginalia render'.")
  var store = ".marginalia"

  @Option(
    help: ArgumentHelp(
      "A folder that pictures of sets may lie in; may be given for several. Other pictures are refused.",
      valueName: "dir"
    )
  )
  var data: [String] = []

  @Option(help: "Write what happened to this file, as JSON: job, host, seconds, outcome. Needs --element.")
  var record: String?

  @OptionGroup var rankOptions: RankOptions

  func validate() throws {
    if record != nil, element == nil { throw ValidationError("--record needs --element.") }
    try OutputFile.check([record], inputs: [file])
  }

  func run() throws {
    try rankOptions.launch()
    let store = try Store(folder: BookOptions.absolute(store))
    // Said now, not when the first model has been trained.
    guard access(store.checkpoints, W_OK) == 0 else {
      throw EngineError.file(path: store.checkpoints, doing: "writing into the store", error: errno)
    }
    let laboratory = try LaboratoryLibrary(store: store)
    try laboratory.check(program: BookOptions.absolute("/proc/self/exe"))
    let jobs = try TrainingJob.read(file, element: element)
    // Before MPI starts, which a process can do once.
    if let first = jobs.first { try Self.takeKernel(of: first) }
    let ranks = try rankOptions.start()
    for job in jobs {
      if ranks == nil { try Self.takeKernel(of: job) }
      try execute(job, store, laboratory, ranks)
    }
    ranks?.end()
  }

  private func execute(
    _ job: TrainingJob,
    _ store: Store,
    _ laboratory: LaboratoryLibrary,
    _ ranks: MPICommunicator?
  ) throws {
    let isFirst = ranks.map { $0.rank == 0 } ?? true
    var record = JobRecord(key: job.key.hex, title: job.title, element: element ?? 0)
    let began = ContinuousClock.now
    let result = Result {
      try make(job, store, laboratory, ranks, isFirst: isFirst) { record.outcome = .made }
    }
    record.seconds = (ContinuousClock.now - began) / .seconds(1)
    switch result {
    case .success where !isFirst: return
    case .success: Self.say("\(job.title): \(record.outcome == .made ? "made" : "already there"), \(job.key)")
    case .failure(let error):
      let ended = error as? RanksEnded
      (record.outcome, record.message) = (.failed, "\(ended.map { $0.error ?? error } ?? error)")
    }
    if isFirst, let path = self.record {
      try OutputFile.write(record.data, to: path)
    }
    guard case .failure(let error) = result else { return }
    if let ended = error as? RanksEnded {
      // All ranks know it and end in order.
      if let error = ended.error { Console.complain("\(error)") }
      ranks?.end()
      throw ExitCode.failure
    }
    guard error is TensorFileError else { throw error }
    Console.complain("\(error)")
    throw ExitCode(ExitStatus.engine)
  }

  /// Makes what a job names.
  ///
  /// - Parameter began: called when work has begun, which is not so where the store has it.
  private func make(
    _ job: TrainingJob,
    _ store: Store,
    _ laboratory: LaboratoryLibrary,
    _ ranks: MPICommunicator?,
    isFirst: Bool,
    began: () -> Void
  ) throws {
    try Self.check(job, code: job.build, is: laboratory.trainingDigest, of: "training")
    var shown = ContinuousClock.now
    func tell(_ text: @autoclosure () -> String) {
      began()
      guard isFirst, ContinuousClock.now - shown >= .seconds(10) else { return }
      shown = .now
      Self.say(text())
    }
    if case .identification(let search) = job.work {
      try Self.check(job, code: search.laboratory, is: laboratory.digest, of: "evaluation")
      try job.checkKernel()
      guard search.key == job.key else {
        throw TrainingError.job(job.title, problem: "its key is not that of its search: plan it again")
      }
      _ = try StoredSearch.make(
        search,
        in: ModelStore(folder: store.checkpoints),
        by: ranks.map(MPIGalleryRanks.init),
        program: laboratory.digest
      ) { tell("\(job.title): \($0) of \($1) groups of distractors") }
      return
    }
    func tellStep(_ progress: TrainingProgress) {
      tell("\(progress)")
      ranks?.note("ended at step \(progress.step + 1) of \(job.title), since another rank is gone")
    }
    func tellBatch(_ batches: Int, _ speed: Double) {
      tell("\(job.title): \(batches) batches, \(Int(speed)) samples a second")
      ranks?.note("ended after \(batches) batches of \(job.title), since another rank is gone")
    }
    let folder = store.checkpoints
    if let ranks {
      try job.run(
        in: folder,
        filesUnder: data,
        by: ranks,
        program: laboratory.digest,
        progress: tellStep,
        embedding: tellBatch
      )
    } else {
      try job.run(in: folder, filesUnder: data, progress: tellStep, embedding: tellBatch)
    }
  }

  /// Refuses a job that other code planned.
  private static func check(_ job: TrainingJob, code: String, is own: String, of kind: String) throws {
    guard !code.isEmpty, code != own else { return }
    throw TrainingError.job(
      job.title,
      problem:
        "it was planned by another build of marginalia (\(kind) code \(code.prefix(12))), and this one has"
        + " \(own.prefix(12)): start the program that planned it, or plan it again"
    )
  }

  private static func say(_ text: String) {
    StandardOutput.write("\(text)\n")
  }

  /// Starts this program again with the OpenBLAS kernel of a job, which OpenBLAS chooses when it is loaded.
  private static func takeKernel(of job: TrainingJob) throws {
    let name = "OPENBLAS_CORETYPE"
    guard job.kernel != openBLASKernel, ProcessInfo.processInfo.environment[name] != job.kernel else {
      return
    }
    setenv(name, job.kernel, 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    throw EngineError.cannotStart(program: "marginalia", step: "executing it", error: errno)
  }
}
