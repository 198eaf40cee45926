package import ArgumentParser
internal import Engine
internal import Foundation
internal import Tensors

/// The command line. Each subcommand has its own file.
package struct Marginalia: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "marginalia",
    abstract: "A notebook for reproducing papers: render it, rerun a chapter, read the report.",
    discussion: """
      Exit status: 0 all is well; 1 a cell failed, the book has errors, or what was compared differs; \
      2 the command line is wrong; 3 the engine could not work: no compiler, a full disk, a folder that \
      cannot be written.
      """,
    version: Version.current,
    subcommands: [
      Render.self, Check.self, Serve.self, List.self, Explain.self, Keep.self, Clean.self, Verify.self,
      Diff.self, Archive.self, New.self, Export.self, Train.self, Evaluate.self, Embed.self,
      WeightsCommand.self, DataCommand.self,
      Install.self, OpenBLASKernel.PrintKernel.self,
    ]
  )

  package init() {}

  /// Runs the command line of this process, and exits with a status that `ExitStatus` explains.
  package static func main() {
    // A parent's blocked signals are inherited: Ctrl-C and TERM must end this process whatever started it.
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    // Writing to a closed pipe is an error with a message, not a silent end.
    signal(SIGPIPE, SIG_IGN)
    // So is writing a file beyond its size limit.
    signal(SIGXFSZ, SIG_IGN)
    StandardOutput.checkAtExit()
    var subcommand: (any ParsableCommand.Type)?
    do {
      try requireThreadCount(ProcessInfo.processInfo.environment)
      var command = try parseAsRoot()
      subcommand = type(of: command)
      try command.run()
    } catch let error as EngineError {
      Console.complain("\(error)")
      Foundation.exit(ExitStatus.engine)
    } catch let error as BookProblems {
      for problem in error.problems { Console.complain(problem) }
      Foundation.exit(ExitStatus.book)
    } catch {
      let code = exitCode(for: error)
      if code == .validationFailure {
        Console.complain(usageMessage(for: error, of: subcommand))
        Foundation.exit(ExitStatus.usage)
      }
      if let sentence = JSONFault.sentence(for: error) {
        Console.complain(sentence)
        Foundation.exit(ExitStatus.engine)
      }
      exit(withError: error)
    }
  }
}

extension Marginalia {
  /// The message of an error in the command line, with the usage of the subcommand that it is about.
  ///
  /// - Parameter subcommand: the one that threw the error while it ran; `nil` where the error knows it, since it was found
  ///   while arguments were parsed.
  package static func usageMessage(for error: any Error, of subcommand: (any ParsableCommand.Type)?) -> String
  {
    guard let subcommand else { return fullMessage(for: error) }
    return "Error: \(message(for: error))\nUsage: \(usageString(for: subcommand))"
  }
}

/// Throws an error if `MARGINALIA_THREADS` is set to anything but a number of threads; an empty value counts as not set.
package func requireThreadCount(_ environment: [String: String]) throws {
  guard let text = environment["MARGINALIA_THREADS"], !text.isEmpty, Parallel.threadCount(inText: text) == nil
  else { return }
  throw ValidationError(
    "MARGINALIA_THREADS is '\(text)', expected the number of threads, from 1 to \(Parallel.threadLimit): set it so, or unset it."
  )
}

/// The exit statuses besides 0.
enum ExitStatus {
  static let book: Int32 = 1
  static let usage: Int32 = 2
  static let engine: Int32 = 3
}

/// The errors of a book, a sentence each, with file and line.
struct BookProblems: Error {
  var problems: [String]
}
