internal import Tensors

/// Probes of known persons and distractors of unknown ones: MegaFace with FaceScrub, or a stand-in.
public struct IdentificationBenchmark: Sendable {
  /// The name of the benchmark; the name of a synthetic stand-in says so.
  public let name: String
  /// The probes; a person is a class.
  public let probes: FaceSet
  /// The distractors, each of a person of its own.
  public let distractors: FaceSet
  package let probePaths: [String]
  package let distractorPaths: [String]
}

extension FaceGenerator {
  /// A stand-in for MegaFace with FaceScrub's probes.
  ///
  /// - Parameters:
  ///   - size: height and width of the images in pixels.
  ///   - personCount: persons among the probes; FaceScrub's list has 80.
  ///   - imagesPerPerson: how many images each has, drawn evenly; FaceScrub's have 27 to 50.
  ///   - distractorCount: up to 20 million; they are drawn when asked for, not stored.
  public func megaFaceStyle(
    size: Int,
    personCount: Int = 80,
    imagesPerPerson: ClosedRange<Int> = 27...50,
    distractorCount: Int,
    variation: FaceVariation = .wild
  ) -> IdentificationBenchmark {
    require(personCount >= 1 && imagesPerPerson.lowerBound >= 2, "no person has two images")
    require((1...20_000_000).contains(distractorCount), "\(distractorCount) distractors")
    var chance = SeededGenerator(path: seed, 7)
    let probes = (0..<personCount).flatMap { person in
      let count = imagesPerPerson.lowerBound + Int(chance.next() % UInt64(imagesPerPerson.count))
      return (0..<count).map { SyntheticFaces.Entry(person: Block.probes + person, image: $0) }
    }
    let distractors = (0..<distractorCount).map {
      SyntheticFaces.Entry(person: Block.distractors + $0, image: 0)
    }
    func set(_ entries: [SyntheticFaces.Entry]) -> FaceSet {
      SyntheticFaces(generator: self, entries: entries, variation: variation).set(size: size)
    }
    return IdentificationBenchmark(
      name: "MegaFace-style, synthetic",
      probes: set(probes),
      distractors: set(distractors),
      probePaths: probes.map(\.path),
      distractorPaths: distractors.map(\.path)
    )
  }
}
