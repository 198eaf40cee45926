internal import Faces
internal import Foundation
internal import Synchronization
internal import Testing

@Suite("A set of faces")
struct FaceSetTests {
  private let generator = FaceGenerator(seed: 3)

  @Test("has classes of the sizes asked for, and the same images stored or drawn anew")
  func training() throws {
    let set = generator.trainingSet(ClassSizes([3, 1, 2]), size: 24)
    #expect(set.count == 6 && set.classCount == 3 && set.labels == [0, 0, 0, 1, 2, 2])
    #expect(set.sampleShape == [24, 24, 3])
    let stored = try set.stored()
    #expect(stored.digest == set.digest)
    for index in 0..<6 { #expect(try stored.image(index) == set.image(index)) }
    #expect(try set.image(5) == generator.image(identity: 2, image: 1, size: 24))
    let part = set.subset([4, 0])
    #expect(part.labels == [2, 0] && part.classCount == 3 && part.digest != set.digest)
    #expect(try part.image(1) == set.image(0))
  }

  @Test("makes each image once where it is remembered")
  func remembered() throws {
    let count = Mutex(0)
    let set = generator.trainingSet(ClassSizes([2, 1]), size: 24)
    let counted = FaceSet(labels: set.labels, classCount: 2, size: 24, digest: set.digest) { index in
      count.withLock { $0 += 1 }
      return try set.image(index)
    }
    let remembered = counted.remembered()
    #expect(remembered.digest == set.digest && count.withLock { $0 } == 0)
    for index in [2, 0, 2, 2] { #expect(try remembered.image(index) == set.image(index)) }
    #expect(count.withLock { $0 } == 2)
  }

  @Test("is named by all that its images depend on")
  func digests() {
    let digests = [
      generator.trainingSet(ClassSizes([2, 2]), size: 24),
      generator.trainingSet(ClassSizes([2, 1]), size: 24),
      generator.trainingSet(ClassSizes([2, 2]), size: 32),
      generator.trainingSet(ClassSizes([2, 2]), size: 24, variation: .portrait),
      FaceGenerator(seed: 4).trainingSet(ClassSizes([2, 2]), size: 24),
    ].map(\.digest)
    #expect(Set(digests).count == digests.count)
    #expect(generator.trainingSet(ClassSizes([2, 2]), size: 24).digest == digests[0])
  }

  @Test("fills a network's input with (x − 127.5) / 128")
  func fill() throws {
    let set = generator.trainingSet(ClassSizes([1]), size: 16)
    var numbers = [Float](repeating: 9, count: 16 * 16 * 3)
    try numbers.withUnsafeMutableBufferPointer { try set.fill(0, into: $0) }
    let pixels = try set.image(0).pixels
    #expect(numbers == pixels.map { (Float($0) - 127.5) / 128 })
  }

  @Test("of files is prepared, labelled by folder and named by content")
  func files() throws {
    let folder = try Folder()
    let face = generator.image(identity: 0, image: 0, size: 40)
    try folder.write(face.png(), to: "b/1.png")
    try folder.write(face.mirrored().png(), to: "b/2.png")
    try folder.write(generator.image(identity: 1, image: 0, size: 40).png(), to: "a/1.png")
    let preparation = FacePreparation(size: 20, crop: 0.5)
    let set = try FaceSet.folders(IdentityFolders(folder.path), prepared: preparation)
    #expect(set.labels == [0, 1, 1] && set.classCount == 2)
    #expect(try set.image(1) == face.centreCropped(height: 20, width: 20))
    let again = try FaceSet.folders(IdentityFolders(folder.path), prepared: preparation)
    #expect(again.digest == set.digest)
    try folder.write(face.png(), to: "b/2.png")
    #expect(try FaceSet.folders(IdentityFolders(folder.path), prepared: preparation).digest != set.digest)
    let error = dataError {
      _ = try FaceSet.files(root: folder.path, paths: ["b/9.png"], prepared: preparation)
    }
    #expect(error?.problem == .unreadable(reason: "there is no such file"))
  }

  @Test("with a long tail falls by a power from head to tail")
  func longTail() {
    let sizes = ClassSizes.powerLaw(classCount: 200, largest: 300, smallest: 5)
    #expect(sizes.counts.first == 300 && sizes.counts.last == 5 && sizes.counts.count == 200)
    #expect(zip(sizes.counts, sizes.counts.dropFirst()).allSatisfy { $0 >= $1 })
    // A power law is straight in logarithms: the size at rank √n lies at the geometric mean of the ends.
    #expect(abs(Double(ClassSizes.powerLaw(classCount: 100, largest: 400, smallest: 4).counts[9]) - 40) <= 1)
    #expect(sizes.gini > 0.4 && sizes.share(ofLargest: 0.1) > 0.3)
    #expect(ClassSizes.even(classCount: 7, count: 4).gini == 0)
    // 1 and 3: mean difference 1 over twice the mean 2 · 2.
    #expect(ClassSizes([3, 1]).gini == 0.25)
    #expect(ClassSizes.powerLaw(classCount: 1, largest: 9, smallest: 2).counts == [9])
  }

  @Test("sizes that fall by a constant factor go from the largest to the smallest")
  func geometric() {
    let sizes = ClassSizes.geometric(classCount: 101, largest: 400, smallest: 4)
    #expect(sizes.counts.first == 400 && sizes.counts.last == 4 && sizes.counts[50] == 40)
    #expect(sizes.counts == sizes.counts.sorted(by: >))
    #expect(ClassSizes.geometric(classCount: 1, largest: 9, smallest: 2).counts == [9])
    #expect(ClassSizes.geometric(classCount: 3, largest: 5, smallest: 5).counts == [5, 5, 5])
  }

  @Test("pictures of other numbers show the same persons in other pictures")
  func freshPictures() throws {
    let faces = FaceGenerator(seed: 3)
    let sizes = ClassSizes.even(classCount: 2, count: 3)
    let first = faces.trainingSet(sizes, size: 16)
    let fresh = faces.trainingSet(sizes, size: 16, firstPicture: 2)
    #expect(first.labels == fresh.labels && first.digest != fresh.digest)
    #expect(try first.image(2).pixels == fresh.image(0).pixels)
    #expect(try first.image(0).pixels != fresh.image(0).pixels)
  }
}

@Suite("A benchmark's stand-in")
struct StandInTests {
  private let generator = FaceGenerator(seed: 3)

  private func persons(_ paths: [String]) -> Set<String> {
    Set(paths.map { String($0.prefix { $0 != "/" }) })
  }

  @Test("has LFW's form: folds that share no person, as many pairs of a kind")
  func lfw() throws {
    let benchmark = generator.lfwStyle(size: 24, pairsPerKind: 12, foldCount: 4)
    let pairs = benchmark.pairs.pairs
    #expect(pairs.count == 96 && benchmark.pairs.foldCount == 4)
    var seen: Set<String> = []
    for fold in 0..<4 {
      let own = pairs.filter { $0.fold == fold }
      #expect(own.count { $0.isSame } == 12 && own.count == 24)
      let people = persons(own.flatMap { [$0.first, $0.second] })
      #expect(seen.isDisjoint(with: people))
      seen.formUnion(people)
    }
    for pair in pairs {
      #expect((persons([pair.first, pair.second]).count == 1) == pair.isSame && pair.first != pair.second)
    }
    #expect(benchmark.members == benchmark.pairs.members && benchmark.faces.count == benchmark.members.count)
    #expect(Set(pairs.map { Set([$0.first, $0.second]) }).count == 96)
  }

  @Test("has SLLFW's form: LFW's pairs of one person, and look-alikes")
  func sllfw() {
    let lfw = generator.lfwStyle(size: 24, pairsPerKind: 40, foldCount: 2)
    let similar = generator.sllfwStyle(size: 24, pairsPerKind: 40, foldCount: 2)
    #expect(similar.pairs.pairs.filter(\.isSame) == lfw.pairs.pairs.filter(\.isSame))
    func distance(_ pair: PairList.Pair) -> Float {
      let people = [pair.first, pair.second].map { Int($0.dropFirst().prefix { $0 != "/" }) ?? 0 }
      return generator.identity(people[0]).appearanceDistance(to: generator.identity(people[1]))
    }
    func mean(_ pairs: [PairList.Pair]) -> Float {
      let distances = pairs.filter { !$0.isSame }.map(distance)
      return distances.reduce(0, +) / Float(distances.count)
    }
    #expect(mean(similar.pairs.pairs) < 0.7 * mean(lfw.pairs.pairs))
  }

  @Test("has YTF's form: videos of frames that differ and resemble each other")
  func ytf() throws {
    let benchmark = generator.ytfStyle(size: 24, pairsPerKind: 6, foldCount: 3, framesPerVideo: 4)
    #expect(benchmark.pairs.pairs.count == 36 && benchmark.pairs.foldCount == 3)
    #expect(benchmark.faces.count == 4 * benchmark.members.count)
    #expect(benchmark.memberOfFace.prefix(5) == [0, 0, 0, 0, 1])
    #expect(Set(benchmark.pairs.members) == Set(benchmark.members))
    #expect(Set(benchmark.pairs.pairs.map { Set([$0.first, $0.second]) }).count == 36)
    #expect(try benchmark.faces.image(0) != benchmark.faces.image(1))
  }

  @Test("has MegaFace's form: probes of persons with several images, distractors of one each")
  func megaFace() {
    let benchmark = generator.megaFaceStyle(
      size: 24,
      personCount: 5,
      imagesPerPerson: 2...4,
      distractorCount: 30
    )
    #expect(benchmark.probes.classCount == 5 && benchmark.distractors.classCount == 30)
    for person in 0..<5 { #expect((2...4).contains(benchmark.probes.labels.count { $0 == person })) }
    #expect(persons(benchmark.probePaths).isDisjoint(with: persons(benchmark.distractorPaths)))
  }

  @Test("has IJB's form: templates that mix stills and videos")
  func ijb() {
    let benchmark = generator.ijbStyle(
      size: 24,
      subjectCount: 10,
      probesPerSubject: 2,
      impostorsPerGallery: 5
    )
    let list = benchmark.list
    #expect(list.images.count == benchmark.faces.count)
    #expect(Set(list.images.map(\.template)).count == 30)
    #expect(list.pairs.count { $0.isSame } == 20 && list.pairs.count { !$0.isSame } == 50)
    #expect(Set(list.pairs.map { [$0.first, $0.second] }).count == 70)
    let frames = list.images.filter { $0.path.split(separator: "/").count == 3 }
    #expect(frames.count > 30 && Set(frames.map(\.medium)).count == 20)
    var templateOfMedium: [Int: Int] = [:]
    for image in list.images {
      #expect(
        templateOfMedium.updateValue(image.template, forKey: image.medium) ?? image.template == image.template
      )
    }
    let subjects = Dictionary(zip(list.images.map(\.template), benchmark.faces.labels)) { first, _ in first }
    for pair in list.pairs { #expect((subjects[pair.first] == subjects[pair.second]) == pair.isSame) }
  }

  @Test("shares no person with the training set or another benchmark")
  func disjoint() {
    let sets = [
      persons(generator.lfwStyle(size: 24, pairsPerKind: 5, foldCount: 2).members),
      persons(generator.ytfStyle(size: 24, pairsPerKind: 5, foldCount: 2).members),
      persons(generator.megaFaceStyle(size: 24, personCount: 3, distractorCount: 9).probePaths),
      persons(generator.megaFaceStyle(size: 24, personCount: 3, distractorCount: 9).distractorPaths),
      persons(generator.ijbStyle(size: 24, subjectCount: 4).list.images.map(\.path)),
      Set((0..<1000).map { "P" + String(repeating: "0", count: 8 - String($0).count) + String($0) }),
    ]
    for (index, set) in sets.enumerated() {
      for other in sets[(index + 1)...] { #expect(set.isDisjoint(with: other)) }
    }
  }
}

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
