internal import ArgumentParser
internal import Digests
internal import Faces
internal import Foundation
internal import Tensors

/// Looks at data sets on disk, and writes synthetic ones in the published layouts.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Look at a folder of faces, or draw a synthetic data set into files.",
    subcommands: [DataShow.self, DataMake.self]
  )
}

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Count the identities and images of a folder and read every image."
  )

  @Argument(help: "A folder that holds one folder an identity.")
  var folder: String

  @Flag(help: "Mend PGM files whose line ends were rewritten.")
  var repair = false

  func run() throws {
    let folders = try IdentityFolders(folder)
    let sizes = ClassSizes(folders.identities.map(\.images.count))
    let mended = repair ? ImageRepair() : nil
    var damaged: [String] = []
    var shapes: [String: Int] = [:]
    for path in folders.identities.flatMap(\.images) {
      do {
        let image = try ImageFile.read("\(folder)/\(path)", repair: mended)
        shapes["\(image.width) × \(image.height)", default: 0] += 1
      } catch let error as DataError {
        damaged.append("\(error)")
      }
    }
    print("\(folders.identities.count) identities, \(sizes.total) images")
    print(
      "images of an identity: \(sizes.counts.min() ?? 0) to \(sizes.counts.max() ?? 0), Gini \(String(format: "%.3f", sizes.gini))"
    )
    for (shape, count) in shapes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(5) {
      print("\(count) of \(shape) pixels")
    }
    if let mended {
      print("\(mended.repairedCount) mended, \(mended.guessedCount) of them as is likeliest")
    }
    for line in damaged { FileHandle.standardError.write(Data((line + "\n").utf8)) }
    if !damaged.isEmpty { throw ExitCode(1) }
    let digest = try FaceSet.manifest(root: folder, paths: folders.identities.flatMap(\.images))
    print("digest of all paths and files: \(digest.hex)")
  }
}

struct DataMake: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Draw a synthetic set into a folder, in the benchmark's own files."
  )

  enum Kind: String, CaseIterable, ExpressibleByArgument { case training, lfw, sllfw, ytf, megaface, ijb }

  @Argument(help: "training, lfw, sllfw, ytf, megaface or ijb.")
  var kind: Kind

  @Option(help: "The folder to write; it must not exist.")
  var output: String

  @Option(help: "Height and width of the images in pixels.")
  var size = 112

  @Option(help: "Other seeds have other persons.")
  var seed: UInt64 = 1

  @Option(help: "Pairs of each kind in a fold; identities; subjects; or distractors, by the kind of set.")
  var count: Int?

  @Flag(help: "PNG, without loss, instead of JPEG of quality 95.")
  var png = false

  @Flag(help: "Near-frontal faces in even light.")
  var portrait = false

  func validate() throws {
    if !(16...1024).contains(size) { throw ValidationError("--size must be within 16 and 1024.") }
    if let count, !(4...1_000_000).contains(count) {
      throw ValidationError("--count must be within 4 and 1000000.")
    }
  }

  func run() throws {
    if FileManager.default.fileExists(atPath: output) {
      throw ValidationError("'\(output)' exists. Name a folder that does not, so that no file is lost.")
    }
    let generator = FaceGenerator(seed: seed)
    let variation: FaceVariation = portrait ? .portrait : .wild
    switch kind {
    case .training:
      let sizes = ClassSizes.powerLaw(classCount: count ?? 200, largest: 60, smallest: 4)
      let set = generator.trainingSet(sizes, size: size, variation: variation)
      var seen = [Int](repeating: 0, count: set.classCount)
      let paths = set.labels.map { label in
        seen[label] += 1
        return FaceFiles.path(person: label, image: seen[label])
      }
      try write(set, paths)
    case .lfw, .sllfw:
      let pairs = count ?? 300
      let benchmark =
        kind == .lfw
        ? generator.lfwStyle(size: size, pairsPerKind: pairs, variation: variation)
        : generator.sllfwStyle(size: size, pairsPerKind: pairs, variation: variation)
      try write(benchmark.faces, benchmark.paths)
      let name = kind == .lfw ? "pairs.txt" : "pair_SLLFW.txt"
      try write(kind == .lfw ? benchmark.pairs.lfwText : benchmark.pairs.sllfwText, to: name)
    case .ytf:
      let benchmark = generator.ytfStyle(size: size, pairsPerKind: count ?? 250)
      try write(benchmark.faces, benchmark.paths)
      try write(benchmark.pairs.ytfText, to: "splits.txt")
    case .megaface:
      let benchmark = generator.megaFaceStyle(
        size: size,
        distractorCount: count ?? 1000,
        variation: variation
      )
      try write(benchmark.probes, benchmark.probePaths, under: "FaceScrub/")
      try write(benchmark.distractors, benchmark.distractorPaths, under: "MegaFace/")
      let ids = benchmark.probePaths.map { String($0.prefix { $0 != "/" }) }
      try write(["path": benchmark.probePaths, "id": ids], to: "facescrub_features_list.json")
      let name = "megaface_features_list.json_\(benchmark.distractorPaths.count)_1"
      try write(["path": benchmark.distractorPaths], to: name)
    case .ijb:
      let benchmark = generator.ijbStyle(size: size, subjectCount: count ?? 100, variation: variation)
      let paths = benchmark.list.images.map(\.path)
      try write(benchmark.faces, paths)
      try write(benchmark.list.imageText, to: "face_tid_mid.txt")
      try write(benchmark.list.pairText, to: "template_pair_label.txt")
    }
  }

  private func write(_ faces: FaceSet, _ paths: [String], under folder: String = "") throws {
    let files = FaceFiles(root: output, isPNG: png)
    try files.write(faces, paths.map { folder + $0 })
    print(
      "\(faces.count) images of \(Set(paths.map { $0.prefix { $0 != "/" } }).count) synthetic persons in \(output)/\(folder)"
    )
  }

  private func write(_ text: String, to name: String) throws {
    let ended = png ? text.replacing(".jpg", with: ".png") : text
    try Data(ended.utf8).write(to: URL(fileURLWithPath: output).appendingPathComponent(name))
  }

  private func write(_ object: [String: [String]], to name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try write(String(decoding: try encoder.encode(object), as: UTF8.self), to: name)
  }
}
