internal import Benchmarks
internal import Faces
internal import Tensors
internal import Testing

@Suite("Verification of pairs")
struct PairVerificationTests {
  /// As many pairs of one person as of two in each fold, in turn; each image is in one pair.
  private static func pairs(_ count: Int, folds: Int) -> PairList {
    PairList(
      (0..<count).map { pair in
        let isSame = pair.isMultiple(of: 2)
        return PairList.Pair(
          first: "\(pair)/0",
          second: isSame ? "\(pair)/1" : "\(pair)x/0",
          isSame: isSame,
          fold: pair * folds / count,
          line: pair + 1
        )
      }
    )
  }

  /// Two rows a pair: a person's own direction, and noise. Two of a person are near, two persons far.
  private static func features(
    _ pairs: PairList,
    noise: Float,
    dimensions: Int = 16,
    seed: UInt64 = 1
  ) -> Tensor<Float> {
    var random = SeededGenerator(seed: seed)
    func draw() -> [Float] { (0..<dimensions).map { _ in Float(random.normal()) } }
    let rows = pairs.pairs.flatMap { pair -> [[Float]] in
      let person = draw()
      let other = pair.isSame ? person : draw()
      return [person, other].map { zip($0, draw()).map { $0 + noise * $1 } }
    }
    return Tensor(rows.flatMap(\.self), shape: [rows.count, dimensions])
  }

  private static func scaled(_ features: Tensor<Float>, _ factor: Float, offset: Float = 0) -> Tensor<Float> {
    Tensor(features.elements.map { $0 * factor + offset }, shape: features.shape)
  }

  @Test(
    "has thresholds that reach all distances, whatever their scale",
    arguments: [1e-25, 1e-6, 1, 30, 1e8, 1e25]
  )
  func scale(factor: Float) throws {
    let pairs = Self.pairs(200, folds: 10)
    let features = Self.features(pairs, noise: 0.5)
    let plain = try PairVerification(features: features, pairs: pairs, members: nil, normalisation: .none)
    let found = try PairVerification(
      features: Self.scaled(features, factor),
      pairs: pairs,
      members: nil,
      normalisation: .none
    )
    #expect(plain.accuracy.accuracy > 0.9 && plain.thresholdRule == .exact)
    #expect(found.accuracy.accuracy == plain.accuracy.accuracy)
    #expect(found.validation?.validationRate == plain.validation?.validationRate)
    #expect(abs(found.roc.areaUnderCurve - plain.roc.areaUnderCurve) < 1e-12)
  }

  @Test("tells pairs apart that lie within one step of the grid")
  func crowded() throws {
    // A large common offset: all cosines are near 1, all distances far below 0.01.
    let pairs = Self.pairs(200, folds: 10)
    let features = Self.scaled(Self.features(pairs, noise: 0.1), 1, offset: 100)
    let found = try PairVerification(features: features, pairs: pairs, members: nil)
    #expect((found.squaredDistances.max() ?? 1) < 0.01)
    #expect(found.thresholdRule == .exact && found.accuracy.accuracy > 0.98)
    #expect(found.validation.map { $0.falseAcceptRate <= 0.05 } == true)
  }

