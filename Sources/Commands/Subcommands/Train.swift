internal import ArgumentParser
internal import Digests
internal import Engine
internal import Foundation
internal import Tensors
internal import Training

/// Executes training jobs that a render has planned.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train the models of a job file into a store, on any machine that shares it.",
    discussion: """
      'marginalia render --cluster' writes job files, and its scripts call this command; it may be called by hand. A \
      job is a recipe and the description of its training set. The model is written into the store under its digest, by \
      rename, with the bits that the cell would have computed itself; a cell that needs it finds it there. A job whose \
      model is in the store ends at once, and an interrupted one continues from its last checkpoint, on any machine.

      Several processes can train one model together, with the same bits: 'marginalia train JOBS --launcher "mpirun -n 4"', \
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
      "A folder that pictures of training sets may lie in; may be given for several. Other pictures are refused.",
      valueName: "dir"
    )
  )
  var data: [String] = []

  @Option(help: "Write what happened to this file, as JSON: model, host, seconds, outcome. Needs --element.")
  var record: String?

  @OptionGroup var rankOptions: RankOptions

  func validate() throws {
    if record != nil, element == nil { throw ValidationError("--record needs --element.") }
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
      guard job.build.isEmpty || job.build == laboratory.trainingDigest else {
        throw TrainingError.job(
          job.title,
          problem:
            "it was planned by another build of marginalia (training code \(job.build.prefix(12))), and this one has"
            + " \(laboratory.trainingDigest.prefix(12)): start the program that planned it, or plan it again"
        )
      }
      var shown = began
      func tell(_ progress: TrainingProgress) {
        record.outcome = .trained
        ranks?.note("ended at step \(progress.step + 1) of \(job.title), since another rank is gone")
        guard isFirst, ContinuousClock.now - shown >= .seconds(10) else { return }
        shown = .now
        Self.say("\(progress)")
      }
      guard let ranks else { return try job.run(in: store.checkpoints, filesUnder: data, progress: tell) }
      return try job.run(
        in: store.checkpoints,
        filesUnder: data,
        by: ranks,
        program: laboratory.digest,
        progress: tell
      )
    }
    record.seconds = (ContinuousClock.now - began) / .seconds(1)
    switch result {
    case .success where !isFirst: return
    case .success:
      Self.say("\(job.title): \(record.outcome == .trained ? "trained" : "already there"), \(job.key)")
    case .failure(let error):
      (record.outcome, record.message) = (.failed, "\(error)")
    }
    if isFirst, let path = self.record { try AtomicFile.write(record.data, to: path) }
    guard case .failure(let error) = result else { return }
    guard error is TensorFileError else { throw error }
    Console.complain("\(error)")
    throw ExitCode(ExitStatus.engine)
  }

  private static func say(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8))
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
