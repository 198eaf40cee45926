import Foundation
import Laboratory

/// One world of the experiment: persons, their training pictures and all benchmarks, drawn from one seed.
///
/// Each seed of the study is a world of its own, so that the spread over worlds holds everything that chance decides: persons, pictures,
/// test pairs, first weights and the order of the batches. In the profile `paper` there is one world, of the real sets.
struct World: Hashable {
  /// How the pictures are spread over the persons of the training set. Both have the same persons and, up to rounding, equally many
  /// pictures.
  enum Tail: String, CaseIterable, Hashable {
    case long = "long-tailed"
    case balanced = "balanced"
  }

  let index: Int
  let study: Study

  static func == (a: World, b: World) -> Bool { a.index == b.index }
  func hash(into hasher: inout Hasher) { hasher.combine(index) }

  private var rules: Rules { study.rules }
  var seed: UInt64 { rules.seed(ofWorld: index) }
  var faces: FaceGenerator { FaceGenerator(seed: seed) }
  private var size: Int { study.imageSize }

  private static let sets = Remembered<FaceSet>()
  private static let benchmarks = Remembered<PairBenchmark>()

  // MARK: - Training

  /// The number of training pictures of each class, largest first.
  func classSizes(_ tail: Tail) throws -> ClassSizes {
    if study.isPaper { return try study.realTraining().sizes }
    let long = ClassSizes.geometric(
      classCount: rules.count("sizes.classes"), largest: rules.count("sizes.largest-class"),
      smallest: rules.count("sizes.smallest-class"))
    guard tail == .balanced else { return long }
    let (share, rest) = long.total.quotientAndRemainder(dividingBy: long.counts.count)
    return ClassSizes(long.counts.indices.map { share + ($0 < rest ? 1 : 0) })
  }

  /// The training set.
  func trainingSet(_ tail: Tail) throws -> FaceSet {
    if study.isPaper { return try study.realTraining().training }
    return try Self.sets.value("\(seed) \(tail)") {
      faces.trainingSet(try classSizes(tail), size: size, variation: Study.variation).remembered()
    }
  }

  /// Fresh pictures of the training persons, equally many of each, that no model has seen: first those of class 0, then class 1, ….
  func freshPictures() -> FaceSet {
    let count = rules.count("measures.gallery-pictures") + rules.count("measures.probe-pictures")
    return faces.trainingSet(
      .even(classCount: rules.count("sizes.classes"), count: count), size: size, variation: Study.variation,
      firstPicture: 10_000)
  }

  // MARK: - Benchmarks

  private func remembered(_ name: String, _ faces: FaceSet) -> FaceSet {
    // Real sets are too large to be kept in memory.
    study.isPaper ? faces : Self.sets.value("\(seed) \(name)") { faces.remembered() }
  }

  /// LFW: pairs of two kinds in ten folds.
  func lfw() throws -> PairBenchmark {
    if study.isPaper { return try .lfw(study.folder("lfw", of: "LFW"), prepared: study.prepared) }
    return Self.benchmarks.value("\(seed) LFW") {
      faces.lfwStyle(size: size, pairsPerKind: rules.count("sizes.lfw-pairs"), variation: Study.variation)
    }
  }

  /// SLLFW: LFW's pairs of one person, and pairs of look-alikes.
  func sllfw(size: Int? = nil) throws -> PairBenchmark {
    if study.isPaper {
      return try .sllfw(study.folder("sllfw", of: "SLLFW (LFW’s folders with pair_SLLFW.txt)"), prepared: study.prepared)
    }
    let size = size ?? self.size
    return Self.benchmarks.value("\(seed) SLLFW \(size)") {
      faces.sllfwStyle(size: size, pairsPerKind: rules.count("sizes.lfw-pairs"), variation: Study.variation)
    }
  }

  /// YTF: pairs of videos.
  func ytf() throws -> PairBenchmark {
    if study.isPaper { return try .ytf(study.folder("ytf", of: "YTF"), prepared: study.prepared) }
    return Self.benchmarks.value("\(seed) YTF") {
      faces.ytfStyle(size: size, pairsPerKind: rules.count("sizes.ytf-pairs"), framesPerVideo: 4)
    }
  }

  /// MegaFace with the probes of FaceScrub.
  func megaFace() throws -> IdentificationBenchmark {
    if study.isPaper { return try .megaFace(study.folder("megaface", of: "MegaFace with FaceScrub"), prepared: study.prepared) }
    let pictures = rules.count("sizes.probe-pictures")
    return faces.megaFaceStyle(
      size: size, personCount: rules.count("sizes.probe-persons"), imagesPerPerson: pictures...(pictures + 4),
      distractorCount: rules.count("sizes.distractors"), variation: Study.variation)
  }

