internal import ArgumentParser

/// Speed and memory of both wings, as JSON lines.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "marginalia-bench",
    abstract: "Speed and memory of both wings, as JSON lines.",
    subcommands: [
      BookBench.self, NetworkBench.self, ScalingBench.self, RanksBench.self, LossesBench.self,
      EvaluationBench.self, BesidePython.self, FacesBench.self, MarkdownBench.self, ProseBench.self,
      Fuzz.self,
    ]
  )
}
