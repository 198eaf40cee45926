internal import Benchmarks
internal import TestSupport
internal import Tensors
internal import Testing

@Suite("A ROC curve")
struct ROCTests {
  struct Case: Decodable {
    var genuine: [Double]
    var impostor: [Double]
    var falseAcceptRates: [Double]
    var trueAcceptRates: [Double]
    var areaUnderCurve: Double
  }

  @Test("agrees with the reference, with and without ties")
  func reference() throws {
    let cases = try References.cases(Case.self, in: "roc.json")
    for expected in cases {
      let roc = ROC(genuine: expected.genuine, impostor: expected.impostor)
      for (limit, rate) in zip(expected.falseAcceptRates, expected.trueAcceptRates) {
        #expect(abs(roc.trueAcceptRate(atFalseAcceptRate: limit) - rate) < 1e-12)
      }
      #expect(abs(roc.areaUnderCurve - expected.areaUnderCurve) < 1e-12)
    }
  }

  @Test("accepts equal scores together")
  func ties() {
    // Genuine 3 2 2 1, impostors 2 2 1 0. At threshold 3: 1/4 and 0. At 2: 3/4 and 2/4. At 1: 1 and 3/4.
    let roc = ROC(genuine: [2, 3, 1, 2] as [Float], impostor: [0, 2, 1, 2])
    #expect(roc.points.map(\.threshold) == [3, 2, 1])
    #expect(roc.points.map(\.trueAcceptRate) == [0.25, 0.75, 1])
    #expect(roc.points.map(\.falseAcceptRate) == [0, 0.5, 0.75])
    #expect(roc.trueAcceptRate(atFalseAcceptRate: 0.49) == 0.25)
    #expect(roc.trueAcceptRate(atFalseAcceptRate: 0.5) == 0.75)
    // Wins of genuine scores: 3 beats 4; each 2 beats 2 and ties with 2; 1 beats 1 and ties with 1.
    #expect(roc.areaUnderCurve == (4 + 3 + 3 + 1.5) / 16)
  }

  @Test("gives 0 where even the strictest threshold accepts too many")
  func nothingAccepted() {
    let roc = ROC(genuine: [1, 2] as [Double], impostor: [3, 4])
    #expect(roc.trueAcceptRate(atFalseAcceptRate: 0.5) == 0)
    #expect(roc.point(atFalseAcceptRate: 0.5) == nil)
    #expect(roc.areaUnderCurve == 0)
    #expect(roc.equalErrorRate == 1)
  }

  @Test("is flat at the top where the scores separate")
  func separated() {
    let roc = ROC(genuine: [5, 6] as [Float], impostor: [1, 2, 3])
    #expect(roc.trueAcceptRate(atFalseAcceptRate: 0) == 1)
    #expect(roc.areaUnderCurve == 1)
    #expect(roc.equalErrorRate == 0)
  }

  @Test("has its equal error rate where the curve crosses the diagonal of errors")
  func equalErrorRate() {
    // Genuine 4 2, impostors 3 1: the curve goes (0,0) (0,½) (½,½) (½,1) (1,1); false accepts = rejects at ½.
    #expect(ROC(genuine: [4, 2] as [Float], impostor: [3, 1]).equalErrorRate == 0.5)
    // All equal: the straight line from (0,0) to (1,1) crosses at ½.
    #expect(ROC(genuine: [1, 1] as [Float], impostor: [1]).equalErrorRate == 0.5)
  }

  @Test("only rises, counts every pair and agrees with counting by hand", arguments: 0..<20)
  func properties(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let step = seed.isMultiple(of: 2) ? 8.0 : 1e9
    func scores(_ count: Int, shift: Double) -> [Double] {
      (0..<count).map { _ in ((random.uniform() + shift) * step).rounded() / step }
    }
    let genuine = scores(1 + Int(seed) * 7, shift: 0.3)
    let impostor = scores(1 + Int(seed) * 31, shift: 0)
    let roc = ROC(genuine: genuine, impostor: impostor)
    #expect(roc.genuineCount == genuine.count && roc.impostorCount == impostor.count)
    for (a, b) in zip(roc.points, roc.points.dropFirst()) {
      #expect(a.threshold > b.threshold)
      #expect(a.trueAcceptRate < b.trueAcceptRate && a.falseAcceptRate <= b.falseAcceptRate)
    }
    #expect(roc.points.last?.trueAcceptRate == 1)
    for point in roc.points {
      #expect(point.falseAcceptRate == share(impostor, atLeast: point.threshold))
      #expect(point.trueAcceptRate == share(genuine, atLeast: point.threshold))
    }
    let wins = genuine.reduce(0.0) { sum, g in
      sum + impostor.reduce(0.0) { $0 + (g > $1 ? 1 : g == $1 ? 0.5 : 0) }
    }
    #expect(abs(roc.areaUnderCurve - wins / Double(genuine.count * impostor.count)) < 1e-12)
  }

  @Test("is the same whatever the order of the scores, in one piece or many")
  func order() {
    var random = SeededGenerator(seed: 5)
    let genuine = (0..<500).map { _ in Float(random.uniform() + 0.2) }
    let impostor = (0..<3_000_000).map { _ in Float(random.uniform()) }
    let roc = ROC(genuine: genuine, impostor: impostor)
    #expect(roc == ROC(genuine: genuine.reversed(), impostor: impostor.reversed()))
    #expect(roc.impostorCount == impostor.count)
  }
}

private func share(_ scores: [Double], atLeast threshold: Double) -> Double {
  Double(scores.count { $0 >= threshold }) / Double(scores.count)
}
