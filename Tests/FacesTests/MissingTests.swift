internal import Faces
internal import Foundation
internal import Testing

@Suite("What a list names and is not there")
struct MissingTests {
  private let folder: Folder
  private let preparation = FacePreparation(size: 16)

  init() throws { folder = try Folder() }

  private func picture(_ name: String, _ value: UInt8 = 9) throws {
    try folder.write(Array("P5 20 24 255\n".utf8) + Array(repeating: value, count: 480), to: name)
  }

  private func writeLFW() throws {
    for name in ["A", "B", "C", "D"] {
      for image in 1...2 { try picture("\(name)/\(name)_000\(image).pgm") }
    }
    try folder.write(
      "2\t2\nA\t1\t2\nB\t1\t2\nA\t1\tB\t2\nA\t2\tB\t1\nC\t1\t2\nD\t1\t2\nC\t2\tD\t1\nC\t1\tD\t2\n",
      to: "pairs.txt"
    )
  }

  @Test("is an error with the line of the pair, or left out with a count")
  func pairs() throws {
    try writeLFW()
    #expect(try PairBenchmark.lfw(folder.path, prepared: preparation).pairs.pairs.count == 8)
    try FileManager.default.removeItem(atPath: folder.path + "/D/D_0001.pgm")
    let error = dataError { _ = try PairBenchmark.lfw(folder.path, prepared: preparation) }
    #expect(error == DataError(.missingImage("D/D_0001.pgm"), file: folder.path + "/pairs.txt", line: 7))
    let missing = MissingTally()
    let rest = try PairBenchmark.lfw(folder.path, prepared: preparation, missing: missing)
    #expect(missing.count == 2 && rest.pairs.pairs.map(\.line) == [2, 3, 4, 5, 6, 9])
    #expect(rest.members.count == rest.faces.count && rest.pairs.foldCount == 2)
    let split = MissingTally()
    let learned = try? FaceSplit.lfw(folder.path, folds: [1, 2], prepared: preparation, missing: split)
    #expect(learned == nil && split.count == 2)
  }

  @Test("may not empty a fold")
  func emptyFold() throws {
    try writeLFW()
    for name in ["C", "D"] { try FileManager.default.removeItem(atPath: folder.path + "/\(name)") }
    let error = dataError {
      _ = try PairBenchmark.lfw(folder.path, prepared: preparation, missing: MissingTally())
    }
    #expect(error?.problem == .emptyFold(2))
  }

  @Test("of videos: frames are taken in order, evenly, and a video without frames is missing")
  func videos() throws {
    for (video, count) in [("A/0", 12), ("A/1", 1), ("B/2", 3), ("C/1", 2)] {
      for frame in 1...count { try picture("\(video)/0.\(frame).pgm", UInt8(frame)) }
    }
    let text = "1 A/0 A/1 1\n1 A/0 B/2 0\n2 C/1 B/2 0\n2 C/1 D/0 0\n"
    let splits = try folder.write(text, to: "splits.txt")
    let error = dataError { _ = try PairBenchmark.ytf(folder.path, prepared: preparation) }
    #expect(error == DataError(.missingImage("D/0"), file: splits, line: 4))
    let missing = MissingTally()
    let all = try PairBenchmark.ytf(folder.path, prepared: preparation, missing: missing)
    #expect(missing.count == 1 && all.members == ["A/0", "A/1", "B/2", "C/1"])
    #expect(all.faces.count == 18 && all.memberOfFace.suffix(6) == [1, 2, 2, 2, 3, 3])
    // The tenth frame comes after the ninth, not after the first.
    #expect(try (0..<12).map { try all.faces.image($0).pixels[0] } == Array(1...12))
    let few = try PairBenchmark.ytf(
      folder.path,
      framesPerVideo: 3,
      prepared: preparation,
      missing: MissingTally()
    )
    #expect(try (0..<3).map { try few.faces.image($0).pixels[0] } == [3, 7, 11])
    #expect(few.faces.count == 9)
    try folder.write("x", to: "A/1/notes.txt")
    let other = dataError { _ = try PairBenchmark.ytf(folder.path, prepared: preparation) }
    #expect(other == DataError(.unexpectedFile("notes.txt"), file: folder.path + "/A/1"))
  }

