internal import ArgumentParser
internal import Evaluation
internal import Faces

struct EvaluateLFWView1: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lfw-view1",
    abstract: "Accuracy on LFW's view 1: a threshold from pairsDevTrain.txt, judged on pairsDevTest.txt.",
    discussion: "Kaggle's lists hold one kind of pairs each: give two a part, that of one person first."
  )

  @Option(
    parsing: .upToNextOption,
    help: "pairsDevTrain.txt, or matchpairsDevTrain.csv and mismatchpairsDevTrain.csv."
  )
  var train: [String]
  @Option(
    parsing: .upToNextOption,
    help: "pairsDevTest.txt, or matchpairsDevTest.csv and mismatchpairsDevTest.csv."
  )
  var test: [String]
  @Option(
    help: ArgumentHelp(
      "The features; without --images the rows of the training pairs come first.",
      valueName: "npy"
    )
  )
  var features: String
  @OptionGroup var options: ImagePairOptions

  func validate() throws {
    guard [train, test].allSatisfy({ (1...2).contains($0.count) }) else {
      throw ValidationError("--train and --test are one file each, or two: pairs of one person, then of two.")
    }
  }

  func run() throws {
    let evaluation = PairEvaluation(
      name: "LFW, view 1",
      list: try .lfwView1(train: train, test: test),
      listPaths: train + test,
      images: options.images,
      rules: options.rules,
      isView1: true
    )
    try options.pair.output.write(evaluation.sheet(features: features))
  }
}
