import Foundation
import Laboratory

/// The world that all experiments share, and the models that are compared in it.
///
/// This file is compiled into every chapter. Whoever changes a number here changes the experiment: all that depends
/// on it is trained and measured anew. In the profile `paper` the world is that of the paper: its network and its settings,
/// and the real sets, each named by `--data NAME=DIR`; what was not named is not run.
struct Study {
  static let current = Study(Notebook.current)

  let notebook: Notebook
  /// Height and width of all images, in pixels.
  let imageSize: Int
  /// The number of features of an embedding; the paper has 512.
  let embedding: Int
  /// The channels of the narrowest branch of the network.
  let width: Int
  /// Steps of a model that starts at random.
  let steps: Int
  /// Steps of a model that starts from another; also of each trial of the search.
  let furtherSteps: Int
  /// The seeds that every scheme is trained with.
  let seeds: [UInt64]
  /// The seeds that each weight of the search is tried with.
  let searchSeeds: [UInt64]
  let faces: FaceGenerator

  init(_ notebook: Notebook) {
    self.notebook = notebook
    imageSize = notebook.scaled(smoke: 32, small: 32, paper: 160)
    embedding = notebook.scaled(smoke: 64, small: 128, large: 256, paper: 512)
    width = notebook.scaled(smoke: 4, small: 8, large: 16)
    steps = notebook.scaled(smoke: 60, small: 700, large: 2400, paper: 275_000)
    furtherSteps = notebook.scaled(smoke: 20, small: 250, large: 800, paper: 100_000)
    let count = notebook.scaled(smoke: 2, small: 5, large: 8, paper: 1)
    seeds = (0..<UInt64(count)).map { notebook.seed &* 1000 &+ $0 }
    let trials = notebook.scaled(smoke: 2, small: 3, paper: 1)
    searchSeeds = (0..<UInt64(trials)).map { notebook.seed &* 1000 &+ 900 &+ $0 }
    faces = FaceGenerator(seed: notebook.seed)
  }

  /// How much pictures of one person differ: less than in photographs of the wild, so that a network that sees a few
  /// tens of thousands of pictures can learn to tell persons apart.
  static let variation: FaceVariation = {
    var variation = FaceVariation.wild
    (variation.yaw, variation.pitch, variation.roll) = (0.16, 0.09, 0.07)
    (variation.light, variation.expression, variation.occlusion) = (0.7, 0.8, 0.1)
    (variation.quality, variation.placement) = (0.5, 0.6)
    return variation
  }()

  // MARK: - The world

  private static let drawn = Kept<FaceSet>()
  private static let real = Kept<FaceSplit>()

  /// Whether this is the paper's own setting, on real sets.
  var isPaper: Bool { notebook.profile == "paper" }

  /// How a picture of a real set is taken: cut out as the public code does that the paper most likely built on, to 182
  /// pixels, of which the middle 160 are used.
  var prepared: FacePreparation { FacePreparation(size: imageSize, crop: 160.0 / 182) }

  /// The folder of a real set; without it the cell that asks is not run.
  func folder(_ name: String, of set: String) -> String {
    if let folder = notebook.dataRoot(name) { return folder }
    notRun(missing(name, set))
  }

  private func missing(_ name: String, _ set: String) -> String {
    "The profile ‘paper’ needs \(set), which cannot be given out with a book. Name its folder by --data \(name)=DIR"
  }

  /// The real training set without its last hundred persons, and pairs of these.
  private func realTraining() throws -> FaceSplit {
    let root = folder("training", of: "a training set, VGGFace2’s or another with a folder for each person")
    return try Self.real.value {
      try FaceSplit.persons(root, testedPersons: 100, picturesOfEach: 8, foldCount: 10, prepared: prepared)
    }
  }

