internal import Benchmarks
internal import Faces
internal import TestSupport
internal import Tensors
internal import Testing

@Suite("Identification among distractors")
struct IdentificationTests {
  struct Case: Decodable {
    var probes: [[Double]]
    var identities: [Int]
    var distractors: [[Double]]
    var trialCount: Int
    var rankRates: [String: Double]
    var falseAcceptRates: [Double]
    var trueAcceptRates: [Double]
  }

  @Test("agrees with the reference")
  func reference() throws {
    let cases = try References.cases(Case.self, in: "identification.json")
    #expect(!cases.isEmpty)
    for expected in cases {
      let result = try #require(
        try Identification.evaluate(
          probes: tensor(expected.probes),
          identities: expected.identities,
          distractors: tensor(expected.distractors)
        ).first
      )
      #expect(result.trialCount == expected.trialCount)
      #expect(result.distractorCount == expected.distractors.count)
      for (rank, rate) in expected.rankRates {
        #expect(abs(result.rate(atRank: try #require(Int(rank))) - rate) < 1e-12, "rank \(rank)")
      }
      for (limit, rate) in zip(expected.falseAcceptRates, expected.trueAcceptRates) {
        #expect(abs(result.verification.trueAcceptRate(atFalseAcceptRate: limit) - rate) < 1e-12)
      }
    }
  }

  @Test("is that of the counts of parts, which other processes send as numbers")
  func parts() throws {
    var random = SeededGenerator(seed: 3)
    func rows(_ count: Int) -> Tensor<Float> {
      Tensor((0..<count * 4).map { _ in Float(random.normal()) }, shape: [count, 4])
    }
    let (probes, distractors) = (rows(6), rows(50))
    let identities = [0, 0, 1, 1, 1, 2]
    let wanted = try Identification.evaluate(
      probes: probes,
      identities: identities,
      distractors: distractors
    )[0]
    let trials = try IdentificationTrials(probes: probes, identities: identities)
    var sum = trials.empty
    for part in [0..<7, 7..<8, 8..<50] {
      let counts = try trials.count(distractors, rows: part)
      #expect(counts.distractorCount == part.count)
      let isAdded = sum.add(numbers: counts.numbers)
      #expect(isAdded)
    }
    #expect(Identification(sum, of: trials) == wanted)
    let others = try IdentificationTrials(probes: rows(4), identities: [0, 0, 0, 0])
    let isAdded = sum.add(numbers: others.empty.numbers)
    #expect(!isAdded, "counts of other trials")
    #expect(Identification(sum, of: trials) == wanted)
  }

  @Test("counts as the rule says, ties for the mate")
  func byHand() throws {
    // Probes 0 and 3 of one identity, 10 alone. Distractors at 3, 1, 4, 9 on a line.
    // Probe 0, mate 3 at 9: closer 1 (at 1); 3 ties. Probe 3, mate 0 at 9: closer 3 (0), 1 (4), 4 (1).
    let result = try Identification.evaluate(
      probes: Tensor<Double>([0, 3, 10], shape: [3, 1]),
      identities: [7, 7, 8],
      distractors: Tensor<Double>([3, 1, 4, 9], shape: [4, 1]),
      sizes: [1, 2, 4]
    )
    #expect(result.map(\.distractorCount) == [1, 2, 4])
    #expect(result.map(\.closerCounts) == [[0, 1], [1, 2], [1, 3]])
    #expect(result[2].identities == [7, 7])
    #expect(result[2].rate(atRank: 1) == 0 && result[2].rate(atRank: 2) == 0.5)
    #expect(result[2].cumulativeMatch(upToRank: 5) == [0, 0.5, 0.5, 1, 1])
    // Impostor distances 9 1 16 81, 0 4 1 36, 49 81 36 1 against two genuine 9: 6 of 12 are at most 9.
    #expect(result[2].verification.impostorCount == 12)
    #expect(result[2].verification.points.map(\.falseAcceptRate) == [0.5])
  }

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

  @Test("takes distractors from a stream as from memory, and passes its errors on")
  func stream() throws {
    var random = SeededGenerator(seed: 4)
    let probes = Tensor((0..<12 * 4).map { _ in Float(random.uniform()) }, shape: [12, 4])
    let others = Tensor((0..<3000 * 4).map { _ in Float(random.uniform()) }, shape: [3000, 4])
    let identities = (0..<12).map { $0 / 3 }
    let stream = FeatureStream(rowCount: 3000, rowLength: 4) { rows in
      Tensor(rows.flatMap { others.row($0) }, shape: [rows.count, 4])
    }
    let streamed = try Identification.evaluate(probes: probes, identities: identities, distractors: stream)
    #expect(
      try streamed
        == Identification.evaluate(probes: probes, identities: identities, distractors: others)
    )
    let broken = FeatureStream(rowCount: 3000, rowLength: 4) { _ in throw EvaluationError.noTrials }
    #expect(throws: EvaluationError.noTrials) {
      try Identification.evaluate(probes: probes, identities: identities, distractors: broken)
    }
  }

  @Test("is the same on one thread and on several")
  func threads() throws {
    var random = SeededGenerator(seed: 12)
    let probes = Tensor((0..<40 * 16).map { _ in Float(random.uniform()) }, shape: [40, 16])
    let others = Tensor((0..<5000 * 16).map { _ in Float(random.uniform()) }, shape: [5000, 16])
    func evaluate(_ threads: Int) throws -> [Identification] {
      try Parallel.withThreads(threads) {
        try Identification.evaluate(
          probes: probes,
          identities: (0..<40).map { $0 / 4 },
          distractors: others,
          sizes: [100, 5000]
        )
      }
    }
    #expect(try evaluate(1) == evaluate(3))
  }

  @Test("has rates that rise with the rank and fall with the gallery")
  func monotone() throws {
    var random = SeededGenerator(seed: 9)
    let result = try Identification.evaluate(
      probes: Tensor((0..<60 * 4).map { _ in Float(random.uniform()) }, shape: [60, 4]),
      identities: (0..<60).map { $0 / 3 },
      distractors: Tensor((0..<900 * 4).map { _ in Float(random.uniform()) }, shape: [900, 4]),
      sizes: [10, 100, 900]
    )
    for found in result {
      let curve = found.cumulativeMatch(upToRank: found.distractorCount + 1)
      #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(curve.last == 1)
      #expect(curve[4] == found.rate(atRank: 5))
    }
    #expect(zip(result, result.dropFirst()).allSatisfy { $0.rate(atRank: 1) >= $1.rate(atRank: 1) })
  }

  @Test("names what is wrong with its input")
  func errors() {
    let one = Tensor<Float>([1, 2], shape: [2, 1])
    func evaluate(
      _ probes: Tensor<Float>,
      _ identities: [Int],
      _ distractors: Tensor<Float>,
      sizes: [Int]? = nil
    ) throws {
      _ = try Identification.evaluate(
        probes: probes,
        identities: identities,
        distractors: distractors,
        sizes: sizes
      )
    }
    #expect(throws: EvaluationError.dimensions(probes: 1, distractors: 2)) {
      try evaluate(one, [0, 0], Tensor([1, 2], shape: [1, 2]))
    }
    #expect(throws: EvaluationError.noTrials) { try evaluate(one, [0, 1], one) }
    #expect(throws: EvaluationError.counts(what: "identities", found: 1, expected: 2)) {
      try evaluate(one, [0], one)
    }
    #expect(throws: EvaluationError.tooFewDistractors(wanted: 3, found: 2)) {
      try evaluate(one, [0, 0], one, sizes: [3])
    }
    #expect(throws: EvaluationError.gallerySizes([2, 1])) { try evaluate(one, [0, 0], one, sizes: [2, 1]) }
    #expect(throws: EvaluationError.notFinite(what: "distractor", row: 1)) {
      try evaluate(one, [0, 0], Tensor([1, .nan], shape: [2, 1]))
    }
    #expect(throws: EvaluationError.notFinite(what: "probe", row: 0)) {
      try evaluate(Tensor([.infinity, 1], shape: [2, 1]), [0, 0], one)
    }
  }
}

func tensor(_ rows: [[Double]]) -> Tensor<Double> {
  Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}
