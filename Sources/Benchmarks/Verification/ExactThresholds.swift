/// Finds the best of all thresholds that judge pairs differently, for distances whose scale no fixed grid fits.
///
/// Judging pairs changes only where a threshold passes a distance. So the candidates are one below all distances of the
/// training folds, one above all, and one between each two neighbours `a < b`, halfway in the unsquared distance:
///
/// ```
/// t = ((√a + √b) / 2)²
/// ```
struct ExactThresholds {
  /// Pairs by distance, nearest first.
  private let sorted: [(distance: Double, isSame: Bool, fold: Int)]

  init(_ squaredDistances: [Double], isSame: [Bool], foldOfPair: [Int]) {
    sorted = squaredDistances.indices
      .map { (squaredDistances[$0], isSame[$0], foldOfPair[$0]) }
      .sorted { $0.distance < $1.distance }
  }

  /// The threshold that judges most pairs outside a fold rightly; of equally good ones the smallest.
  func bestThreshold(without fold: Int) -> Double {
    let training = sorted.filter { $0.fold != fold }
    guard let last = training.last else { return 0 }
    var right = training.count { !$0.isSame }
    var best = (threshold: training[0].distance, right: right)
    for place in training.indices {
      right += training[place].isSame ? 1 : -1
      let distance = training[place].distance
      let next = place + 1 < training.count ? training[place + 1].distance : last.distance.nextUp
      if next > distance, right > best.right { best = (between(distance, next), right) }
    }
    return best.threshold
  }

  /// The largest threshold whose false accept rate outside a fold is at most a limit.
  func threshold(without fold: Int, falseAcceptRate limit: Double) -> Double {
    let impostors = sorted.filter { $0.fold != fold && !$0.isSame }.map(\.distance)
    guard let last = impostors.last else { return 0 }
    let allowed = impostors.indices.last { Double($0) / Double(impostors.count) <= limit } ?? 0
    return limit >= 1 ? last.nextUp : impostors[allowed]
  }

  private func between(_ a: Double, _ b: Double) -> Double {
    let middle = (max(a, 0).squareRoot() + max(b, 0).squareRoot()) / 2
    let threshold = middle * middle
    return threshold > a && threshold <= b ? threshold : b
  }
}
