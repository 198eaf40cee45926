internal import Benchmarks
internal import Faces
internal import Tensors
internal import Testing

@Suite("Verification from features")
struct VerificationTests {
  private let generator = FaceGenerator(seed: 3)

  /// Features in which persons lie apart by `distance` and pictures of one by about 1.
  private func features(_ benchmark: PairBenchmark, distance: Double, dimensions: Int = 24) -> Tensor<Float> {
    var values: [Float] = []
    for path in benchmark.faces.count == benchmark.members.count ? benchmark.members : benchmark.members {
      let person = UInt64(path.dropFirst().prefix { $0 != "/" }) ?? 0
      var centre = SplitMix(seed: person &* 77)
      var own = SplitMix(seed: UInt64(path.utf8.reduce(7) { $0 &* 31 &+ Int($1) & 0xFFFF_FFFF }))
      for _ in 0..<dimensions {
        values.append(Float(distance * (centre.uniform() - 0.5) + (own.uniform() - 0.5)))
      }
    }
    return Tensor(values, shape: [benchmark.members.count, dimensions])
  }

  @Test("is perfect for features that separate, and a coin's for features that do not")
  func extremes() throws {
    let benchmark = generator.lfwStyle(size: 24, pairsPerKind: 40, foldCount: 5)
    let good = try PairVerification(
      features: features(benchmark, distance: 20),
      pairs: benchmark.pairs,
      members: benchmark.members
    )
    #expect(good.accuracy.accuracy == 1 && good.roc.areaUnderCurve == 1)
    #expect(good.validation?.validationRate == 1)
    #expect(good.interval.lower == 1 && good.interval.upper == 1)
    let bad = try PairVerification(
      features: features(benchmark, distance: 0),
      pairs: benchmark.pairs,
      members: benchmark.members
    )
    #expect((0.4...0.6).contains(bad.accuracy.accuracy) && (0.4...0.6).contains(bad.roc.areaUnderCurve))
    #expect(bad.interval.lower < bad.accuracy.accuracy && bad.accuracy.accuracy < bad.interval.upper)
  }

  @Test("normalises the whole, the halves or nothing")
  func normalisation() {
    let features = Tensor<Float>([3, 4, 0, 2], shape: [1, 4])
    let whole = FeatureNormalisation.whole.applied(to: features).elements
    #expect(abs(whole.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    #expect(FeatureNormalisation.halves.applied(to: features).elements == [0.6, 0.8, 0, 1])
    #expect(FeatureNormalisation.none.applied(to: features).elements == [3, 4, 0, 2])
  }

  @Test("does not mind a common shift of all features once their mean is subtracted")
  func mean() throws {
    let benchmark = generator.lfwStyle(size: 24, pairsPerKind: 40, foldCount: 5)
    let plain = features(benchmark, distance: 3)
    let shifted = Tensor(plain.elements.map { $0 + 40 }, shape: plain.shape)
    func accuracy(_ features: Tensor<Float>, subtractsMean: Bool) throws -> Double {
      try PairVerification(
        features: features,
        pairs: benchmark.pairs,
        members: benchmark.members,
        subtractsMean: subtractsMean
      ).accuracy.accuracy
    }
    let moved = try accuracy(shifted, subtractsMean: true)
    #expect(moved > 0.8)
    // Far from the origin all unit features are nearly one: without the mean's help little can be told.
    #expect(try accuracy(shifted, subtractsMean: false) < moved)
  }

