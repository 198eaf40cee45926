internal import ArgumentParser
internal import Benchmarks
internal import Digests
internal import Engine
internal import Evaluation
internal import Foundation

struct EvaluateMegaFace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "megaface",
    abstract: "Identification and verification among distractors, counted as MegaFace counts.",
    discussion: """
      Features are NumPy files in the order of the lists, or the kit's .bin files: then --probes and \
      --distractors are their folders, and --ending is what follows an image's name. Distractors are read in pieces, so that \
      memory does not grow with their number.

      Several processes, on one machine or many, can share the distractors: --launcher "mpirun -n 4". Each reads its part and \
      returns whole numbers, so that all figures and files are those of one process, which the first process writes. All \
      processes need the same program, OpenBLAS kernel and files; others are refused by name. Where machines have copies of a \
      NumPy file of distractors, the digests of the copies are compared first; folders of .bin files are not compared. \
      MARGINALIA_THREADS sets the threads of each process.
      """
  )

  @Option(help: "Features of the probes: a NumPy file, or a folder of .bin files.")
  var probes: String

  @Option(help: "facescrub_features_list.json: paths and ids.")
  var probeList: String

  @Option(help: "Features of the distractors: a NumPy file, or a folder of .bin files.")
  var distractors: String

  @Option(
    help: "megaface_features_list.json_N_S: paths; needed for .bin files, checked against a NumPy file."
  )
  var distractorList: String?

  @Option(help: "The ending of .bin files, for example _MyModel.bin.")
  var ending = ".bin"

  @Option(parsing: .upToNextOption, help: "Gallery sizes, ascending: the first images of the list.")
  var sizes: [Int] = []

  @Option(parsing: .upToNextOption, help: "Ranks, ascending; 1 and 10 unless given.")
  var ranks: [Int] = [1, 10]

  @Option(
    parsing: .upToNextOption,
    help:
      "The false accept rates at which true accept rates and thresholds are shown; 1e-6 1e-5 1e-4 unless given."
  )
  var falseAcceptRates: [Double] = [1e-6, 1e-5, 1e-4]

  @Flag(help: "Take features as they are, without unit length.")
  var raw = false

  @Option(
    help: """
      A list of wrong probes to leave out, an image a line, as facescrub_noises.txt (InsightFace's clean list; its script \
      moves such probes to their person's mean instead).
      """
  )
  var probeNoise: String?

  @Option(help: "A list of wrong distractors to leave out, as megaface_noises.txt.")
  var distractorNoise: String?

  @Option(
    help: ArgumentHelp(
      "Write ranks and rates of the largest gallery in the form of the development kit (cmc_facescrub_megaface_….json).",
      valueName: "file"
    )
  )
  var cmc: String?

  @OptionGroup var rankOptions: RankOptions
  @OptionGroup var output: ScoreOutput

  func validate() throws {
    try requireFolders(of: [cmc])
    guard falseAcceptRates.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw ValidationError("--false-accept-rates are between 0 and 1.")
    }
    try requireGallerySizes(sizes)
    try requireAscending(ranks: ranks)
  }

  func run() throws {
    try rankOptions.launch()
    guard let communicator = try rankOptions.start() else {
      return try write(evaluation.evaluate(progress: progress()))
    }
    let ranks = MPIGalleryRanks(communicator)
    let report = ranks.rank == 0 ? progress() : { _, _ in }
    do {
      let program = try Digest(ofFileAt: "/proc/self/exe").hex
      if let result = try evaluation.evaluate(by: ranks, program: program, progress: report) {
        try write(result)
      }
    } catch let ended as RanksEnded {
      // All ranks know it and end in order.
      if let error = ended.error { Console.complain("\(error)") }
      ranks.end()
      throw ExitCode.failure
    }
    ranks.end()
  }

  /// Reports at most every ten seconds, on standard error, how much of this process's share is counted.
  private func progress() -> (Int, Int) -> Void {
    let began = ContinuousClock.now
    var shown = began
    return { done, all in
      guard 0 < done, done < all, ContinuousClock.now - shown >= .seconds(10) else { return }
      shown = .now
      let left = (shown - began) / .seconds(1) / Double(done) * Double(all - done)
      let line = "\(done) of \(all) distractors of this process, \(Int(left.rounded())) s left\n"
      try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
  }

  private var evaluation: MegaFaceEvaluation {
    var evaluation = MegaFaceEvaluation(probes: probes, probeList: probeList, distractors: distractors)
    evaluation.distractorList = distractorList
    evaluation.ending = ending
    evaluation.sizes = sizes
    evaluation.ranks = ranks
    evaluation.falseAcceptRates = falseAcceptRates
    evaluation.isRaw = raw
    evaluation.probeNoise = probeNoise
    evaluation.distractorNoise = distractorNoise
    evaluation.allowsMissing = output.allowMissing
    return evaluation
  }

  private func write(_ scored: (sheet: ScoreSheet, results: [Identification])) throws {
    try OutputFile.check([cmc, output.json, output.chart, output.yaml], inputs: scored.sheet.inputFiles)
    try output.write(scored.sheet)
    if let cmc, let last = scored.results.last { try OutputFile.write(last.developmentKitFile, to: cmc) }
  }
}

/// Refuses sizes of galleries that are not ascending numbers above 0.
func requireGallerySizes(_ sizes: [Int]) throws {
  guard zip([0] + sizes, sizes).allSatisfy({ $0 < $1 }) else {
    let found = sizes.map(String.init).joined(separator: " ")
    throw ValidationError("--sizes \(found): sizes of galleries are ascending and 1 or more.")
  }
}