  /// The images of each class of the training set: a power law, where they are not those of a real set.
  var classSizes: ClassSizes {
    get throws {
      if isPaper { return try realTraining().sizes }
      return notebook.scaled(
        smoke: .powerLaw(classCount: 60, largest: 30, smallest: 4),
        small: .powerLaw(classCount: 600, largest: 100, smallest: 5),
        large: .powerLaw(classCount: 2000, largest: 200, smallest: 8))
    }
  }

  /// The training set, its persons in none of the benchmarks. (Of a real set that is for its giver to see to.)
  func trainingSet() throws -> FaceSet {
    if isPaper { return try realTraining().training }
    return try Self.drawn.value {
      try faces.trainingSet(try classSizes, size: imageSize, variation: Self.variation).stored()
    }
  }

  /// Pairs for choosing settings: of persons who are in no training set and in no benchmark.
  func validationPairs() throws -> PairBenchmark {
    if isPaper { return try realTraining().benchmark }
    return FaceGenerator(seed: notebook.seed &+ 0x7A11DA7E).lfwStyle(
      size: imageSize, pairsPerKind: notebook.scaled(smoke: 10, small: 600), variation: Self.variation)
  }

  /// LFW: two kinds of pairs in ten folds.
  func lfw() throws -> PairBenchmark {
    if isPaper { return try .lfw(folder("lfw", of: "LFW"), prepared: prepared) }
    return faces.lfwStyle(
      size: imageSize, pairsPerKind: notebook.scaled(smoke: 10, small: 300), variation: Self.variation)
  }

  /// LFW for a cell that those below it do not need: where the set is not given, only this cell is not run.
  func lfwIfGiven() throws -> PairBenchmark? {
    if isPaper, notebook.dataRoot("lfw") == nil {
      markNotRun(missing("lfw", "LFW"))
      return nil
    }
    return try lfw()
  }

  /// SLLFW: LFW's pairs of one person, and pairs of look-alikes.
  func sllfw() throws -> PairBenchmark {
    if isPaper { return try .sllfw(folder("sllfw", of: "SLLFW (LFW’s folders with pair_SLLFW.txt)"), prepared: prepared) }
    return lookAlikes(size: imageSize)
  }

  /// The stand-in for SLLFW in pictures of any size.
  func lookAlikes(size: Int) -> PairBenchmark {
    faces.sllfwStyle(
      size: size, pairsPerKind: notebook.scaled(smoke: 10, small: 300), variation: Self.variation)
  }

  /// YTF: pairs of videos.
  func ytf() throws -> PairBenchmark {
    if isPaper { return try .ytf(folder("ytf", of: "YTF"), prepared: prepared) }
    return faces.ytfStyle(
      size: imageSize, pairsPerKind: notebook.scaled(smoke: 6, small: 60, large: 250), framesPerVideo: 4)
  }

  /// MegaFace with the probes of FaceScrub.
  func megaFace() throws -> IdentificationBenchmark {
    if isPaper { return try .megaFace(folder("megaface", of: "MegaFace with FaceScrub"), prepared: prepared) }
    return faces.megaFaceStyle(
      size: imageSize,
      personCount: notebook.scaled(smoke: 10, small: 80),
      imagesPerPerson: notebook.scaled(smoke: 4...6, small: 10...14, large: 27...50),
      distractorCount: notebook.scaled(smoke: 200, small: 10_000, large: 100_000),
      variation: Self.variation)
  }

  /// IJB-B or IJB-C, verification of templates.
  func ijb() throws -> TemplateBenchmark {
    if isPaper { return try .insightFace(folder("ijb", of: "IJB-B or IJB-C"), prepared: prepared) }
    return faces.ijbStyle(
      size: imageSize, subjectCount: notebook.scaled(smoke: 20, small: 400, large: 2000),
      impostorsPerGallery: notebook.scaled(smoke: 20, small: 600), variation: Self.variation)
  }

  // MARK: - The schemes