  @Test("of templates without images")
  func templates() throws {
    let images = try folder.write("1.jpg 10 100\n2.jpg 11 101\n3.jpg 14 102\n", to: "tid_mid.txt")
    let pairs = try folder.write("10 11 0\n10 12 1\n13 11 0\n10 14 1\n", to: "label.txt")
    let error = dataError { _ = try IJBList.insightFace(images: images, pairs: pairs) }
    #expect(error == DataError(.missingTemplate(12), file: pairs, line: 2))
    let missing = MissingTally()
    let list = try IJBList.insightFace(images: images, pairs: pairs, missing: missing)
    #expect(missing.count == 2 && list.pairs.map(\.isSame) == [false, true])
    let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID\n"
    let official = try folder.write(header + "1,7,a,5\n2,7,b,6\n", to: "g.csv")
    let matches = try folder.write("1,2\n1,9\n", to: "m.csv")
    let unknown = dataError { _ = try IJBList.official(images: [official], matches: matches) }
    #expect(unknown == DataError(.missingTemplate(9), file: matches, line: 2))
    let left = MissingTally()
    #expect(try IJBList.official(images: [official], matches: matches, missing: left).pairs.count == 1)
    #expect(left.count == 1)
  }

  @Test("of feature files")
  func features() throws {
    for name in ["a", "c"] {
      let header: [Int32] = [2, 1, 4, 5]
      let bytes = header.withUnsafeBytes { Array($0) } + [Float(1), 2].withUnsafeBytes { Array($0) }
      try folder.write(bytes, to: "\(name).jpg.bin")
    }
    let paths = ["a.jpg", "b.jpg", "c.jpg"]
    let missing = MissingTally()
    let present = MegaFaceFeatures.present(root: folder.path, paths: paths, ending: ".bin", missing: missing)
    #expect(present == [0, 2] && missing.count == 1)
    let all = MegaFaceFeatures.present(root: folder.path, paths: paths, ending: ".bin", missing: nil)
    let source = try MegaFaceFeatures(root: folder.path, paths: all.map { paths[$0] }, ending: ".bin")
    #expect(dataError { _ = try source.tensor() }?.file == folder.path + "/b.jpg.bin")
  }
}

@Suite("Detections")
struct FaceDetectionsTests {
  @Test("give landmarks and a weight for each image")
  func reading() throws {
    let folder = try Folder()
    let line = "1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n"
    let path = try folder.write(line + "2.jpg 1.5 2 3 4 5 6 7 8 9 10 0.999\n", to: "s.txt")
    let found = try FaceDetections(path)
    #expect(found.names == ["1.jpg", "2.jpg"] && found.scores == [0.5, 0.999])
    #expect(found.landmarks[1].points[0] == .init(1.5, 2) && found.landmarks[0].points[4] == .init(9, 10))
    func list(_ second: String) -> IJBList {
      IJBList(
        images: [
          .init(path: "1.jpg", template: 1, medium: 1), .init(path: second, template: 1, medium: 2),
        ],
        pairs: []
      )
    }
    #expect(try found.weights(of: list("2.jpg")) == [0.5, 0.999])
    #expect(dataError { _ = try found.weights(of: list("3.jpg")) }?.line == 2)
    for (wrong, row) in [("1.jpg 1 2\n", 1), (line + line.replacing(" 0.5", with: " x"), 2)] {
      let file = try folder.write(wrong, to: "w.txt")
      #expect(dataError { _ = try FaceDetections(file) }?.line == row)
    }
    let negative = try folder.write(line.replacing(" 0.5", with: " -1"), to: "n.txt")
    #expect(dataError { _ = try FaceDetections(negative) }?.line == 1)
    let short = try folder.write(line, to: "short.txt")
    #expect(
      dataError { _ = try FaceDetections(short).weights(of: list("2.jpg")) }.map { kind($0.problem) }
        == "lineCount"
    )
    let empty = try folder.write("", to: "e.txt")
    #expect(dataError { _ = try FaceDetections(empty) }.map { kind($0.problem) } == "lineCount")
  }
}

@Suite("A table of ids")
struct IDTableTests {
  @Test("finds each, near together or far apart", arguments: [1, 1_000_003, 1 << 40])
  func finding(step: Int) {
    let ids = [5, -3, 7, 0, 5].map { $0 * step }
    let table = IDTable(ids)
    #expect(table.ids == [-3, 0, 5, 7].map { $0 * step })
    for (place, id) in table.ids.enumerated() { #expect(table[id] == place) }
    for id in [-4, 1, 6, 8] { #expect(table[id * step] == nil) }
    #expect(IDTable([])[0] == nil && IDTable([Int.min, Int.max])[Int.max] == 1)
  }
}
