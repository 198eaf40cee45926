internal import ArgumentParser
internal import Faces
internal import Foundation
internal import Tensors

/// The speed of drawing faces and of decoding them from files, one JSON line each.
struct FacesBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Measure drawing and decoding faces.",
    discussion: """
      Drawing is of --size pixels on one thread and on all. Decoding reads JPEG files of 250 pixels, as LFW's, or those \
      of --folder, one folder a person, and makes --decoded-size pixels of them with the triangle filter.
      """
  )

  @Option(help: "Height and width of drawn faces in pixels.") var size = 64
  @Option(help: "Height and width of decoded faces in pixels.") var decodedSize = 112
  @Option(help: "Images of a step.") var images = 512
  @Option(help: "A folder of persons' folders to decode instead.") var folder: String?
  @Option(help: "Steps that are timed; the median is reported.") var steps = 5

  func validate() throws {
    guard size >= 16, decodedSize > 0, images > 0, steps > 0 else {
      throw ValidationError("--size must be at least 16, --decoded-size, --images and --steps at least 1")
    }
  }

  func run() throws {
    let generator = FaceGenerator(seed: 1)
    let drawn = generator.trainingSet(.even(classCount: images, count: 1), size: size)
    for threads in Set([1, Parallel.threadCount]).sorted() {
      try measure("drawing", drawn, threads, ["size": size])
    }
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    if folder == nil {
      let large = generator.trainingSet(.even(classCount: images, count: 1), size: 250)
      try FaceFiles(root: temporary, isPNG: false).write(
        large,
        (0..<images).map { FaceFiles.path(person: $0, image: 1) }
      )
    }
    let folders = try IdentityFolders(folder ?? temporary)
    let files = try FaceSet.folders(folders, prepared: FacePreparation(size: decodedSize))
    for threads in Set([1, Parallel.threadCount]).sorted() {
      try measure("decoding", files, threads, ["size": decodedSize])
    }
  }

  private func measure(_ name: String, _ faces: FaceSet, _ threads: Int, _ fields: [String: Any]) throws {
    var timing = StepTiming()
    for step in 0...steps {
      let stored = try timing.measure(name) { try Parallel.withThreads(threads) { try faces.stored() } }
      withExtendedLifetime(stored) { timing.endStep(counted: step > 0) }
    }
    var line = fields
    line["bench"] = name
    line["images"] = faces.count
    line["threads"] = threads
    line["imagesPerSecond"] = Double(faces.count) / timing.median
    timing.print(line)
  }
}
