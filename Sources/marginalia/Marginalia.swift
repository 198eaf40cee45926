internal import ArgumentParser

/// The command line: one file a subcommand.
@main
struct Marginalia: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marginalia",
    abstract: "A notebook for reproducing papers: render it, rerun a chapter, read the report."
  )
}
