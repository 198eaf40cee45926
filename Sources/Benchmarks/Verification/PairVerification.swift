public import Faces
public import Tensors

/// Verification of pairs by the protocol of LFW, SLLFW and YTF, from features.
///
/// Accuracy and validation rate are judged in folds, each by thresholds chosen on the others; the ROC takes all pairs
/// together. Where the mean is subtracted, it is that of the other folds' pairs, and every figure is of such distances.
///
/// Thresholds are facenet's grid, where it suits the distances. Where it does not (distances beyond its end, or crowded
/// into a step of it), one threshold between each two neighbouring distances of the other folds is tried:
/// ``thresholdRule`` says which.
public struct PairVerification: Hashable, Sendable {
  /// Accuracy over folds.
  public let accuracy: FoldedVerification
  /// The rate of accepted pairs of one person at a false accept rate of 1e-3, over folds; `nil` where a fold
  /// lacks pairs of a kind.
  public let validation: FoldedValidation?
  /// All pairs together; scores are negated distances.
  public let roc: ROC
  /// The distance of each pair: squared Euclidean, or by another ``FeatureMetric``.
  public let squaredDistances: [Double]
  /// The 95 % bootstrap interval of the accuracy, over identities.
  public let interval: BootstrapInterval
  /// The thresholds tried for the accuracy.
  public let thresholdRule: ThresholdRule
  /// The thresholds tried for the validation rate.
  public let validationRule: ThresholdRule

  /// Verifies pairs.
  ///
  /// - Parameters:
  ///   - features: `[row, dimension]`.
  ///   - pairs: the protocol.
  ///   - members: the image or video of each row of `features`; `nil` where the rows are the pairs' images in
  ///     turn, two a pair.
  ///   - normalisation: of the features.
  ///   - subtractsMean: whether the mean feature of the training folds' pairs is subtracted and each feature
  ///     normalised again, as facenet's `--subtract_mean` does. A Euclidean distance alone does not change with a mean;
  ///     the angle does.
  ///   - metric: of two features.
  ///   - grid: the thresholds for the accuracy; `nil` takes those that suit the distances.
  /// - Throws: an ``EvaluationError``.
  public init(
    features: Tensor<Float>,
    pairs: PairList,
    members: [String]?,
    normalisation: FeatureNormalisation = .whole,
    subtractsMean: Bool = false,
    metric: FeatureMetric = .euclidean,
    grid: ThresholdGrid? = nil
  ) throws {
    let indexed = try IndexedPairs(pairs, members: members, rowCount: features.rowCount)
    try indexed.check(features, normalisation)
    if metric == .angle {
      try FeatureNormalisation.whole.check(features) { members?[$0] ?? "an image of a pair" }
    }
    let normalised = normalisation.applied(to: features)
    try self.init(pairs: pairs, normalisation: normalisation, grid: grid, isByFold: subtractsMean) { fold in
      try indexed.distances(normalised, metric, without: fold)
    }
  }

  /// Verifies pairs whose features are read from a source for some pairs at a time, so that they need not fit into memory.
  ///
  /// The figures are those of features in memory; the mean is not subtracted, since it needs all of them.
  ///
  /// - Parameters:
  ///   - source: the features; only those of pairs are read and checked.
  ///   - pairs: the protocol.
  ///   - members: the image or video of each row of the source; `nil` where the rows are the pairs' images in turn, two a
  ///     pair.
  ///   - normalisation: of the features.
  ///   - metric: of two features.
  ///   - grid: the thresholds for the accuracy; `nil` takes those that suit the distances.
  /// - Throws: what reading throws, or an ``EvaluationError``.
  public init(
    source: some FeatureSource<Float>,
    pairs: PairList,
    members: [String]?,
    normalisation: FeatureNormalisation = .whole,
    metric: FeatureMetric = .euclidean,
    grid: ThresholdGrid? = nil
  ) throws {
    let indexed = try IndexedPairs(pairs, members: members, rowCount: source.rowCount)
    let distances = try indexed.distances(source, normalisation, metric)
    try self.init(pairs: pairs, normalisation: normalisation, grid: grid, isByFold: false) { _ in distances }
  }

