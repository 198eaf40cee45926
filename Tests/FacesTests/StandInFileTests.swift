internal import Faces
internal import Foundation
internal import Testing

@Suite("A stand-in's files")
struct StandInFileTests {
  private let generator = FaceGenerator(seed: 3)

  @Test("are read back by the benchmarks' readers as they were made")
  func roundTrip() throws {
    let folder = try Folder()
    let lfw = generator.lfwStyle(size: 24, pairsPerKind: 5, foldCount: 3)
    #expect(try PairList.lfw(folder.write(lfw.pairs.lfwText, to: "a")) == lfw.pairs)
    let sllfw = generator.sllfwStyle(size: 24, pairsPerKind: 5, foldCount: 3)
    let read = try PairList.sllfw(folder.write(sllfw.pairs.sllfwText, to: "b"), foldCount: 3)
    #expect(read.pairs.map(\.first) == sllfw.pairs.pairs.map(\.first))
    #expect(read.pairs.map(\.isSame) == sllfw.pairs.pairs.map(\.isSame))
    let ytf = generator.ytfStyle(size: 24, pairsPerKind: 5, foldCount: 3, framesPerVideo: 2)
    #expect(try PairList.ytf(folder.write(ytf.pairs.ytfText, to: "c")) == ytf.pairs)
    let ijb = generator.ijbStyle(size: 24, subjectCount: 5, impostorsPerGallery: 4)
    let images = try folder.write(ijb.list.imageText, to: "d")
    #expect(
      try IJBList.insightFace(images: images, pairs: folder.write(ijb.list.pairText, to: "e")) == ijb.list
    )
  }

  @Test("hold the faces, exactly in PNG")
  func files() throws {
    let folder = try Folder()
    let lfw = generator.lfwStyle(size: 24, pairsPerKind: 4, foldCount: 2)
    try FaceFiles(root: folder.path + "/png", isPNG: true).write(lfw.faces, lfw.members)
    try FaceFiles(root: folder.path + "/jpg", isPNG: false).write(lfw.faces, lfw.members)
    let path = lfw.members[3].replacing(".jpg", with: ".png")
    #expect(try ImageFile.read("\(folder.path)/png/\(path)") == lfw.faces.image(3))
    let set = try FaceSet.files(
      root: folder.path + "/jpg",
      paths: lfw.members,
      prepared: FacePreparation(size: 24)
    )
    #expect(set.count == lfw.members.count)
    #expect(try IdentityFolders(folder.path + "/jpg").imageCount == lfw.members.count)
  }

  @Test("of identification and templates are taken whole")
  func galleries() throws {
    let folder = try Folder()
    let preparation = FacePreparation(size: 24)
    let made = generator.megaFaceStyle(size: 24, personCount: 3, imagesPerPerson: 2...4, distractorCount: 5)
    let root = folder.path + "/gallery"
    try FaceFiles(root: root + "/FaceScrub", isPNG: false).write(made.probes, made.probePaths)
    try FaceFiles(root: root + "/MegaFace", isPNG: false).write(made.distractors, made.distractorPaths)
    let ids = made.probePaths.map { String($0.prefix { $0 != "/" }) }
    let probes = try JSONEncoder().encode(["path": made.probePaths, "id": ids])
    try folder.write(probes, to: "gallery/facescrub_features_list.json")
    for (count, name) in [(5, "5_1"), (2, "2_1"), (4, "5_2")] {
      let list = try JSONEncoder().encode(["path": Array(made.distractorPaths.prefix(count))])
      try folder.write(list, to: "gallery/megaface_features_list.json_\(name)")
    }
    let read = try IdentificationBenchmark.megaFace(root, prepared: preparation)
    #expect(read.probes.count == made.probes.count && read.probes.classCount == 3)
    for (a, b) in zip(
      zip(read.probes.labels, made.probes.labels),
      zip(read.probes.labels, made.probes.labels).dropFirst()
    ) {
      #expect((a.0 == b.0) == (a.1 == b.1), "the same probes are of one person")
    }
    #expect(read.distractors.count == 5)
    #expect(
      try IdentificationBenchmark.megaFace(root, distractorCount: 2, prepared: preparation).distractors.count
        == 2
    )
    #expect(
      dataError { _ = try IdentificationBenchmark.megaFace(root, distractorCount: 3, prepared: preparation) }?
        .file == root + "/megaface_features_list.json_3_1"
    )

    let ijb = generator.ijbStyle(size: 24, subjectCount: 4, impostorsPerGallery: 3)
    try FaceFiles(root: folder.path + "/ijb/loose_crop", isPNG: false)
      .write(ijb.faces, ijb.list.images.map(\.path))
    try folder.write(ijb.list.imageText, to: "ijb/meta/ijbc_face_tid_mid.txt")
    let pairs = "ijb/meta/ijbc_template_pair_label.txt"
    try folder.write(ijb.list.pairText, to: pairs)
    let templates = try TemplateBenchmark.insightFace(folder.path + "/ijb", prepared: preparation)
    #expect(
      templates.name == "IJBC" && templates.list == ijb.list && templates.faces.count == ijb.faces.count
    )
    #expect(
      dataError {
        _ = try TemplateBenchmark.insightFace(folder.path + "/ijb", name: "ijbb", prepared: preparation)
      } != nil
    )
  }
}
