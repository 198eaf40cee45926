internal import Faces
internal import Foundation
internal import Testing

@Suite("Real faces are split")
struct FaceSplitTests {
  private let folder: Folder
  private let preparation = FacePreparation(size: 16)

  init() throws { folder = try Folder() }

  private func write(_ person: String, images: Int) throws {
    for image in 1...images {
      let size = "P5 20 24 255\n"
      let name = "\(person)/\(person)_\("0000\(image)".suffix(4)).pgm"
      try folder.write(Array(size.utf8) + Array(repeating: UInt8(image * 9), count: 480), to: name)
    }
  }

  private func writeLFW() throws {
    for (person, count) in [("A", 2), ("B", 2), ("C", 2), ("D", 2), ("E", 1), ("F", 3)] {
      try write(person, images: count)
    }
    try folder.write("2\t1\nA\t1\t2\nA\t1\tB\t2\nC\t1\t2\nC\t2\tD\t1\n", to: "pairs.txt")
  }

  @Test("in LFW's layout: persons in no tested pair form the training set")
  func lfw() throws {
    try writeLFW()
    let split = try FaceSplit.lfw(folder.path, folds: [1, 2], prepared: preparation)
    #expect(split.sizes.counts == [1, 3] && split.training.labels == [0, 1, 1, 1])
    #expect(split.benchmark.pairs.pairs.map(\.isSame) == [true, false, true, false])
    #expect(split.benchmark.faces.count == split.benchmark.members.count && split.repairedCount == 0)
    #expect(try split.benchmark.faces.image(0).width == 16)
    #expect(throws: DataError.self) {
      try FaceSplit.lfw(folder.path, leastImages: 3, prepared: preparation)
    }
  }

  @Test("into rotations that test each fold once, two at a time, and say which")
  func rotations() throws {
    func list(_ count: Int) throws {
      var lines = "\(count)\t1\n"
      for fold in 1...count {
        for person in ["A\(fold)", "B\(fold)"] { try write(person, images: 2) }
        lines += "A\(fold)\t1\t2\nA\(fold)\t1\tB\(fold)\t2\n"
      }
      try folder.write(lines, to: "pairs.txt")
    }
    try list(5)
    #expect(try FaceSplit.lfwRotations(folder.path) == [[1, 2], [3, 4, 5]])
    let beyond = dataError { _ = try FaceSplit.lfwRotations(folder.path, folds: 6...10) }
    #expect(beyond?.problem == .tooFewFolds(wanted: 10, found: 5))
    try list(10)
    #expect(try FaceSplit.lfwRotations(folder.path) == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]])
    #expect(try FaceSplit.lfwRotations(folder.path, folds: 6...10) == [[6, 7], [8, 9, 10]])
    let split = try FaceSplit.lfw(folder.path, folds: [10, 8, 9], prepared: preparation)
    #expect(split.benchmark.name == "LFW, folds 8 to 10")
    #expect(
      split.benchmark.pairs.foldCount == 3 && split.benchmark.pairs.pairs.map(\.fold) == [0, 0, 1, 1, 2, 2]
    )
    #expect(split.benchmark.pairs.pairs[0].first == "A8/A8_0001.pgm")
    // Seven folds of two persons, two pictures each, are learned from.
    #expect(split.sizes.counts == Array(repeating: 2, count: 14))
    #expect(dataError { _ = try FaceSplit.lfw(folder.path, folds: [3], prepared: preparation) } != nil)
    #expect(dataError { _ = try FaceSplit.lfw(folder.path, folds: [0, 1], prepared: preparation) } != nil)
  }

  @Test("also where the archive unpacked to a folder beside the list")
  func unpacked() throws {
    try writeLFW()
    let persons = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0 != "pairs.txt"
    }
    try FileManager.default.createDirectory(atPath: "\(folder.path)/lfw", withIntermediateDirectories: false)
    for person in persons {
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/\(person)",
        toPath: "\(folder.path)/lfw/\(person)"
      )
    }
    #expect(try FaceSplit.lfw(folder.path, prepared: preparation).sizes.counts == [1, 3])
  }

  @Test("and a pair whose picture is missing is an error with its line")
  func missing() throws {
    try writeLFW()
    try FileManager.default.removeItem(atPath: folder.path + "/C/C_0002.pgm")
    let error = dataError { _ = try FaceSplit.lfw(folder.path, prepared: preparation) }
    #expect(error?.problem == .missingImage("C/C_0002.pgm") && error?.line == 4)
  }

  @Test("in folders of persons: the last are tested, in folds that share nobody")
  func persons() throws {
    for person in 1...7 { try write("s\(person)", images: 3) }
    let split = try FaceSplit.persons(folder.path, testedPersons: 4, foldCount: 2, prepared: preparation)
    #expect(split.sizes.counts == [3, 3, 3])
    let folds = Dictionary(grouping: split.benchmark.pairs.pairs, by: \.fold)
    #expect(folds.values.allSatisfy { $0.count(where: \.isSame) == 6 && $0.count == 12 })
    let persons = folds.mapValues { Set($0.flatMap { [$0.first.prefix(2), $0.second.prefix(2)] }) }
    #expect(persons[0]?.isDisjoint(with: persons[1] ?? []) == true)
    let few = try FaceSplit.persons(
      folder.path,
      testedPersons: 4,
      picturesOfEach: 2,
      foldCount: 2,
      prepared: preparation
    )
    #expect(few.benchmark.members.count == 8 && few.sizes == split.sizes)
    let error = dataError {
      _ = try FaceSplit.persons(folder.path, testedPersons: 6, foldCount: 2, prepared: preparation)
    }
    #expect(error?.problem == .tooFewPersons(found: 7, wanted: 8))
  }

  @Test("and damaged line ends are repaired and counted where that is asked for")
  func repair() throws {
    for person in 1...6 { try write("s\(person)", images: 2) }
    // The last pixel is an LF, rewritten to CR LF.
    let pixels = [UInt8](repeating: 7, count: 479) + [13, 10]
    try folder.write(Array("P5 20 24 255\r\n".utf8) + pixels, to: "s1/s1_0001.pgm")
    let repairing = FacePreparation(size: 16, repairsLineEnds: true)
    let split = try FaceSplit.persons(folder.path, testedPersons: 4, foldCount: 2, prepared: repairing)
    #expect(split.repairedCount == 1)
  }
}
