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
