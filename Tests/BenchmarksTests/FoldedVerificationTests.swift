internal import Benchmarks
internal import TestSupport
internal import Tensors
internal import Testing

@Suite("Verification over folds")
struct FoldedVerificationTests {
  struct Case: Decodable {
    var squaredDistances: [Double]
    var isSame: [Bool]
    var foldCount: Int
    var foldThresholds: [Double]
    var foldAccuracies: [Double]
    var accuracy: Double
    var standardDeviation: Double
    var standardError: Double
  }

  @Test("agrees with the reference")
  func reference() throws {
    let cases = try References.cases(Case.self, in: "lfw-folds.json")
    for expected in cases {
      let result = FoldedVerification(
        squaredDistances: expected.squaredDistances,
        isSame: expected.isSame,
        foldCount: expected.foldCount
      )
      #expect(result.folds.count == expected.foldCount)
      for (fold, index) in zip(result.folds, 0...) {
        #expect(abs(fold.threshold - expected.foldThresholds[index]) < 1e-12)
        #expect(abs(fold.accuracy - expected.foldAccuracies[index]) < 1e-12)
      }
      #expect(abs(result.accuracy - expected.accuracy) < 1e-12)
      #expect(abs(result.standardDeviation - expected.standardDeviation) < 1e-12)
      #expect(abs(result.standardError - expected.standardError) < 1e-12)
    }
  }

  @Test("judges a fold by the threshold that is best on the others, the first of equals")
  func byHand() {
    // Fold 0: same 1.0, different 2.0. Fold 1: same 0.5, different 0.8. Grid 0, 0.25, 0.5, … 3.
    // On fold 1 the thresholds 0.75 (0.5 < 0.75 ≤ 0.8) judge both rightly: fold 0 then rejects both, ½.
    // On fold 0 the first of 1.25, 1.5, 1.75, 2.0 wins: fold 1 then accepts both, ½.
    let result = FoldedVerification(
      squaredDistances: [1.0, 2.0, 0.5, 0.8] as [Double],
      isSame: [true, false, true, false],
      foldCount: 2,
      grid: ThresholdGrid(step: 0.25, count: 13)
    )
    #expect(result.folds.map(\.threshold) == [0.75, 1.25])
    #expect(result.folds.map(\.accuracy) == [0.5, 0.5])
    #expect(result.accuracy == 0.5 && result.standardDeviation == 0)
  }

  @Test("does not accept a pair whose distance is the threshold")
  func onTheThreshold() {
    // With the threshold 0 nothing is accepted; 1.0 is accepted from the threshold 2 on.
    let result = FoldedVerification(
      squaredDistances: [1, 1] as [Double],
      isSame: [true, true],
      foldCount: 2,
      grid: ThresholdGrid(step: 1, count: 3)
    )
    #expect(result.folds.map(\.threshold) == [2, 2])
  }

  @Test("shares every pair out to one fold, in order", arguments: [2, 3, 7, 10])
  func partition(foldCount: Int) {
    let count = 103
    let result = FoldedVerification(
      squaredDistances: (0..<count).map { Double($0 % 5) },
      isSame: (0..<count).map { $0 % 5 < 2 },
      foldCount: foldCount
    )
    #expect(result.folds.reduce(0) { $0 + $1.pairCount } == count)
    let lengths = result.folds.map(\.pairCount)
    #expect(lengths == lengths.sorted(by: >) && lengths[0] - lengths[foldCount - 1] <= 1)
    #expect(result.accuracy == 1)
  }

  @Test("gives what a plain loop over thresholds gives", arguments: 0..<10)
  func plainLoop(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let isSame = (0..<400).map { _ in random.uniform() < 0.5 }
    let distances = isSame.map { Float(random.uniform() * 2 + ($0 ? 0 : 1.2)) }
    let result = FoldedVerification(squaredDistances: distances, isSame: isSame, foldCount: 8)
    for (fold, index) in zip(result.folds, 0...) {
      let test = index * 50..<(index + 1) * 50
      func rights(_ threshold: Double, _ pairs: [Int]) -> Int {
        pairs.count { (Double(distances[$0]) < threshold) == isSame[$0] }
      }
      let training = (0..<400).filter { !test.contains($0) }
      var best = (threshold: 0.0, count: -1)
      for step in 0..<400 {
        let threshold = Double(step) * 0.01
        let count = rights(threshold, training)
        if count > best.count { best = (threshold, count) }
      }
      #expect(fold.threshold == best.threshold)
      #expect(fold.accuracy == Double(rights(best.threshold, Array(test))) / 50)
    }
  }

  @Test("interpolates the threshold of the validation rate on the other folds")
  func validation() {
    // Other fold of fold 0: different 0.5 1.5 2.5 3.5. Grid 0 1 2 3 4: rates 0 ¼ ½ ¾ 1. ⅜ lies at 1.5.
    // Fold 0: same 1, 1.5 (not below), different 1.2, 9, 9, 9: VAL ½, FAR ¼.
    let result = FoldedValidation(
      squaredDistances: [1, 1.5, 1.2, 9, 9, 9, 0, 0, 0.5, 1.5, 2.5, 3.5],
      isSame: [true, true, false, false, false, false, true, true, false, false, false, false],
      foldCount: 2,
      falseAcceptRate: 0.375,
      grid: ThresholdGrid(step: 1, count: 5)
    )
    #expect(result.folds[0].threshold == 1.5)
    #expect(result.folds[0].validationRate == 0.5)
    #expect(result.folds[0].falseAcceptRate == 0.25)
    // On fold 0 the grid reaches only ¼: the threshold is 0, nothing is accepted.
    #expect(result.folds[1].threshold == 0 && result.folds[1].validationRate == 0)
    #expect(result.validationRate == 0.25 && result.falseAcceptRate == 0.125)
  }
}
