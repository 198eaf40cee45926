/// The thresholds from which the best is chosen.
public enum ThresholdRule: Hashable, Sendable {
  /// The thresholds of a grid.
  case grid(ThresholdGrid)
  /// One threshold between each two neighbouring distances, which suits distances of any scale.
  case exact
}

extension ThresholdGrid {
  /// Whether the thresholds suit the distances: they reach all of them, and next to the best one no step holds more than
  /// 2 % of the pairs, of both kinds, which a finer grid might tell apart.
  func fits(_ squaredDistances: [Double], isSame: [Bool], foldOfPair: [Int]) -> Bool {
    let end = self[count - 1] + 2 * step
    guard squaredDistances.allSatisfy({ $0 < end }) else { return false }
    let counts = FoldCounts(squaredDistances, isSame: isSame, foldOfPair: foldOfPair, grid: self)
    let best = self[counts.bestThreshold(without: nil)]
    return [best - step, best].allSatisfy { start in
      let inStep = squaredDistances.indices.filter {
        squaredDistances[$0] >= start && squaredDistances[$0] < start + step
      }
      let sameCount = inStep.count { isSame[$0] }
      let distances = inStep.map { squaredDistances[$0] }
      return inStep.count < 2 || 50 * inStep.count <= isSame.count || sameCount == 0
        || sameCount == inStep.count || distances.min() == distances.max()
    }
  }

  /// Whether the grid is fine enough for a false accept rate: outside each fold, the step from the last threshold that
  /// meets the rate to the next accepts at most 10 more impostors, or 1 % of them.
  func meets(
    falseAcceptRate target: Double,
    _ squaredDistances: [Double],
    isSame: [Bool],
    foldOfPair: [Int]
  ) -> Bool {
    let counts = FoldCounts(squaredDistances, isSame: isSame, foldOfPair: foldOfPair, grid: self)
    return (0..<counts.foldCount).allSatisfy { fold in
      let others = (0..<counts.foldCount).filter { $0 != fold }
      let total = others.reduce(0) { $0 + counts.differentCounts[$1] }
      var last = 0
      for threshold in 0..<count {
        let accepted = others.reduce(0) { $0 + counts.acceptedDifferent[$1][threshold] }
        if Double(accepted) > target * Double(total) {
          return accepted - last <= 10 || 100 * (accepted - last) <= total
        }
        last = accepted
      }
      return true
    }
  }
}
