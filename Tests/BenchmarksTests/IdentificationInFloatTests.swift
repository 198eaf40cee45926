internal import Benchmarks
internal import Faces
internal import Tensors
internal import Testing

@Suite("Identification in Float, which proves most distractors to be far")
struct IdentificationInFloatTests {
  @Test("gives the same counts in Float for many blocks as a plain loop")
  func manyBlocks() throws {
    var random = SeededGenerator(seed: 3)
    // Whole numbers: products are exact in Float, so every tie is one.
    let probes = (0..<300 * 8).map { _ in Float(Int(random.uniform() * 7) - 3) }
    let others = (0..<2500 * 8).map { _ in Float(Int(random.uniform() * 7) - 3) }
    let identities = (0..<300).map { $0 % 90 }
    let result = try Identification.evaluate(
      probes: Tensor(probes, shape: [300, 8]),
      identities: identities,
      distractors: Tensor(others, shape: [2500, 8]),
      sizes: [10, 1500, 2500]
    )
    func distance(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    func probe(_ index: Int) -> ArraySlice<Float> { probes[index * 8..<index * 8 + 8] }
    for (size, found) in zip([10, 1500, 2500], result) {
      var counts: [Int] = []
      for index in 0..<300 {
        let distances = (0..<size).map { distance(probe(index), others[$0 * 8..<$0 * 8 + 8]) }
        for mate in 0..<300 where mate != index && identities[mate] == identities[index] {
          let limit = distance(probe(index), probe(mate))
          counts.append(distances.count { $0 < limit })
        }
      }
      #expect(found.closerCounts == counts)
      #expect(found.verification.impostorCount == 300 * size)
    }
  }

  @Test("counts every distractor near a person among many that are proven to be far, in Float")
  func fewNear() throws {
    var random = SeededGenerator(seed: 5)
    func number() -> Float { Float(Int(random.uniform() * 7) - 3) }
    // Whole numbers: products are exact. Persons differ in all of 96 places, images of one in few.
    let persons = (0..<6).map { _ in (0..<96).map { _ in number() } }
    func image(of person: Int) -> [Float] {
      var image = persons[person]
      for _ in 0..<4 { image[Int(random.uniform() * 96)] = number() }
      return image
    }
    let identities = (0..<24).map { $0 % 6 }
    let probes = identities.map(image)
    let others = (0..<3000).map { $0 % 97 == 5 ? image(of: $0 % 6) : (0..<96).map { _ in number() } }
    let result = try #require(
      try Identification.evaluate(
        probes: Tensor(probes.flatMap(\.self), shape: [24, 96]),
        identities: identities,
        distractors: Tensor(others.flatMap(\.self), shape: [3000, 96])
      ).first
    )
    func score(_ a: [Float], _ b: [Float]) -> Float {
      zip(a, b).reduce(0) { $0 - ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let scores = probes.map { probe in others.map { score(probe, $0) } }
    let trials = (0..<24).flatMap { probe in
      (0..<24).filter { $0 != probe && identities[$0] == identities[probe] }.map { (probe, $0) }
    }
    let mates = trials.map { score(probes[$0.0], probes[$0.1]) }
    let closer = zip(trials, mates).map { trial, mate in scores[trial.0].count { $0 > mate } }
    #expect(result.closerCounts == closer)
    #expect(closer.contains { $0 > 0 } && closer.allSatisfy { $0 < 31 })
    #expect(result.verification == ROC(genuine: mates, impostor: scores.flatMap(\.self)))
  }

  @Test("lets a distractor that is the mate itself tie with it, in Float", arguments: [7, 64, 500])
  func copies(length: Int) throws {
    var random = SeededGenerator(seed: UInt64(length))
    func features(_ rows: Int) -> Tensor<Float> {
      Tensor((0..<rows * length).map { _ in Float(random.uniform() - 0.5) }, shape: [rows, length])
        .normalisedRows()
    }
    let probes = features(9)
    var others = features(1300)
    // Copies of the probes lie among the distractors: none of them is closer than the mate that it copies.
    let places = (0..<9).map { $0 * 140 + 3 }
    for (probe, place) in places.enumerated() {
      for column in 0..<length { others[place, column] = probes[probe, column] }
    }
    let identities = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    let with = try #require(
      try Identification.evaluate(probes: probes, identities: identities, distractors: others).first
    )
    let strangers = (0..<1300).filter { !places.contains($0) }.map { others.row($0) }
    let without = try #require(
      try Identification.evaluate(
        probes: probes,
        identities: identities,
        distractors: Tensor(strangers.flatMap(\.self), shape: [strangers.count, length])
      ).first
    )
    // The probe's own copy is closer than every mate; the mate's copy is not; others' copies as they lie.
    for trial in 0..<with.trialCount {
      let closer = with.closerCounts[trial] - without.closerCounts[trial]
      let (probe, place) = (trial / 2, trial % 2)
      let mates = (probe / 3 * 3..<probe / 3 * 3 + 3).filter { $0 != probe }
      func distance(_ other: Int) -> Float {
        zip(probes.row(probe), probes.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let nearer = (0..<9).count { $0 != mates[place] && distance($0) < distance(mates[place]) }
      #expect(closer == nearer)
    }
  }

  @Test(
    "lets copies of the mate tie where every score is computed",
    arguments: [7, 256, 512, 2048],
    [0.01, 0.37, 1]
  )
  func constantFeatures(length: Int, number: Float) throws {
    // All features are equal and have equal elements: the sums of such products err most, and nothing is proven to be far.
    func features(_ rows: Int) -> Tensor<Float> {
      Tensor([Float](repeating: number, count: rows * length), shape: [rows, length])
    }
    for identities in [[0, 0], [0, 0, 1, 1, 1]] {
      let results = try Identification.evaluate(
        probes: features(identities.count),
        identities: identities,
        distractors: features(1030)
      )
      let result = try #require(results.first)
      #expect(result.closerCounts.allSatisfy { $0 == 0 })
      // All scores are the same: any threshold accepts all impostors or none.
      #expect(result.verification.impostorCount == 1030 * identities.count)
      #expect(result.verification.trueAcceptRate(atFalseAcceptRate: 0.5) == 0)
    }
  }

}