  /// What is compared: the paper's five schemes, and a control.
  enum Scheme: String, CaseIterable {
    case softmax = "Softmax"
    case centre = "Softmax + Centre"
    case marginal = "Softmax + Marginal"
    case range = "Softmax + Range"
    case minimumMargin = "Softmax + Centre + Minimum Margin"
    /// Softmax + Centre trained for as many steps as the scheme with the minimum margin, which starts from it.
    case longerCentre = "Softmax + Centre, trained longer"

    /// The schemes of the paper.
    static let paper: [Scheme] = [.softmax, .centre, .marginal, .range, .minimumMargin]

    /// A short name for charts.
    var label: String {
      switch self {
      case .softmax: "Softmax"
      case .centre: "Centre"
      case .marginal: "Marginal"
      case .range: "Range"
      case .minimumMargin: "Minimum Margin"
      case .longerCentre: "Centre, longer"
      }
    }

    /// A name for findings.
    var key: String {
      label.lowercased().replacingOccurrences(of: ", ", with: "-").replacingOccurrences(of: " ", with: "-")
    }
  }

  /// What is chosen by the search: one number a loss.
  struct Settings {
    /// α, of Centre Loss.
    var centre = 2e-4
    /// λ, of Marginal Loss.
    var marginal = 1.0
    /// The weight of Range Loss.
    var range = 1.0
    /// β, of Minimum Margin Loss.
    var minimumMargin = 4e-5
  }

  /// M: the paper's 280 belongs to 512 features of unit variance; a squared distance grows with their number.
  var margin: Double { 280.0 * Double(embedding) / 512 }

  /// The objective of a scheme.
  func objective(
    _ scheme: Scheme, _ settings: Settings, margin: Double? = nil, by reading: MarginReading = .throughUpdate
  ) -> Objective {
    switch scheme {
    case .softmax: Objective(.softmax)
    case .centre, .longerCentre: Objective(.softmax, .centre(weight: settings.centre))
    case .marginal: Objective(.softmax, .marginal(weight: settings.marginal))
    case .range:
      Objective(
        .softmax,
        .range(
          weight: settings.range,
          RangeLoss(rangeCount: 2, margin: self.margin, intraWeight: 1e-4, interWeight: 1e-3)))
    case .minimumMargin:
      Objective(
        .softmax, .centre(weight: settings.centre),
        .minimumMargin(weight: settings.minimumMargin, margin: margin ?? self.margin, by: reading))
    }
  }

  /// The recipe of a scheme.
  ///
  /// As in the paper, the scheme with the minimum margin starts from the trained model of Softmax + Centre. In the
  /// profile `paper` optimiser and rates are those of the public code that the paper most likely built on: Adam with an ε
  /// of 0.1, and 0.05 divided by ten after every 100,000 steps.
  ///
  /// - Parameters:
  ///   - steps: of the run itself; `nil` takes the study's.
  ///   - startSteps: of the run that it starts from, where it starts from one.
  ///   - objective: in place of the scheme's own.
  func recipe(
    _ scheme: Scheme, _ settings: Settings, seed: UInt64, steps: Int? = nil, startSteps: Int? = nil,
    objective: Objective? = nil
  ) -> Recipe {
    let goesOn = scheme == .minimumMargin || scheme == .longerCentre
    let steps = steps ?? (goesOn ? furtherSteps : self.steps)
    let rate = isPaper ? 0.05 : 0.1
    return Recipe(
      "\(scheme.label), seed \(seed)", network: network, input: [imageSize, imageSize, 3],
      objective: objective ?? self.objective(scheme, settings),
      optimiser: isPaper
        ? .adam(epsilon: 0.1, weightDecay: 5e-4) : .momentumSGD(momentum: 0.9, weightDecay: 5e-4),
      // A run from the start falls in three stages, as the paper's does; one that goes on begins at a fifth of the rate.
      schedule: .steps(
        goesOn ? rate / 5 : rate, dividedBy: 10,
        every: isPaper && !goesOn ? 100_000 : max(1, steps * 2 / 5), of: steps),
      steps: steps,
      sampling: .shuffled(batch: 90), augmentation: Augmentation(flips: true),
      start: goesOn ? .model(of: recipe(.centre, settings, seed: seed, steps: startSteps)) : .random,
      seed: seed)
  }