  /// IJB-B or IJB-C: verification of templates.
  func ijb() throws -> TemplateBenchmark {
    if study.isPaper { return try .insightFace(study.folder("ijb", of: "IJB-B or IJB-C"), prepared: study.prepared) }
    return faces.ijbStyle(
      size: size, subjectCount: rules.count("sizes.ijb-subjects"), impostorsPerGallery: rules.count("sizes.ijb-impostors"),
      variation: Study.variation)
  }

  // MARK: - What models say

  /// Trains all models of this world and embeds all that the chapters ask for, side by side.
  func prepare() throws {
    defer { Self.sets.forget() }
    let store = study.notebook.models
    func prepare(_ arms: [Arm], _ tail: Tail, _ images: [FaceSet] = [], withMirror: Bool = true) throws {
      try store.prepare(
        arms.map { study.recipe($0, self) }, on: trainingSet(tail), embedding: images, withMirror: withMirror, progress: Study.show)
    }
    try prepare(Arm.all(study), .long)
    if study.isPaper { return }
    let search = try megaFace()
    let pairs = remembered("pairs", try lfw().faces)
    let fresh = remembered("fresh", freshPictures())
    try prepare(
      Arm.compared, .long,
      [
        pairs, remembered("ytf", try ytf().faces), remembered("probes", search.probes), remembered("distractors", search.distractors),
        remembered("ijb", try ijb().faces),
      ])
    let dosed = Arm.factorial + Arm.doses + [.faint]
    try prepare(dosed, .long, [pairs])
    try prepare([.centre] + dosed, .long, [fresh], withMirror: false)
    try prepare(Arm.factorial, .balanced, [pairs])
    try prepare(Arm.factorial, .balanced, [fresh], withMirror: false)
  }

  /// The trained model of an arm: from the store, or trained now.
  func model(_ arm: Arm, _ tail: Tail = .long) throws -> Model {
    try study.notebook.models.model(of: study.recipe(arm, self), on: trainingSet(tail), progress: Study.show)
  }

  /// The features of pictures, as the paper takes them for its tests: of a picture and its mirror image, side by side.
  func features(of images: FaceSet, named name: String, by arm: Arm, _ tail: Tail = .long, withMirror: Bool = true) throws
    -> Tensor<Float>
  {
    let images = remembered(name, images)
    if study.isPaper {
      // On a cluster all models embed the pictures at once. In the other profiles `prepare` has asked for that.
      let recipes = Arm.compared.map { study.recipe($0, self) }
      try study.notebook.models.planEmbeddings(of: images, by: recipes, trainedOn: trainingSet(tail), withMirror: withMirror)
    }
    return try study.notebook.models.embeddings(
      of: images, by: study.recipe(arm, self), trainedOn: trainingSet(tail), withMirror: withMirror, progress: Study.show)
  }

  /// Leaves MegaFace by all models that the book compares to a cluster, if there is one: one job for each, at once.
  func planIdentification(sizes: [Int]) throws {
    let set = try megaFace()
    try study.notebook.models.planIdentification(
      of: set.probes, among: set.distractors, sizes: sizes, by: Arm.compared.map { study.recipe($0, self) },
      trainedOn: trainingSet(.long), withMirror: true)
  }

  /// MegaFace by the model of an arm, with so many distractors each time.
  func identification(by arm: Arm, sizes: [Int]) throws -> [Identification] {
    let set = try megaFace()
    return try study.notebook.models.identification(
      of: remembered("probes", set.probes), among: remembered("distractors", set.distractors), sizes: sizes,
      by: study.recipe(arm, self), trainedOn: trainingSet(.long), withMirror: true, progress: Study.show)
  }

  /// Judges a benchmark of pairs of pictures or videos.
  func verification(_ benchmark: PairBenchmark, by arm: Arm, _ tail: Tail = .long) throws -> PairVerification {
    // The LFW-style and the SLLFW-style benchmark have the same pictures.
    let name = benchmark.name.hasPrefix("YTF") ? "ytf" : "pairs"
    return try PairVerification(
      frames: features(of: benchmark.faces, named: name, by: arm, tail), videoOfFrame: benchmark.memberOfFace,
      pairs: benchmark.pairs, members: benchmark.members)
  }
}

/// What is made once for all models of a chapter: sets of faces that they embed, and lists of pairs.
final class Remembered<Value>: @unchecked Sendable {
  private var values: [String: Value] = [:]

  func forget() { values = [:] }

  func value(_ name: String, _ make: () throws -> Value) rethrows -> Value {
    if let known = values[name] { return known }
    let made = try make()
    values[name] = made
    return made
  }
}
