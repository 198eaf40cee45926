internal import Tensors

/// The number of pairs that each threshold of a grid accepts, by fold.
///
/// One pass over the pairs, one over the grid: no sort, no loop over thresholds and pairs.
struct FoldCounts {
  let foldCount: Int
  /// The number of pairs of each fold.
  private(set) var pairCounts: [Int]
  /// The number of pairs of different persons of each fold.
  private(set) var differentCounts: [Int]
  /// `[fold][threshold]`: accepted pairs of one person.
  private(set) var acceptedSame: [[Int]]
  /// `[fold][threshold]`: accepted pairs of different persons.
  private(set) var acceptedDifferent: [[Int]]

  init(_ squaredDistances: [Double], isSame: [Bool], foldOfPair: [Int], grid: ThresholdGrid) {
    require(
      squaredDistances.count == isSame.count && isSame.count == foldOfPair.count,
      "\(squaredDistances.count) distances, \(isSame.count) labels and \(foldOfPair.count) folds: give one of each for"
        + " every pair"
    )
    require(!foldOfPair.isEmpty, "there is no pair to verify")
    require((foldOfPair.min() ?? 0) >= 0, "fold \(foldOfPair.min() ?? 0) is negative: count folds from 0")
    foldCount = (foldOfPair.max() ?? 0) + 1
    pairCounts = Array(repeating: 0, count: foldCount)
    differentCounts = pairCounts
    // The last place is for pairs that no threshold accepts.
    acceptedSame = Array(repeating: Array(repeating: 0, count: grid.count + 1), count: foldCount)
    acceptedDifferent = acceptedSame
    for (pair, distance) in squaredDistances.enumerated() {
      require(!distance.isNaN, "the distance of pair \(pair) (counted from 0) is NaN")
      let fold = foldOfPair[pair]
      pairCounts[fold] += 1
      let first = grid.firstIndex(above: distance)
      if isSame[pair] {
        acceptedSame[fold][first] += 1
      } else {
        acceptedDifferent[fold][first] += 1
        differentCounts[fold] += 1
      }
    }
    require(
      foldCount >= 2,
      "there is one fold: at least two are needed, since each is judged by a threshold chosen on the others"
    )
    if let empty = pairCounts.firstIndex(of: 0) {
      require(
        false,
        "fold \(empty) (counted from 0) of \(foldCount) has no pair: number the folds without a gap"
      )
    }
    for fold in 0..<foldCount {
      for threshold in 1...grid.count {
        acceptedSame[fold][threshold] += acceptedSame[fold][threshold - 1]
        acceptedDifferent[fold][threshold] += acceptedDifferent[fold][threshold - 1]
      }
      acceptedSame[fold].removeLast()
      acceptedDifferent[fold].removeLast()
    }
  }

  /// The number of pairs of a fold that a threshold judges rightly.
  func rightCount(in fold: Int, at threshold: Int) -> Int {
    acceptedSame[fold][threshold] + differentCounts[fold] - acceptedDifferent[fold][threshold]
  }

  /// The first threshold that judges most pairs rightly, of all folds or of all but one.
  func bestThreshold(without fold: Int?) -> Int {
    var best = 0
    var bestCount = -1
    for threshold in acceptedSame[0].indices {
      var count = 0
      for other in 0..<foldCount where other != fold { count += rightCount(in: other, at: threshold) }
      if count > bestCount { (best, bestCount) = (threshold, count) }
    }
    return best
  }
}