  /// Verifies pairs of videos from the features of their frames.
  ///
  /// - Parameters:
  ///   - frames: `[frame, dimension]`.
  ///   - videoOfFrame: which of `members` each frame belongs to.
  ///   - pooling: how frames become a score.
  public init(
    frames: Tensor<Float>,
    videoOfFrame: [Int],
    pairs: PairList,
    members: [String],
    pooling: FramePooling = .meanFeature,
    normalisation: FeatureNormalisation = .whole
  ) throws {
    guard videoOfFrame.count == frames.rowCount else {
      throw EvaluationError.counts(what: "videos", found: videoOfFrame.count, expected: frames.rowCount)
    }
    try normalisation.check(frames) { row in
      members.indices.contains(videoOfFrame[row]) ? "a frame of \(members[videoOfFrame[row]])" : "frame"
    }
    let units = normalisation.applied(to: frames)
    let means = try pooling.pooled(units, videoOfFrame: videoOfFrame, videoCount: members.count)
    // The sum of halves is done: what is left of it is unit length.
    let again = normalisation == .flipSum ? .whole : normalisation
    let indexed = try IndexedPairs(pairs, members: members, rowCount: means.rowCount)
    try indexed.check(means, again)
    try self.init(pairs: pairs, normalisation: normalisation, grid: nil, isByFold: false) { _ in
      if pooling == .meanFeature {
        return try indexed.distances(again.applied(to: means), .euclidean, without: nil)
      }
      let square = normalisation == .halves ? 4.0 : 2.0
      return indexed.products(means).map { square - 2 * $0 }
    }
  }

  /// - Parameters:
  ///   - isByFold: whether distances are asked for each fold, else once with `nil`.
  ///   - distances: returns the distance of each pair as it is where a fold is judged.
  private init(
    pairs: PairList,
    normalisation: FeatureNormalisation,
    grid: ThresholdGrid?,
    isByFold: Bool,
    distances measured: (Int?) throws -> [Double]
  ) throws {
    let isSame = pairs.pairs.map(\.isSame)
    let folds = pairs.pairs.map(\.fold)
    guard isSame.contains(true), isSame.contains(false) else { throw EvaluationError.onePairKind }
    guard pairs.foldCount >= 2 else { throw EvaluationError.tooFewFolds(pairs.foldCount) }
    let present = Set(folds)
    if let empty = (0..<pairs.foldCount).first(where: { !present.contains($0) }) {
      throw EvaluationError.emptyFold(empty)
    }
    let byFold = try isByFold ? (0..<pairs.foldCount).map { try measured($0) } : [try measured(nil)]
    func distances(of fold: Int) -> [Double] { byFold[isByFold ? fold : 0] }
    // Each pair as it is where its own fold is judged.
    let held = folds.indices.map { distances(of: folds[$0])[$0] }
    let fits =
      grid != nil || normalisation.accuracyGrid.fits(held, isSame: isSame, foldOfPair: folds)
    let rule = fits ? ThresholdRule.grid(grid ?? normalisation.accuracyGrid) : .exact
    let meets =
      fits
      && normalisation.validationGrid.meets(
        falseAcceptRate: Self.falseAcceptRate,
        held,
        isSame: isSame,
        foldOfPair: folds
      )
    let validationRule = meets ? ThresholdRule.grid(normalisation.validationGrid) : .exact
    let hasBoth = Set(zip(folds, isSame).map { 2 * $0 + ($1 ? 1 : 0) }).count == 2 * pairs.foldCount
    func accuracy(of fold: Int) -> FoldedVerification {
      FoldedVerification(
        squaredDistances: distances(of: fold),
        isSame: isSame,
        foldOfPair: folds,
        rule: rule
      )
    }
    func validationRate(of fold: Int) -> FoldedValidation {
      FoldedValidation(
        squaredDistances: distances(of: fold),
        isSame: isSame,
        foldOfPair: folds,
        falseAcceptRate: Self.falseAcceptRate,
        rule: validationRule
      )
    }
    self.accuracy =
      isByFold
      ? FoldedVerification(folds: (0..<pairs.foldCount).map { accuracy(of: $0).folds[$0] })
      : accuracy(of: 0)
    self.validation =
      !hasBoth
      ? nil
      : isByFold
        ? FoldedValidation(folds: (0..<pairs.foldCount).map { validationRate(of: $0).folds[$0] })
        : validationRate(of: 0)
    let scored = zip(held, isSame)
    roc = ROC(genuine: scored.filter(\.1).map { -$0.0 }, impostor: scored.filter { !$0.1 }.map { -$0.0 })
    squaredDistances = held
    thresholdRule = rule
    self.validationRule = validationRule
    let thresholds = self.accuracy.folds.map(\.threshold)
    let hits = zip(held, pairs.pairs).map { ($0 < thresholds[$1.fold]) == $1.isSame }
    interval = BootstrapInterval(hits: hits, identities: pairs.identityNumbers)
  }

  /// The false accept rate of ``validation``.
  package static let falseAcceptRate = 1e-3
}

extension PairList {
  /// The persons of pairs by the folders of their images, numbered.
  package var identityNumbers: [(first: Int, second: Int)] {
    var numbers: [Substring: Int] = [:]
    func number(_ path: String) -> Int {
      let person = path.prefix { $0 != "/" }
      let next = numbers.count
      if let known = numbers[person] { return known }
      numbers[person] = next
      return next
    }
    return pairs.map { (number($0.first), number($0.second)) }
  }
}
