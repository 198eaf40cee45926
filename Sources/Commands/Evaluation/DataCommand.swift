internal import ArgumentParser
internal import Digests
internal import Engine
internal import Faces
internal import Foundation
internal import Tensors

/// Checks data sets on disk, and writes synthetic ones in the published layouts.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Look at a folder of faces, or draw a synthetic data set into files.",
    subcommands: [DataShow.self, DataPixels.self, DataMake.self]
  )
}

struct DataShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Count the identities and images of a folder and read every image."
  )

  @Argument(help: "A folder that holds one folder an identity.")
  var folder: String

  @Flag(help: "Repair PGM and PPM files whose line ends were rewritten.")
  var repair = false

  func run() throws {
    let folders = try IdentityFolders(folder)
    let sizes = ClassSizes(folders.identities.map(\.images.count))
    let preparation = FacePreparation(size: 1, repairsLineEnds: repair)
    let check = PictureCheck(root: folder, paths: folders.identities.flatMap(\.images), preparation)
    print("\(folders.identities.count) identities, \(sizes.total) images")
    print(
      "images of an identity: \(sizes.counts.min() ?? 0) to \(sizes.counts.max() ?? 0), Gini \(String(format: "%.3f", sizes.gini))"
    )
    let shapes = check.shapes.map { ("\($0.key.width) × \($0.key.height)", $0.value) }
    for (shape, count) in shapes.sorted(by: { ($1.1, $0.0) < ($0.1, $1.0) }).prefix(5) {
      print("\(count) of \(shape) pixels")
    }
    if let repair = check.repair {
      print("\(repair.repairedCount) repaired, \(repair.guessedCount) of them by the likeliest reading")
    }
    if let warning = check.warnings.summary { print(warning) }
    for error in check.errors { try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8)) }
    if !check.errors.isEmpty { throw ExitCode(1) }
    print("digest of all paths and files: \(check.digest.hex)")
  }
}

struct DataPixels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pixels",
    abstract:
      "Print the SHA-256 of the pixels that are read from each picture, to compare with another library.",
    discussion:
      """
      The digest covers 8-bit red, green and blue, row by row: hashlib.sha256(numpy.asarray(image).tobytes()). A line whose \
      name has line breaks begins with a backslash, and has \\n, \\r and \\\\ in the name, as sha256sum writes it.
      """
  )

  @Argument(help: "Pictures.")
  var files: [String]

  @Flag(
    help: "Turn pictures upright by their Exif metadata, as OpenCV does; without it pixels are as stored."
  )
  var upright = false

  func run() throws {
    var isWhole = true
    for file in files {
      do {
        let image = try ImageFile.read(file, orientation: upright ? .upright : .stored)
        let name = Self.escaped(file)
        print("\(name == file ? "" : "\\")\(Digest(of: Data(image.pixels)).hex)  \(name)")
      } catch let error as DataError {
        try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
        isWhole = false
      }
    }
    if !isWhole { throw ExitCode(1) }
  }

  /// A name in one line.
  private static func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return name }
    return name.replacing("\\", with: "\\\\").replacing("\r\n", with: "\\r\\n").replacing("\n", with: "\\n")
      .replacing("\r", with: "\\r")
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
    try AtomicFile.write(Data(ended.utf8), to: output + "/" + name)
  }

  private func write(_ object: [String: [String]], to name: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try write(String(decoding: try encoder.encode(object), as: UTF8.self), to: name)
  }
}
