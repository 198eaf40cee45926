internal import ArgumentParser
internal import Engine
internal import Evaluation
internal import Faces
internal import Foundation
internal import Tensors
internal import Training

/// Turns pictures into features with a model.
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn pictures into a NumPy file of features with a model.",
    discussion: """
      Pictures are those of a folder and its subfolders, sorted by name with numbers by value; or of a list, in its \
      order; or of InsightFace's .bin file. All are decoded once before the first is embedded, so that a damaged one \
      is named at once. Memory does not grow with their number. The names of the rows go into OUTPUT's name with \
      .txt, for 'evaluate … --images'.
      """
  )

  @Argument(help: "A folder of pictures, or InsightFace's .bin file.")
  var pictures: String

  @OptionGroup var choice: ModelChoice

  @Option(help: "The NumPy file to write; neither it nor the file of the names may exist.")
  var output: String

  @Option(help: "A list of pictures under the folder, a path a line.")
  var list: String?

  @Option(help: "The part of a picture's shorter side that is kept about its middle, above 0 and at most 1.")
  var crop = 1.0

  @Option(help: "Pictures that go through the network at once.")
  var batch = 64

  @Flag(help: "Put the features of the mirrored picture behind the picture's own.")
  var mirror = false

  @Flag(help: "Divide each row by its length.")
  var unit = false

  @Flag(
    help: "Turn pictures upright by their Exif metadata, as OpenCV does; without it pixels are as stored."
  )
  var upright = false

  @Flag(help: "Repair PGM and PPM files whose line ends were rewritten.")
  var repair = false

  func validate() throws {
    if !(crop > 0 && crop <= 1) { throw ValidationError("--crop must be above 0 and at most 1.") }
    if !(1...4096).contains(batch) { throw ValidationError("--batch must be within 1 and 4096.") }
    if !output.hasSuffix(".npy") { throw ValidationError("--output must end in .npy.") }
  }

  func run() throws {
    try refuseExisting(output)
    try refuseExisting(output + ".txt")
    let (model, _) = try choice.read()
    let input = model.recipe.input
    guard input.count == 3, input[0] == input[1], input[2] == 3 else {
      throw ValidationError("The model takes samples of the shape \(input), not square colour pictures.")
    }
    let preparation = FacePreparation(
      size: input[0],
      crop: crop,
      repairsLineEnds: repair,
      orientation: upright ? .upright : .stored
    )
    let (faces, names) = try read(preparation)
    if let warning = faces.warning { note(warning) }
    let began = ContinuousClock.now
    var writer: NumpyWriter?
    // A whole number of batches, some hundred pictures, in memory at once.
    let piece = max(batch, 512 / batch * batch)
    for start in stride(from: 0, to: faces.count, by: piece) {
      let part = faces.subset(Array(start..<min(faces.count, start + piece)))
      var rows = try model.embeddings(of: part, withMirror: mirror, batch: batch)
      if unit { rows = rows.normalisedRows() }
      try writing {
        let file = try writer ?? NumpyWriter(output, rowCount: faces.count, rowLength: rows.rowLength)
        writer = file
        try file.append(rows)
      }
      report(start + part.count, of: faces.count, since: began)
    }
    try writing { try writer?.finish() }
    let text = names.joined(separator: "\n") + "\n"
    try AtomicFile.write(Data(text.utf8), to: output + ".txt")
    print("\(faces.count) rows in \(output), their names in \(output).txt")
  }

  private func read(_ preparation: FacePreparation) throws -> (faces: FaceSet, names: [String]) {
    if pictures.lowercased().hasSuffix(".bin") {
      let file = try InsightFacePairs(pictures)
      return (try file.faces(prepared: preparation), file.names)
    }
    let names = try list.map { try NameList.read($0) } ?? PictureFolder.pictures(in: pictures)
    guard !names.isEmpty else { throw ValidationError("'\(pictures)' holds no picture.") }
    if let name = names.first(where: { !NameList.canHold($0) }) {
      let found = "a picture with the name \(name.debugDescription)"
      let expected =
        "names without line breaks, white space at their ends, and quotes around them, so that the list of the"
        + " rows' names can hold them: rename it"
      throw DataError(.format(found: found, expected: expected), file: pictures)
    }
    return (try FaceSet.files(root: pictures, paths: names, prepared: preparation), names)
  }

  private func report(_ done: Int, of count: Int, since began: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let left = seconds / Double(done) * Double(count - done)
    let line = "\(done) of \(count) pictures, \(Int((Double(done) / max(seconds, 1e-9)).rounded())) a second"
    note(line + (done < count ? ", \(Int(left.rounded())) s left" : ""))
  }

  /// Prints a message on standard error, so that standard output holds the result alone.
  private func note(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}