  @Test("pools frames by their mean feature or by the mean of all similarities")
  func frames() throws {
    let benchmark = generator.ytfStyle(size: 24, pairsPerKind: 8, foldCount: 2, framesPerVideo: 3)
    var random = SplitMix(seed: 2)
    let values = (0..<benchmark.faces.count * 5).map { _ in Float(random.uniform() - 0.3) }
    let frames = Tensor(values, shape: [benchmark.faces.count, 5])
    let units = frames.normalisedRows()
    let result = try PairVerification(
      frames: frames,
      videoOfFrame: benchmark.memberOfFace,
      pairs: benchmark.pairs,
      members: benchmark.members,
      pooling: .meanSimilarity
    )
    for (pair, distance) in zip(benchmark.pairs.pairs, result.squaredDistances) {
      var sum = 0.0
      for a in 0..<benchmark.faces.count where benchmark.members[benchmark.memberOfFace[a]] == pair.first {
        for b in 0..<benchmark.faces.count where benchmark.members[benchmark.memberOfFace[b]] == pair.second {
          for column in 0..<5 { sum += Double(units[a, column]) * Double(units[b, column]) }
        }
      }
      #expect(abs(distance - (2 - 2 * sum / 9)) < 1e-5)
    }
    let pooled = try PairVerification(
      frames: frames,
      videoOfFrame: benchmark.memberOfFace,
      pairs: benchmark.pairs,
      members: benchmark.members
    )
    #expect(zip(pooled.squaredDistances, result.squaredDistances).allSatisfy { $0 <= $1 + 1e-5 })
  }

  @Test("of templates finds their genuine pairs")
  func templates() throws {
    let benchmark = generator.ijbStyle(
      size: 24,
      subjectCount: 30,
      probesPerSubject: 2,
      impostorsPerGallery: 20
    )
    var values: [Float] = []
    for (index, label) in benchmark.faces.labels.enumerated() {
      var centre = SplitMix(seed: UInt64(label) &* 77 &+ 5)
      var own = SplitMix(seed: UInt64(index))
      for _ in 0..<16 { values.append(Float(2 * (centre.uniform() - 0.5) + own.uniform() - 0.5)) }
    }
    let result = try TemplateVerification(
      features: Tensor(values, shape: [benchmark.faces.count, 16]),
      list: benchmark.list
    )
    #expect(result.templateCount == 90)
    #expect(result.roc.genuineCount == 60 && result.roc.impostorCount == 600)
    #expect(result.roc.areaUnderCurve > 0.95)
    let interval = result.interval(atFalseAcceptRate: 0.01)
    let rate = result.roc.trueAcceptRate(atFalseAcceptRate: 0.01)
    #expect(interval.lower <= rate && rate <= interval.upper)
  }

  @Test("names what is wrong with its input")
  func errors() throws {
    let benchmark = generator.lfwStyle(size: 24, pairsPerKind: 4, foldCount: 2)
    let good = features(benchmark, distance: 2)
    let count = benchmark.members.count
    func verify(_ features: Tensor<Float>, _ members: [String]) throws {
      _ = try PairVerification(features: features, pairs: benchmark.pairs, members: members)
    }
    #expect(throws: EvaluationError.counts(what: "names", found: count - 1, expected: count)) {
      try verify(good, Array(benchmark.members.dropLast()))
    }
    var names = benchmark.members
    names[0] = "somebody else"
    #expect(throws: EvaluationError.noFeature(benchmark.members[0], line: 2)) { try verify(good, names) }
    var broken = good
    broken[3, 0] = .nan
    #expect(throws: EvaluationError.notFinite(what: benchmark.members[3], row: 3)) {
      try verify(broken, benchmark.members)
    }
  }

  @Test("gives intervals that cover the true rate about as often as they say")
  func coverage() {
    // 40 identities of 5 trials each; a trial hits with probability 0.8.
    var covered = 0
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix(seed: seed &* 991)
      let identities = (0..<200).map { ($0 / 5, $0 / 5) }
      let hits = identities.map { _ in random.uniform() < 0.8 }
      let interval = BootstrapInterval(
        hits: hits,
        identities: identities.map { (first: $0.0, second: $0.1) },
        rounds: 300
      )
      #expect(interval.lower <= interval.upper)
      if interval.lower <= 0.8, 0.8 <= interval.upper { covered += 1 }
    }
    #expect((85...100).contains(covered))
  }
}
