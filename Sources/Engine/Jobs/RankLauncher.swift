internal import Foundation

/// A command that starts the processes which share work over MPI, for example `mpirun -n 4`.
package struct RankLauncher: Sendable {
  /// The command, which a shell splits at spaces, and whose quotes it reads.
  package let command: String

  /// - Returns: `nil` where the text is not one line with a command.
  package init?(_ command: String) {
    guard !command.contains(where: \.isNewline), !command.allSatisfy(\.isWhitespace) else { return nil }
    self.command = command
  }

  /// What starts the ranks: a program of which each rank is a process, with its arguments and `--mpi`.
  package func shell(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
    ("/bin/sh", ["-c", "exec \(command) \"$@\"", "sh", program] + arguments + ["--mpi"])
  }

  /// The path of this program.
  package static func thisProgram() throws(EngineError) -> String {
    guard let path = realpath("/proc/self/exe", nil) else { throw .noLaboratory("/proc/self/exe") }
    defer { free(path) }
    return String(cString: path)
  }
}
