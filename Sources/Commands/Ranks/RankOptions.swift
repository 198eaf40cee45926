internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Training

/// The options of a command that several processes execute together over MPI.
struct RankOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Start the processes that share the work over MPI, and this command on each: --launcher "mpirun -n 4" or "srun -n 4". \
      The command needs the transport, see 'marginalia train --help'.
      """,
      valueName: "command"
    )
  )
  var launcher: String?

  @Flag(help: "Share the work with all processes that the launcher of MPI has started; --launcher adds it.")
  var mpi = false

  @Option(
    help: ArgumentHelp(
      "Seconds after which a silent process counts as hanging, with --mpi.",
      valueName: "seconds"
    )
  )
  var patience = 600.0

  func validate() throws {
    // Up to 31 years, and no NaN: of anything else there is no duration.
    guard patience > 0, patience <= 1e9 else {
      throw ValidationError("--patience must be above 0 and at most 1e9 seconds, not \(patience).")
    }
    if let launcher, RankLauncher(launcher) == nil {
      throw ValidationError("--launcher is not a command: give for example --launcher \"mpirun -n 2\".")
    }
  }

  /// Replaces this process by the launcher, if there is one, which starts this command with `--mpi` on each rank.
  ///
  /// - Throws: an `EngineError` where no shell can be started.
  func launch() throws {
    guard let launcher = launcher.flatMap(RankLauncher.init), !mpi else { return }
    let (shell, words) = launcher.shell(
      try RankLauncher.thisProgram(),
      Array(CommandLine.arguments.dropFirst())
    )
    var arguments = (["sh"] + words).map { strdup($0) } + [nil]
    execv(shell, &arguments)
    throw EngineError.cannotStart(program: shell, step: "starting '\(launcher.command)'", error: errno)
  }

  /// Starts MPI, which a process can do once; `nil` without `--mpi`.
  func start() throws -> MPICommunicator? { mpi ? try MPICommunicator(patience: patience) : nil }
}
