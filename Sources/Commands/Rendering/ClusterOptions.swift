internal import ArgumentParser
internal import Chapters
internal import Engine

/// The options of a render that leaves training, embedding and searches to a cluster.
struct ClusterOptions: ParsableArguments {
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
      What starts the tasks of a job, which execute it together over MPI, with the same bits: --launcher "srun \
      --mpi=pmix" or --launcher mpirun, with --sbatch=--ntasks=4 and --sbatch=--cpus-per-task=32. Without it one \
      process executes a job. See 'marginalia train --help'.
      """,
      valueName: "command"
    )
  )
  var launcher: String?

  @Flag(name: .long, help: "Cancel the cluster's jobs at Ctrl-C; without it they stay in the queue.")
  var cancelOnInterrupt = false

  func validate() throws {
    if cluster == nil, !sbatch.isEmpty || cancelOnInterrupt || launcher != nil {
      throw ValidationError("--sbatch, --launcher and --cancel-on-interrupt need --cluster slurm")
    }
    if let launcher, launcher.contains(where: { $0.isNewline }) || launcher.allSatisfy(\.isWhitespace) {
      throw ValidationError("--launcher is not a command: give for example --launcher mpirun")
    }
    for option in sbatch where !Book.isSlurmOption(option) {
      throw ValidationError(
        "'\(option)' is not an option of sbatch that jobs may have: give for example --sbatch=--time=2:00:00"
      )
    }
  }

  /// Returns the cluster that executes the jobs of a session; `nil` where all is made here.
  func slurm(_ session: Session, showsScripts: Bool) -> SlurmCluster? {
    guard cluster != nil else { return nil }
    return SlurmCluster(
      store: session.store,
      mode: showsScripts ? .show : .submit(cancelsOnInterrupt: cancelOnInterrupt),
      options: session.book.slurm + sbatch,
      dataRoots: session.conditions.dataRoots.values.sorted(),
      launcher: launcher
    )
  }
}
