internal import Tensors

/// The validation rate over folds: the rate of accepted pairs of one person at a wanted false accept rate.
///
/// The rate that was asked for is met on the other folds and may be missed on the fold itself: ``falseAcceptRate`` is the
/// rate that was reached, and belongs beside ``validationRate``.
///
/// For each fold the threshold is interpolated on the other folds, linearly between the thresholds of a grid,
/// to where the false accept rate reaches the target; 0 where the grid does not reach it. Of several
/// thresholds with the target rate exactly, the largest counts. Both rates are then measured on the fold, a
/// pair being accepted if its squared distance is *below* the threshold.
///
/// Source: facenet's `lfw.py`, VAL at FAR.
public struct FoldedValidation: Hashable, Sendable {
  /// The result of each fold, in order.
  public let folds: [Fold]

  /// The result of one fold.
  public struct Fold: Hashable, Sendable {
    /// The threshold on the squared distance, interpolated on the other folds.
    public var threshold: Double
    /// The part of the pairs of one person that is accepted, in `0...1`.
    public var validationRate: Double
    /// The part of the pairs of different persons that is accepted, in `0...1`.
    public var falseAcceptRate: Double
  }

  /// Judges pairs in the folds that a protocol assigns, counted from 0.
  ///
  /// - Precondition: as for ``FoldedVerification``, and each fold has pairs of both kinds.
  public init(
    squaredDistances: [Double],
    isSame: [Bool],
    foldOfPair: [Int],
    falseAcceptRate target: Double = 1e-3,
    grid: ThresholdGrid = .validation
  ) {
    let counts = FoldCounts(squaredDistances, isSame: isSame, foldOfPair: foldOfPair, grid: grid)
    var same = Array(repeating: [Double](), count: counts.foldCount)
    var different = same
    for (pair, distance) in squaredDistances.enumerated() {
      if isSame[pair] {
        same[foldOfPair[pair]].append(distance)
      } else {
        different[foldOfPair[pair]].append(distance)
      }
    }
    folds = (0..<counts.foldCount).map { fold in
      require(
        !same[fold].isEmpty && !different[fold].isEmpty,
        "fold \(fold) (counted from 0) has pairs of one kind: a validation rate needs both kinds in each fold"
      )
      let threshold = counts.threshold(without: fold, falseAcceptRate: target, grid: grid)
      return Fold(
        threshold: threshold,
        validationRate: rate(of: same[fold], below: threshold),
        falseAcceptRate: rate(of: different[fold], below: threshold)
      )
    }
  }

  /// Judges pairs in folds by thresholds of a grid, as the other initialiser; or, by the exact rule, for each fold by the
  /// largest threshold whose false accept rate on the other folds is at most the target.
  init(
    squaredDistances: [Double],
    isSame: [Bool],
    foldOfPair: [Int],
    falseAcceptRate target: Double,
    rule: ThresholdRule
  ) {
    if case .grid(let grid) = rule {
      self.init(
        squaredDistances: squaredDistances,
        isSame: isSame,
        foldOfPair: foldOfPair,
        falseAcceptRate: target,
        grid: grid
      )
      return
    }
    let thresholds = ExactThresholds(squaredDistances, isSame: isSame, foldOfPair: foldOfPair)
    let judged = (0...(foldOfPair.max() ?? 0)).map { fold in
      let threshold = thresholds.threshold(without: fold, falseAcceptRate: target)
      func distances(_ same: Bool) -> [Double] {
        foldOfPair.indices.filter { foldOfPair[$0] == fold && isSame[$0] == same }.map {
          squaredDistances[$0]
        }
      }
      return Fold(
        threshold: threshold,
        validationRate: rate(of: distances(true), below: threshold),
        falseAcceptRate: rate(of: distances(false), below: threshold)
      )
    }
    self.init(folds: judged)
  }

  /// Creates the result from folds that were judged separately.
  init(folds: [Fold]) { self.folds = folds }

  /// Judges pairs in contiguous folds.
  public init(
    squaredDistances: [Double],
    isSame: [Bool],
    foldCount: Int = 10,
    falseAcceptRate target: Double = 1e-3,
    grid: ThresholdGrid = .validation
  ) {
    self.init(
      squaredDistances: squaredDistances,
      isSame: isSame,
      foldOfPair: contiguousFolds(of: isSame.count, foldCount: foldCount),
      falseAcceptRate: target,
      grid: grid
    )
  }

  /// The mean of the folds' validation rates, in `0...1`.
  public var validationRate: Double { folds.reduce(0) { $0 + $1.validationRate } / Double(folds.count) }

  /// The mean of the folds' false accept rates, in `0...1`.
  public var falseAcceptRate: Double { folds.reduce(0) { $0 + $1.falseAcceptRate } / Double(folds.count) }
}

private func rate(of distances: [Double], below threshold: Double) -> Double {
  Double(distances.count { $0 < threshold }) / Double(distances.count)
}

extension FoldCounts {
  /// The threshold at which the false accept rate outside a fold reaches a target.
  fileprivate func threshold(without fold: Int, falseAcceptRate target: Double, grid: ThresholdGrid) -> Double
  {
    let others = (0..<foldCount).filter { $0 != fold }
    let total = Double(others.reduce(0) { $0 + differentCounts[$1] })
    func rate(_ index: Int) -> Double {
      Double(others.reduce(0) { $0 + acceptedDifferent[$1][index] }) / total
    }
    guard rate(grid.count - 1) >= target else { return 0 }
    // The last threshold whose rate is at most the target; rates never fall along the grid.
    var lower = 0
    var upper = grid.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if rate(middle) <= target { lower = middle + 1 } else { upper = middle }
    }
    guard lower > 0 else { return grid[0] }
    guard lower < grid.count else { return grid[grid.count - 1] }
    let before = rate(lower - 1)
    let part = (target - before) / (rate(lower) - before)
    return grid[lower - 1] + part * (grid[lower] - grid[lower - 1])
  }
}
