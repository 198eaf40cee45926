internal import ArgumentParser
internal import Chapters
internal import Engine

/// The options that choose what executes the jobs of a render: trainings, embeddings and searches.
struct ExecutorOptions: ParsableArguments {
  /// A batch system.
  enum System: String, ExpressibleByArgument, CaseIterable {
    case slurm
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Make missing models, embeddings and identifications on a cluster whose machines share the store and this program: \
      slurm. Chapters run here as far as they need nothing that is missing; what all chapters miss becomes job arrays, an element \
      for each model, embedded set or identification; when they have ended, the chapters go on. What is finished is in the store, so that a later render continues where \
      this one was stopped. With --dry-run the scripts are printed, to be submitted by hand, and nothing is submitted; \
      cells run as far as they can.
      """,
      valueName: "system"
    )
  )
  var cluster: System?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "An option of sbatch for the jobs, as --sbatch=--time=2:00:00; may be given for several. Precedes slurm: of book.yml.",
      valueName: "option"
    )
  )
  var sbatch: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      What starts processes that execute a job together over MPI, with the bits of one: --launcher "mpirun -n 4". \
      Missing models, embeddings and identifications are then made here, one after the other, while the chapters wait; after \
      Ctrl-C a later render continues. With --cluster slurm it starts the tasks of each of the cluster's jobs: \
      --launcher "srun --mpi=pmix" or --launcher mpirun, with --sbatch=--ntasks=4 and --sbatch=--cpus-per-task=32. \
      Without it one process executes a job. It needs the transport, see 'marginalia train --help'.
      """,
      valueName: "command"
    )
  )
  var launcher: String?

  @Flag(name: .long, help: "Cancel the cluster's jobs at Ctrl-C; without it they stay in the queue.")
  var cancelOnInterrupt = false

  func validate() throws {
    if cluster == nil, !sbatch.isEmpty || cancelOnInterrupt {
      throw ValidationError("--sbatch and --cancel-on-interrupt need --cluster slurm")
    }
    if let launcher, RankLauncher(launcher) == nil {
      throw ValidationError("--launcher is not a command: give for example --launcher \"mpirun -n 2\"")
    }
    for option in sbatch where !Book.isSlurmOption(option) {
      throw ValidationError(
        "'\(option)' is not an option of sbatch that jobs may have: give for example --sbatch=--time=2:00:00"
      )
    }
  }

  /// Whether the chapters' own processes make everything.
  var isThisProcess: Bool { cluster == nil && launcher == nil }

  /// Returns what executes the jobs of a session; `nil` where the chapters' own processes make everything.
  func executor(_ session: Session, showsScripts: Bool) throws -> (any JobExecutor)? {
    let dataRoots = session.conditions.dataRoots.values.sorted()
    guard cluster == nil else {
      return SlurmCluster(
        store: session.store,
        mode: showsScripts ? .show : .submit(cancelsOnInterrupt: cancelOnInterrupt),
        options: session.book.slurm + sbatch,
        dataRoots: dataRoots,
        launcher: launcher
      )
    }
    guard let launcher = launcher.flatMap(RankLauncher.init) else { return nil }
    return LaunchedJobs(
      store: session.store,
      launcher: launcher,
      program: try RankLauncher.thisProgram(),
      dataRoots: dataRoots
    )
  }
}
