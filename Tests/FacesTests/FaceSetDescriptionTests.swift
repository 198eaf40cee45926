internal import Digests
internal import Faces
internal import Foundation
internal import Testing

@Suite("Descriptions of face sets")
struct FaceSetDescriptionTests {
  private func remade(_ set: FaceSet, under roots: [String] = []) throws -> FaceSet {
    let data = try JSONEncoder().encode(try #require(set.portableDescription))
    return try JSONDecoder().decode(FaceSetDescription.self, from: data)
      .makeSet(filesUnder: roots, digest: set.digest, file: "set.json")
  }

  private func expectSame(_ set: FaceSet, under roots: [String] = []) throws {
    let other = try remade(set, under: roots)
    #expect(other.digest == set.digest && other.labels == set.labels && other.classCount == set.classCount)
    for index in 0..<set.count { #expect(try other.image(index) == set.image(index)) }
  }

  @Test("make the same drawn set, and the same part of one")
  func drawn() throws {
    let generator = FaceGenerator(seed: .max)
    let set = generator.trainingSet(
      .geometric(classCount: 3, largest: 4, smallest: 1),
      size: 16,
      firstPicture: 7
    )
    try expectSame(set)
    try expectSame(set.remembered())
    try expectSame(set.stored().subset([5, 0, 3]).subset([2, 2]))
    try expectSame(generator.ytfStyle(size: 16, pairsPerKind: 10, framesPerVideo: 2).faces)
  }

  @Test("make the same set of files, in the folders that are allowed, and see that a file has changed")
  func files() throws {
    let folder = try Folder()
    let drawn = FaceGenerator(seed: 2).trainingSet(.even(classCount: 2, count: 2), size: 20)
    let paths = ["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"]
    try FaceFiles(root: folder.path, isPNG: false).write(drawn, paths)
    let set = try FaceSet.files(
      root: folder.path,
      paths: paths,
      labels: [0, 0, 1, 1],
      prepared: .init(size: 16, crop: 0.9)
    )
    try expectSame(set, under: [folder.path])
    for roots in [[], ["/other"], [folder.path + "/a"]] {
      let error = #expect(throws: DataError.self) { try remade(set, under: roots) }
      #expect("\(try #require(error))".contains("expected files under a data root"))
    }
    try drawn.image(0).jpeg().write(to: URL(fileURLWithPath: folder.path + "/b/2.jpg"))
    let error = #expect(throws: DataError.self) { try remade(set, under: [folder.path]) }
    #expect("\(try #require(error))".contains("its files have changed"))
  }

  @Test("that are damaged are an error, not a crash")
  func damaged() throws {
    let set = FaceGenerator(seed: 1).trainingSet(.even(classCount: 2, count: 2), size: 16).subset([3])
    let text = String(decoding: try JSONEncoder().encode(set.portableDescription), as: UTF8.self)
    let changes = [
      ("\"size\":16", "\"size\":15"), ("[0,0,-1,0,2]", "[-1,0,-1,0,2]"), ("[0,0,-1,0,2]", "[0,0,-1,0,0]"),
      ("[0,0,-1,0,2]", "[0,0,-1,-3,2]"), ("\"indices\":[3]", "\"indices\":[4]"),
      ("[0,0,-1,0,2]", "[0,0,-1,0,1000000000]"),
    ]
    for (old, new) in changes {
      let wrong = text.replacing(old, with: new)
      #expect(wrong != text, "\(old) in \(text)")
      let description = try JSONDecoder().decode(FaceSetDescription.self, from: Data(wrong.utf8))
      #expect(throws: DataError.self, "\(new)") { try description.makeSet(filesUnder: [], file: "set.json") }
    }
  }
}
