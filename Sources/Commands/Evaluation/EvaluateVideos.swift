internal import ArgumentParser
internal import Evaluation
internal import Faces
internal import Benchmarks

struct EvaluateYTF: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ytf",
    abstract: "Accuracy over splits on the pairs of YouTube Faces, from features of frames."
  )

  @Option(help: "YTF's splits.txt, in any of its forms.") var splits: String
  @Option(help: "The video of each row, one a line (Name/0).") var videos: String
  @Option(help: ArgumentHelp("The features, one row a frame.", valueName: "npy")) var features: String
  @Option(help: "meanFeature, or meanSimilarity: the mean cosine over all pairs of frames (FaceNet).")
  var pooling: FramePooling = .meanFeature
  @Option(
    help: ArgumentHelp(
      "Only the first so many rows of each video; 100 as FaceNet and many after it.",
      valueName: "count"
    )
  )
  var firstFrames: Int?
  @OptionGroup var options: PairOptions

  func validate() throws {
    guard firstFrames ?? 1 >= 1 else { throw ValidationError("--first-frames is 1 or more.") }
  }

  func run() throws {
    let evaluation = VideoEvaluation(
      splits: splits,
      videos: videos,
      pooling: pooling,
      firstFrames: firstFrames,
      rules: options.rules
    )
    try options.output.write(evaluation.sheet(features: features))
  }
}
