internal import Tensors

/// Verification accuracy over folds: each fold is judged by the threshold that is best on the others.
///
/// A pair is accepted if its squared distance is *below* the threshold. For each fold the threshold of a
/// grid is taken that judges most pairs of the other folds rightly; of equally good ones the smallest.
///
/// ```
/// accuracy = mean over folds of (accepted same + rejected different) / pairs
/// ```
///
/// Source: the LFW protocol, unrestricted, with labelled outside data; grid and rule as in facenet's
/// `lfw.py`.
public struct FoldedVerification: Hashable, Sendable {
  /// The result of each fold, in order.
  public let folds: [Fold]

  /// The result of one fold.
  public struct Fold: Hashable, Sendable {
    /// The threshold on the squared distance, chosen on the other folds.
    public var threshold: Double
    /// The part of the fold's pairs judged rightly, in `0...1`.
    public var accuracy: Double
    public var pairCount: Int
  }

  /// Judges pairs in contiguous folds.
  ///
  /// Where the pairs cannot be shared out evenly, the first folds get one more.
  ///
  /// - Parameters:
  ///   - squaredDistances: one for each pair, squared Euclidean.
  ///   - isSame: whether both images of the pair show one person.
  ///   - foldCount: at least 2.
  ///   - grid: the thresholds tried.
  /// - Precondition: as many distances as answers, at least one pair a fold, no distance is NaN.
  public init(
    squaredDistances: [Float],
    isSame: [Bool],
    foldCount: Int = 10,
    grid: ThresholdGrid = .accuracy
  ) {
    let folds = contiguousFolds(of: isSame.count, foldCount: foldCount)
    self.init(
      squaredDistances: squaredDistances.map(Double.init),
      isSame: isSame,
      foldOfPair: folds,
      grid: grid
    )
  }

  /// Judges pairs in contiguous folds, in double precision.
  public init(
    squaredDistances: [Double],
    isSame: [Bool],
    foldCount: Int = 10,
    grid: ThresholdGrid = .accuracy
  ) {
    let folds = contiguousFolds(of: isSame.count, foldCount: foldCount)
    self.init(squaredDistances: squaredDistances, isSame: isSame, foldOfPair: folds, grid: grid)
  }

  /// Judges pairs in the folds that a protocol assigns, counted from 0.
  ///
  /// - Precondition: no fold between the first and the last is empty, and there are at least two.
  public init(
    squaredDistances: [Double],
    isSame: [Bool],
    foldOfPair: [Int],
    grid: ThresholdGrid = .accuracy
  ) {
    let counts = FoldCounts(squaredDistances, isSame: isSame, foldOfPair: foldOfPair, grid: grid)
    folds = (0..<counts.foldCount).map { fold in
      let best = counts.bestThreshold(without: fold)
      let right = counts.rightCount(in: fold, at: best)
      let pairCount = counts.pairCounts[fold]
      return Fold(
        threshold: grid[best],
        accuracy: Double(right) / Double(pairCount),
        pairCount: pairCount
      )
    }
  }

  /// Judges pairs by thresholds of a grid, or by the best of all.
  init(squaredDistances: [Double], isSame: [Bool], foldOfPair: [Int], rule: ThresholdRule) {
    if case .grid(let grid) = rule {
      self.init(squaredDistances: squaredDistances, isSame: isSame, foldOfPair: foldOfPair, grid: grid)
      return
    }
    let thresholds = ExactThresholds(squaredDistances, isSame: isSame, foldOfPair: foldOfPair)
    let judged = (0...(foldOfPair.max() ?? 0)).map { fold in
      let threshold = thresholds.bestThreshold(without: fold)
      let pairs = foldOfPair.indices.filter { foldOfPair[$0] == fold }
      let right = pairs.count { (squaredDistances[$0] < threshold) == isSame[$0] }
      return Fold(
        threshold: threshold,
        accuracy: Double(right) / Double(pairs.count),
        pairCount: pairs.count
      )
    }
    self.init(folds: judged)
  }

  /// Creates the result from folds that were judged separately.
  package init(folds: [Fold]) { self.folds = folds }

  /// The mean of the folds' accuracies, in `0...1`.
  public var accuracy: Double { folds.reduce(0) { $0 + $1.accuracy } / Double(folds.count) }

  /// The standard deviation of the folds' accuracies as facenet prints it, divided by the fold count.
  public var standardDeviation: Double {
    let mean = accuracy
    let sum = folds.reduce(0) { $0 + ($1.accuracy - mean) * ($1.accuracy - mean) }
    return (sum / Double(folds.count)).squareRoot()
  }

  /// The standard error of the accuracy: the sample deviation (n − 1) over the root of the fold count.
  public var standardError: Double { standardDeviation / Double(folds.count - 1).squareRoot() }
}

/// Evenly spaced thresholds on a distance: `start + index · step`.
public struct ThresholdGrid: Hashable, Sendable {
  public var start: Double
  public var step: Double
  public var count: Int

  /// Creates a grid.
  ///
  /// - Precondition: `step > 0` and `count > 0`.
  public init(start: Double = 0, step: Double, count: Int) {
    require(
      start.isFinite && step.isFinite && step > 0 && count > 0,
      "a grid of \(count) thresholds from \(start) in steps of \(step): the step and the count must be above 0"
    )
    self.start = start
    self.step = step
    self.count = count
  }

  /// 0 to 3.99 in steps of 0.01: facenet's for accuracy, on unit features.
  public static let accuracy = ThresholdGrid(step: 0.01, count: 400)
  /// 0 to 3.999 in steps of 0.001: facenet's for the validation rate, on unit features.
  public static let validation = ThresholdGrid(step: 0.001, count: 4000)
  /// 0 to 7.99 in steps of 0.01: for two concatenated unit halves, whose squared distances reach 8.
  public static let concatenated = ThresholdGrid(step: 0.01, count: 800)

  /// Accesses a threshold.
  public subscript(index: Int) -> Double { start + Double(index) * step }

  /// The index of the first threshold above a distance; `count` where there is none.
  func firstIndex(above distance: Double) -> Int {
    let guess = (distance - start) / step
    guard guess < Double(count) + 1 else { return count }
    // Rounding may put the guess one off; the thresholds themselves decide.
    var index = guess > 0 ? min(Int(guess), count) : 0
    while index > 0, self[index - 1] > distance { index -= 1 }
    while index < count, self[index] <= distance { index += 1 }
    return index
  }
}

func contiguousFolds(of pairCount: Int, foldCount: Int) -> [Int] {
  require(
    foldCount >= 2 && pairCount >= foldCount,
    "\(pairCount) pairs cannot be divided into \(foldCount) folds: at least 2 folds with a pair each are needed"
  )
  let (length, rest) = pairCount.quotientAndRemainder(dividingBy: foldCount)
  return (0..<foldCount).flatMap { Array(repeating: $0, count: length + ($0 < rest ? 1 : 0)) }
}