  /// A smaller sibling of Inception-ResNet-v1, of the same blocks: a stem that quarters the image, A, reduction A, C.
  ///
  /// In the profile `paper` it is Inception-ResNet-v1 itself, with dropout that keeps 0.4.
  var network: [Layer] {
    if isPaper { return .inceptionResNetV1(embedding: embedding, keep: 0.4) }
    let stem = [
      InceptionResNet.unit("conv1", 2 * width, 5, 5, stride: 2),
      InceptionResNet.unit("conv2", 4 * width, 3, 3, stride: 2),
    ]
    return [.named("stem", stem)]
      + InceptionResNet.blockA("A1", width: 4 * width, branch: width)
      + [InceptionResNet.reductionA(direct: 3 * width, inner: 2 * width, outer: 3 * width)]
      + InceptionResNet.blockC("C1", width: 10 * width, branch: 2 * width)
      + InceptionResNet.head(embedding: embedding, keep: 1)
  }

  // MARK: - Models and what they say

  /// Returns a trained model: from the store, or trained now.
  func model(_ recipe: Recipe) throws -> Model {
    try notebook.models.model(of: recipe, on: trainingSet(), progress: Self.show)
  }

  /// Returns the features of images as the paper takes them: of the image and its mirror image, side by side.
  ///
  /// - Parameter set: what the model learns from; `nil` takes the study's.
  func features(of images: FaceSet, by recipe: Recipe, trainedOn set: FaceSet? = nil) throws -> Tensor<Float> {
    // Real sets are too large to be kept in memory.
    try notebook.models.embeddings(
      of: isPaper ? images : Self.remembered.set(images), by: recipe, trainedOn: set ?? trainingSet(), withMirror: true,
      progress: Self.show)
  }

  private static let remembered = RememberedSets()

  /// Judges a benchmark of pairs of images or videos.
  func verification(_ benchmark: PairBenchmark, by recipe: Recipe, trainedOn set: FaceSet? = nil) throws
    -> PairVerification
  {
    let features = try features(of: benchmark.faces, by: recipe, trainedOn: set)
    return try PairVerification(
      frames: features, videoOfFrame: benchmark.memberOfFace, pairs: benchmark.pairs, members: benchmark.members)
  }

  /// Returns the true centre of each class: the mean feature of its training images, without mirror images.
  func classCentres(by recipe: Recipe) throws -> Centres<Float> {
    let set = try trainingSet()
    let features = try notebook.models.embeddings(of: set, by: recipe, trainedOn: set, progress: Self.show)
    return Centres(meansOf: LabelledFeatures(features, labels: set.labels))
  }

  /// Returns the distance of each class's true centre to the nearest other, Euclidean.
  func nearestDistances(by recipe: Recipe) throws -> [Double] {
    try classCentres(by: recipe).nearestSquaredDistances().map { $0.squareRoot() }
  }

  static func show(_ progress: TrainingProgress) {
    guard progress.step % 20 == 0 || progress.step == progress.stepCount else { return }
    report(
      .init(
        activity: progress.recipe, step: progress.step, stepCount: progress.stepCount,
        rate: progress.samplesPerSecond / 90, unit: "steps"))
  }
}

/// What came of one scheme: for each seed a row of numbers, one for each thing measured.
struct Outcome {
  var scheme: Study.Scheme
  var rows: [[Double]]

  /// One number of all seeds.
  func column(_ index: Int) -> [Double] { rows.map { $0[index] } }
}

extension Study {
  /// Measures the model of each scheme and seed.
  func outcomes(
    _ settings: Settings, measure: (Scheme, Recipe) throws -> [Double]
  ) rethrows -> [Outcome] {
    try Scheme.allCases.map { scheme in
      Outcome(scheme: scheme, rows: try seeds.map { try measure(scheme, recipe(scheme, settings, seed: $0)) })
    }
  }
}

