internal import Benchmarks
internal import Faces
internal import Tensors
internal import Testing

@Suite("A comparison of two embedders")
struct PairedComparisonTests {
  private static let pairs = PairList(
    (0..<400).map { pair in
      let isSame = pair.isMultiple(of: 2)
      return PairList.Pair(
        first: "\(pair / 4)/0",
        second: isSame ? "\(pair / 4)/\(pair)" : "\((pair / 4 + 7) % 100)/\(pair)",
        isSame: isSame,
        fold: pair / 40,
        line: pair + 1
      )
    }
  )

  private static func verification(noise: Float, seed: UInt64) throws -> PairVerification {
    var random = SeededGenerator(seed: seed)
    func draw() -> [Float] { (0..<24).map { _ in Float(random.normal()) } }
    let persons = (0..<100).map { _ in draw() }
    let paths: [String] = pairs.pairs.flatMap { [$0.first, $0.second] }
    let rows: [[Float]] = paths.map { path in
      let person = persons[Int(path.prefix { $0 != "/" }) ?? 0]
      return zip(person, draw()).map { $0 + noise * $1 }
    }
    return try PairVerification(
      features: Tensor(rows.flatMap(\.self), shape: [rows.count, 24]),
      pairs: pairs,
      members: nil
    )
  }

  @Test("finds no difference between an embedder and itself")
  func same() throws {
    let one = try Self.verification(noise: 1, seed: 1)
    let comparison = PairedComparison(one, one, pairs: Self.pairs, rounds: 50)
    #expect(comparison.onlyFirstRight == 0 && comparison.onlySecondRight == 0)
    for difference in comparison.differences {
      #expect(difference.difference == 0 && difference.verdict == .undecided)
      #expect(difference.overIdentities == 0...0 && difference.overPairs == 0...0)
    }
    #expect(comparison.differences.map(\.name).first == "accuracy")
    #expect(comparison.differences[0].first == one.accuracy.accuracy)
    #expect(abs(comparison.differences[3].first - one.roc.areaUnderCurve) < 1e-12)
    #expect(abs(comparison.differences[4].first - one.roc.equalErrorRate) < 1e-12)
  }

  @Test("finds the better one, whichever comes first, and is the same each time")
  func better() throws {
    let (good, bad) = (try Self.verification(noise: 0.5, seed: 1), try Self.verification(noise: 2.5, seed: 1))
    let comparison = PairedComparison(bad, good, pairs: Self.pairs, rounds: 200)
    #expect(comparison.differences.allSatisfy { $0.verdict == .second })
    #expect(comparison.differences[4].difference < 0)
    let turned = PairedComparison(good, bad, pairs: Self.pairs, rounds: 200)
    #expect(turned.differences.allSatisfy { $0.verdict == .first })
    #expect(comparison == PairedComparison(bad, good, pairs: Self.pairs, rounds: 200))
    #expect(
      comparison.onlySecondRight - comparison.onlyFirstRight
        == Int((comparison.differences[0].difference * 400).rounded())
    )
  }

  @Test("counts a pair as often as it was drawn: as the curve of repeated pairs", arguments: 0..<20)
  func weights(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let scores = (0..<60).map { _ in (random.uniform() * 20).rounded() }
    let isSame = (0..<60).map { $0.isMultiple(of: 3) }
    let weights = (0..<60).map { $0 < 2 ? 1 : random.index(below: 4) }
    let limits = [0, 0.01, 0.1, 0.5]
    let found = WeightedCurve(scores: scores, isSame: isSame).figures(
      weights: weights,
      falseAcceptRates: limits
    )
    func repeated(_ same: Bool) -> [Double] {
      scores.indices.filter { isSame[$0] == same }.flatMap {
        Array(repeating: scores[$0], count: weights[$0])
      }
    }
    let roc = ROC(genuine: repeated(true), impostor: repeated(false))
    #expect(abs((found?.areaUnderCurve ?? -1) - roc.areaUnderCurve) < 1e-12)
    #expect(abs((found?.equalErrorRate ?? -1) - roc.equalErrorRate) < 1e-12)
    for (index, limit) in limits.enumerated() {
      #expect(
        abs((found?.trueAcceptRates[index] ?? -1) - roc.trueAcceptRate(atFalseAcceptRate: limit)) < 1e-12
      )
    }
    #expect(
      WeightedCurve(scores: [1, 2], isSame: [true, true]).figures(weights: [1, 1], falseAcceptRates: [])
        == nil
    )
  }
}