  @Test("keeps facenet's grid where it suits the distances")
  func grid() throws {
    let pairs = Self.pairs(1000, folds: 10)
    let found = try PairVerification(features: Self.features(pairs, noise: 1), pairs: pairs, members: nil)
    #expect(found.thresholdRule == .grid(.accuracy) && found.validationRule == .grid(.validation))
    #expect(
      found.accuracy
        == FoldedVerification(
          squaredDistances: found.squaredDistances,
          isSame: pairs.pairs.map(\.isSame),
          foldOfPair: pairs.pairs.map(\.fold)
        )
    )
  }

  @Test("judges by hand: the threshold lies halfway between the distances of the other fold")
  func byHand() throws {
    // Distances 5, 20 | 6, 14 (same, other in each fold). Halfway: fold 0 by 10², fold 1 by 12.5².
    let features = Tensor<Float>([0, 5, 0, 20, 0, 6, 0, 14], shape: [8, 1])
    let found = try PairVerification(
      features: features,
      pairs: Self.pairs(4, folds: 2),
      members: nil,
      normalisation: .none
    )
    #expect(found.accuracy.folds.map(\.threshold) == [100, 156.25])
    #expect(found.accuracy.accuracy == 1)
  }

  @Test("gives a collapsed embedder no validation rate, and says which rate was reached")
  func collapsed() throws {
    let pairs = Self.pairs(100, folds: 10)
    let features = Tensor<Float>(Array(repeating: 1, count: 200 * 8), shape: [200, 8])
    let found = try PairVerification(features: features, pairs: pairs, members: nil)
    #expect(
      found.accuracy.accuracy == 0.5 && found.roc.areaUnderCurve == 0.5 && found.roc.equalErrorRate == 0.5
    )
    #expect(found.validation?.validationRate == 0 && found.validation?.falseAcceptRate == 0)
  }

  @Test("keeps the false accept rate of a coarsely quantised embedder", arguments: [1, 2, 3])
  func quantised(levels: Float) throws {
    let pairs = Self.pairs(2000, folds: 10)
    let features = Self.features(pairs, noise: 0.6, dimensions: 6)
    let coarse = Tensor(features.elements.map { ($0 * levels).rounded() + 0.25 }, shape: features.shape)
    let found = try PairVerification(features: coarse, pairs: pairs, members: nil)
    let validation = try #require(found.validation)
    #expect(validation.falseAcceptRate < 0.01)
    for fold in validation.folds.indices {
      let others = zip(found.squaredDistances, pairs.pairs).filter { $1.fold != fold && !$1.isSame }
      let accepted = others.count { $0.0 < validation.folds[fold].threshold }
      #expect(Double(accepted) / Double(others.count) < 0.011)
    }
  }

  @Test("subtracts the other folds' mean from every figure")
  func mean() throws {
    let pairs = Self.pairs(100, folds: 4)
    let features = Self.scaled(Self.features(pairs, noise: 1), 1, offset: 2)
    let found = try PairVerification(features: features, pairs: pairs, members: nil, subtractsMean: true)
    let plain = try PairVerification(features: features, pairs: pairs, members: nil)
    #expect(found.roc.areaUnderCurve != plain.roc.areaUnderCurve)
    #expect(found.validation != plain.validation && found.roc.equalErrorRate != plain.roc.equalErrorRate)
    // By a plain loop in double precision.
    let rows = (0..<200).map { features.row($0).map(Double.init) }
    func unit(_ row: [Double]) -> [Double] {
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / norm }
    }
    let units = rows.map(unit)
    for (place, pair) in pairs.pairs.enumerated() {
      let training = pairs.pairs.indices.filter { pairs.pairs[$0].fold != pair.fold }
      let mean = (0..<16).map { column in
        training.reduce(0) { $0 + units[2 * $1][column] + units[2 * $1 + 1][column] }
          / Double(2 * training.count)
      }
      let (a, b) = (unit(zip(units[2 * place], mean).map(-)), unit(zip(units[2 * place + 1], mean).map(-)))
      let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(abs(found.squaredDistances[place] - distance) < 1e-5)
    }
  }

  @Test("adds the halves of an image and its mirror image, or measures angles")
  func conventions() throws {
    let pairs = Self.pairs(40, folds: 2)
    let features = Self.features(pairs, noise: 1)
    let sums = Tensor<Float>(
      (0..<80).flatMap { row in (0..<8).map { features[row, $0] + features[row, $0 + 8] } },
      shape: [80, 8]
    )
    let flip = try PairVerification(features: features, pairs: pairs, members: nil, normalisation: .flipSum)
    let sum = try PairVerification(features: sums, pairs: pairs, members: nil)
    #expect(flip.squaredDistances == sum.squaredDistances)
    let angle = try PairVerification(features: sums, pairs: pairs, members: nil, metric: .angle)
    for (place, distance) in sum.squaredDistances.enumerated() {
      // |a − b|² = 2 − 2 cos of unit vectors; the sine of half the angle is half the distance.
      let half = angle.squaredDistances[place] * .pi / 2
      #expect(abs(4 * sine(half) * sine(half) - distance) < 1e-5)
    }
  }

  @Test(
    "gives the same figures where features are read for some pairs at a time",
    arguments: FeatureNormalisation.allCases,
    FeatureMetric.allCases
  )
  func streamed(normalisation: FeatureNormalisation, metric: FeatureMetric) throws {
    // Rows so long that the pairs are read in three parts.
    let pairs = Self.pairs(40, folds: 4)
    let features = Self.features(pairs, noise: 1, dimensions: 8192)
    let names = pairs.pairs.flatMap { [$0.first, $0.second] }
    // Rows in another order, one of them in no pair.
    let order = [80] + (0..<80).map { $0 * 37 % 80 }
    let shuffled = SelectedFeatures(
      Tensor(features.elements + Array(repeating: 1, count: 8192), shape: [81, 8192]),
      rows: order
    )
    let wanted = try PairVerification(
      features: features,
      pairs: pairs,
      members: nil,
      normalisation: normalisation,
      metric: metric
    )
    let inTurn = try PairVerification(
      source: features,
      pairs: pairs,
      members: nil,
      normalisation: normalisation,
      metric: metric
    )
    let named = try PairVerification(
      source: shuffled,
      pairs: pairs,
      members: order.map { $0 == 80 ? "nobody/0" : names[$0] },
      normalisation: normalisation,
      metric: metric
    )
    #expect(inTurn == wanted && named == wanted)

    var holes = features
    for column in 0..<8192 { holes[75, column] = 0 }
    if normalisation != .none || metric == .angle {
      #expect(throws: EvaluationError.noDirection(what: "37x/0", row: 75)) {
        try PairVerification(
          source: holes,
          pairs: pairs,
          members: nil,
          normalisation: normalisation,
          metric: metric
        )
      }
    }
  }

  @Test("normalises features whose squares overflow or underflow", arguments: [1e-38, 1e-25, 1e25, 3e37])
  func range(factor: Float) throws {
    let pairs = Self.pairs(40, folds: 2)
    let features = Self.features(pairs, noise: 0.5)
    let plain = try PairVerification(features: features, pairs: pairs, members: nil)
    let scaled = try PairVerification(features: Self.scaled(features, factor), pairs: pairs, members: nil)
    for (a, b) in zip(plain.squaredDistances, scaled.squaredDistances) { #expect(abs(a - b) < 1e-5) }
    #expect(plain.accuracy.accuracy == scaled.accuracy.accuracy)
  }

  @Test("refuses what cannot be judged, with its place")
  func refusals() throws {
    let pairs = Self.pairs(8, folds: 2)
    let features = Self.features(pairs, noise: 0.5, dimensions: 15)
    func verify(
      _ features: Tensor<Float>,
      _ pairs: PairList,
      members: [String]? = nil,
      _ normalisation: FeatureNormalisation = .whole,
      mean: Bool = false
    ) throws {
      _ = try PairVerification(
        features: features,
        pairs: pairs,
        members: members,
        normalisation: normalisation,
        subtractsMean: mean
      )
    }
    #expect(throws: EvaluationError.tooFewFolds(1)) { try verify(features, Self.pairs(8, folds: 1)) }
    #expect(throws: EvaluationError.oddDimensions(15)) { try verify(features, pairs, .halves) }
    #expect(throws: EvaluationError.oddDimensions(15)) { try verify(features, pairs, .flipSum) }
    #expect(throws: EvaluationError.noDimensions) { try verify(Tensor([], shape: [16, 0]), pairs) }
    var holes = features
    for column in 0..<15 { holes[5, column] = 0 }
    #expect(throws: EvaluationError.noDirection(what: "2/1", row: 5)) { try verify(holes, pairs) }
    holes[5, 3] = .nan
    #expect(throws: EvaluationError.notFinite(what: "2/1", row: 5)) { try verify(holes, pairs, .none) }
    var names = pairs.pairs.flatMap { [$0.first, $0.second] }
    names[7] = names[2]
    #expect(throws: EvaluationError.duplicateName(names[2], first: 2, second: 7)) {
      try verify(features, pairs, members: names)
    }
    let even = Self.features(pairs, noise: 0.5)
    var half = even
    for column in 8..<16 { half[3, column] = 0 }
    #expect(throws: EvaluationError.noDirection(what: "1x/0", row: 3)) { try verify(half, pairs, .halves) }
    try verify(half, pairs)
    let gap = PairList(
      pairs.pairs.map {
        PairList.Pair(first: $0.first, second: $0.second, isSame: $0.isSame, fold: 2 * $0.fold, line: $0.line)
      }
    )
    #expect(throws: EvaluationError.emptyFold(1)) { try verify(even, gap) }
    let one = Tensor<Float>(Array(repeating: 1, count: 16 * 4), shape: [16, 4])
    #expect(throws: EvaluationError.self) { try verify(one, pairs, mean: true) }
  }
}

/// The sine, by its series: tests of this module need no Foundation.
private func sine(_ x: Double) -> Double {
  var (term, sum) = (x, x)
  for n in 1..<15 {
    term *= -x * x / Double((2 * n) * (2 * n + 1))
    sum += term
  }
  return sum
}
