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
