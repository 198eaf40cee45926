internal import ArgumentParser
internal import Engine
internal import Foundation

/// The command line: one file a subcommand.
@main
struct Marginalia: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marginalia",
    abstract: "A notebook for reproducing papers: render it, rerun a chapter, read the report.",
    discussion: """
      Exit status: 0 all is well; 1 a cell failed, the book has errors, or what was compared differs; \
      2 the command line is wrong; 3 the engine could not work: no compiler, a full disk, a folder that \
      cannot be written.
      """,
    subcommands: [
      Render.self, Check.self, Serve.self, List.self, Explain.self, Clean.self, Verify.self, Diff.self,
      New.self, Evaluate.self, DataCommand.self,
    ]
  )

  static func main() {
    // A reader of our output that goes away is no reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    // A file beyond its limit is an error like a full disk, with the path, not a sudden end.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
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
        Console.complain(fullMessage(for: error))
        Foundation.exit(ExitStatus.usage)
      }
      exit(withError: error)
    }
  }
}

/// What the exit status says.
enum ExitStatus {
  static let book: Int32 = 1
  static let usage: Int32 = 2
  static let engine: Int32 = 3
}

/// What is wrong with a book, a sentence each, with file and line.
struct BookProblems: Error {
  var problems: [String]
}