extension [Outcome] {
  /// A table with a row for each scheme; numbers are means over seeds, with their spread.
  func table(_ columns: [Table.Column]) -> Table {
    var table = Table(columns: [.init("scheme")] + columns)
    for outcome in self {
      table.append(
        [.text(outcome.scheme.rawValue)]
          + columns.indices.map { .measurement(outcome.column($0).measured(columns[$0].unit)) })
    }
    return table
  }

  /// The numbers of a scheme, by seed.
  func values(_ scheme: Study.Scheme, _ column: Int = 0) -> [Double] {
    first { $0.scheme == scheme }?.column(column) ?? []
  }

  /// How much more the minimum margin has than another scheme, in percentage points: the mean over seeds of the
  /// difference at one seed.
  func gain(over scheme: Study.Scheme, _ column: Int = 0) -> Measured {
    zip(values(.minimumMargin, column), values(scheme, column)).map { 100 * ($0 - $1) }.measured(.points)
  }

  /// Records the gain over each other scheme as `NAME-over-SCHEME`, for the sentences and the claims.
  func recordGains(_ name: String, _ column: Int = 0) {
    for outcome in self where outcome.scheme != .minimumMargin {
      record(
        "\(name)-over-\(outcome.scheme.key)", gain(over: outcome.scheme, column),
        caption: "\(name.replacingOccurrences(of: "-", with: " ")): Minimum Margin less \(outcome.scheme.label)")
    }
  }
}

extension Study.Settings {
  /// The settings that the search of experiment 2 chose; the cell must say `needs=search`.
  init(_ notebook: Notebook) throws {
    centre = try notebook.measurement("search.centre-weight").value
    marginal = try notebook.measurement("search.marginal-weight").value
    range = try notebook.measurement("search.range-weight").value
    minimumMargin = try notebook.measurement("search.margin-weight").value
  }
}

extension Measured.Unit {
  /// Percentage points: what the difference of two rates is in.
  static let points = Measured.Unit.symbol("points")
}

extension Int {
  /// The number as a reader writes it, in groups of three: 23,467,824.
  var grouped: String {
    let digits = Array(String(self))
    return digits.indices.reduce(into: "") { text, place in
      if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
      text.append(digits[place])
    }
  }
}

/// A value that is made once in a chapter and kept.
final class Kept<Value>: @unchecked Sendable {
  private var value: Value?

  func value(_ make: () throws -> Value) rethrows -> Value {
    if let value { return value }
    let made = try make()
    value = made
    return made
  }
}

/// Sets of faces that are drawn or read once for all models that embed them in a chapter.
final class RememberedSets: @unchecked Sendable {
  private var sets: [String: FaceSet] = [:]

  func set(_ set: FaceSet) -> FaceSet {
    if let known = sets[set.digest.hex] { return known }
    let remembered = set.remembered()
    sets[set.digest.hex] = remembered
    return remembered
  }
}

extension [Double] {
  var mean: Double { reduce(0, +) / Double(count) }

  /// The sample deviation, with n − 1; 0 for a single value.
  var deviation: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }

  /// The half width of the interval that covers the mean at 0.95, by Student's t.
  var halfWidth: Double {
    let quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
    guard count > 1 else { return .infinity }
    return (count - 2 < quantiles.count ? quantiles[count - 2] : 1.96) * deviation / Double(count).squareRoot()
  }

  /// The mean with its spread and, from two values on, an interval.
  func measured(_ unit: Measured.Unit, _ direction: Direction = .neutral) -> Measured {
    Measured(
      mean, unit: unit, spread: count > 1 ? deviation : nil, sampleCount: count,
      interval: count > 1 ? Interval(mean - halfWidth, mean + halfWidth) : nil, direction: direction)
  }
}
