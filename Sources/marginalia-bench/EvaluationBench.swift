internal import ArgumentParser
internal import Benchmarks
internal import Faces
internal import Foundation
internal import Tensors

/// Speed and memory of the evaluators at the benchmarks' full sizes, one JSON line each.
struct EvaluationBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluation",
    abstract: "Measure identification, templates and folds at their full sizes.",
    discussion: """
      identification: MegaFace's 3,530 probes of 80 persons among 1,000,000 distractors streamed from disk, all ranks \
      and the whole ROC. templates: IJB-C's 19,557 + 15,639,000 pairs, scored and made a ROC. folds: LFW's 6,000 \
      pairs in ten folds, accuracy and validation rate. Peak memory is the process's: measure one at a time for it.
      """
  )

  enum Kind: String, ExpressibleByArgument, CaseIterable { case identification, templates, folds }

  @Argument(help: "identification, templates or folds.") var kind: Kind
  @Option(help: "Dimensions of a feature; 1,024, 512 and 512 unless given.") var dimensions: Int?
  @Option(help: "Distractors.") var distractors = 1_000_000
  @Option(
    help: "The expected cosine of two probes of a person; from 0.2 down no distractor is proven to be far."
  )
  var likeness = 0.5
  @Option(
    help: ArgumentHelp("Distractors on disk; drawn into a temporary file unless given.", valueName: "npy")
  )
  var features: String?
  @Option(help: "Evaluations that are timed; the median is reported.") var steps = 3

  func validate() throws {
    guard steps > 0, distractors > 0, dimensions ?? 1 > 0, (0..<1).contains(likeness) else {
      throw ValidationError("every size must be at least 1, and --likeness within 0 and 1")
    }
  }

  func run() throws {
    switch kind {
    case .identification: try identification(dimensions ?? 1024)
    case .templates: try templates(dimensions ?? 512)
    case .folds: try folds(dimensions ?? 512)
    }
  }

  private func identification(_ length: Int) throws {
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npy")
    defer { try? FileManager.default.removeItem(at: temporary) }
    if features == nil { try RandomFeatures(length: length).write(distractors, to: temporary) }
    let source = try NumpyFile(features ?? temporary.path)
    // FaceScrub's 3,530 probes: 45 each of ten persons, 44 each of seventy.
    let identities = (0..<80).flatMap { Array(repeating: $0, count: $0 < 10 ? 45 : 44) }
    let probes = RandomFeatures(length: source.rowLength).persons(identities, likeness: likeness)
    var timing = StepTiming()
    var last: Identification?
    for _ in 0..<steps {
      try timing.measure("evaluate") {
        last = try Identification.evaluate(
          probes: probes,
          identities: identities,
          distractors: UnitFeatures(source)
        ).last
      }
      timing.endStep(counted: true)
    }
    guard let last else { return }
    let work = 2e-9 * Double(identities.count) * Double(source.rowCount) * Double(source.rowLength)
    timing.print([
      "bench": "identification", "probes": identities.count, "distractors": source.rowCount,
      "dimensions": source.rowLength, "likeness": likeness, "trials": last.trialCount,
      "rank1": last.rate(atRank: 1), "rank1000": last.cumulativeMatch(upToRank: 1000)[999],
      "trueAcceptRate1e-6": last.verification.trueAcceptRate(atFalseAcceptRate: 1e-6),
      "gflops": work / timing.median, "threads": Parallel.threadCount, "kernels": openBLASKernel,
    ])
  }

  private func templates(_ length: Int) throws {
    // IJB-C: 3,531 subjects, 23,124 templates, 19,557 genuine and 15,638,932 impostor pairs.
    let (subjects, probes, impostors) = (3531, 19_593, 15_639_000)
    let draw = RandomFeatures(length: length)
    let subjectOfTemplate = (0..<subjects) + (0..<probes).map { $0 % subjects }
    let images = subjectOfTemplate.indices.map { IJBList.Entry(path: "\($0).jpg", template: $0, medium: $0) }
    var pairs = (0..<19_557).map { IJBList.Pair(first: $0 % subjects, second: subjects + $0, isSame: true) }
    var chance = SeededGenerator(seed: 3)
    let perGallery = (impostors + subjects - 1) / subjects
    for pair in 0..<impostors {
      let gallery = pair / perGallery
      let probe = (gallery + 1 + chance.index(below: subjects - 1)) % subjects
      let turn = chance.index(below: 5)
      pairs.append(IJBList.Pair(first: gallery, second: subjects + probe + turn * subjects, isSame: false))
    }
    let list = IJBList(images: images, pairs: pairs)
    let features = draw.persons(subjectOfTemplate, likeness: likeness)
    var timing = StepTiming()
    var last: TemplateVerification?
    for _ in 0..<steps {
      last = nil
      try timing.measure("scores and ROC") { last = try TemplateVerification(features: features, list: list) }
      timing.endStep(counted: true)
    }
    guard let last else { return }
    timing.print([
      "bench": "templates", "templates": last.templateCount, "dimensions": length,
      "genuine": last.roc.genuineCount, "impostors": last.roc.impostorCount,
      "trueAcceptRate1e-6": last.roc.trueAcceptRate(atFalseAcceptRate: 1e-6), "threads": Parallel.threadCount,
    ])
  }

  private func folds(_ length: Int) throws {
    let isSame = (0..<6000).map { $0 / 300 % 2 == 0 }
    let identities = isSame.enumerated().flatMap { [2 * $0, $1 ? 2 * $0 : 2 * $0 + 1] }
    let features = RandomFeatures(length: length).persons(identities, likeness: likeness)
    var timing = StepTiming()
    var accuracy = 0.0
    for step in 0...steps {
      let distances = timing.measure("distances") { squaredDistancesInTurn(features) }
      timing.measure("accuracy") {
        accuracy = FoldedVerification(squaredDistances: distances, isSame: isSame).accuracy
      }
      timing.measure("validation rate") {
        _ = FoldedValidation(squaredDistances: distances, isSame: isSame)
      }
      timing.endStep(counted: step > 0)
    }
    timing.print([
      "bench": "folds", "pairs": isSame.count, "dimensions": length, "accuracy": accuracy,
      "threads": Parallel.threadCount,
    ])
  }
}
