public import Faces
public import Tensors

/// How features of images are made comparable before their distance is taken.
public enum FeatureNormalisation: String, CaseIterable, Hashable, Sendable {
  /// Each vector to unit length: squared distances within 0 to 4.
  case whole
  /// Each half to unit length: for the features of an image and its mirror image side by side; squared distances
  /// within 0 to 8.
  case halves
  /// As they are. The grid of thresholds must fit the features.
  case none

  /// The thresholds that fit.
  var accuracyGrid: ThresholdGrid { self == .halves ? .concatenated : .accuracy }
  var validationGrid: ThresholdGrid {
    self == .halves ? ThresholdGrid(step: 0.001, count: 8000) : .validation
  }

  /// Returns features normalised so, `[image, dimension]`.
  public func applied(to features: Tensor<Float>) -> Tensor<Float> {
    switch self {
    case .whole: return features.normalisedRows()
    case .none: return features
    case .halves:
      require(features.rowLength.isMultiple(of: 2), "\(features.rowLength) dimensions have no halves")
      let halves = features.reshaped([features.rowCount * 2, features.rowLength / 2])
      return halves.normalisedRows().reshaped(features.shape)
    }
  }
}

/// Verification of pairs by the protocol of LFW, SLLFW and YTF, from features.
///
/// Distances are squared Euclidean. Accuracy and validation rate are judged in folds, each by thresholds chosen on
/// the others; the ROC takes all pairs together.
public struct PairVerification: Hashable, Sendable {
  /// Accuracy over folds.
  public let accuracy: FoldedVerification
  /// The rate of accepted pairs of one person at a false accept rate of 1e-3, over folds; `nil` where a fold
  /// lacks pairs of a kind.
  public let validation: FoldedValidation?
  /// All pairs together; scores are negated squared distances.
  public let roc: ROC
  /// The squared distance of each pair.
  public let squaredDistances: [Double]
  /// An interval of the accuracy at 0.95, over identities.
  public let interval: BootstrapInterval

  /// Verifies pairs.
  ///
  /// - Parameters:
  ///   - features: `[row, dimension]`.
  ///   - pairs: the protocol.
  ///   - members: the image or video of each row of `features`; `nil` where the rows are the pairs' images in
  ///     turn, two a pair.
  ///   - normalisation: of the features.
  ///   - subtractsMean: whether the mean feature of the training folds' pairs is taken off and each feature
  ///     normalised anew. A Euclidean distance alone does not change with a mean; the angle does. Only the accuracy
  ///     is judged so; validation rate and ROC are of the features as they are.
  ///   - grid: the thresholds on the squared distance; `nil` takes those that fit the normalisation.
  /// - Throws: an ``EvaluationError``.
  public init(
    features: Tensor<Float>,
    pairs: PairList,
    members: [String]?,
    normalisation: FeatureNormalisation = .whole,
    subtractsMean: Bool = false,
    grid: ThresholdGrid? = nil
  ) throws {
    let indexed = try IndexedPairs(pairs, members: members, features: features)
    let normalised = normalisation.applied(to: features)
    let distances = indexed.squaredDistances(normalised, without: nil)
    try self.init(
      pairs: pairs,
      squaredDistances: distances,
      grid: grid ?? normalisation.accuracyGrid,
      validationGrid: normalisation.validationGrid,
      distancesForFold: subtractsMean
        ? { fold in indexed.squaredDistances(normalised, without: fold) } : nil
    )
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
      throw EvaluationError.counts(
        what: "videos of frames",
        found: videoOfFrame.count,
        expected: frames.rowCount
      )
    }
    let units = normalisation.applied(to: frames)
    let means = try pooling.pooled(units, videoOfFrame: videoOfFrame, videoCount: members.count)
    let features = pooling == .meanFeature ? normalisation.applied(to: means) : means
    let indexed = try IndexedPairs(pairs, members: members, features: features)
    let distances: [Double]
    if pooling == .meanFeature {
      distances = indexed.squaredDistances(features, without: nil)
    } else {
      let square = normalisation == .halves ? 4.0 : 2.0
      distances = indexed.products(features).map { square - 2 * $0 }
    }
    try self.init(
      pairs: pairs,
      squaredDistances: distances,
      grid: normalisation.accuracyGrid,
      validationGrid: normalisation.validationGrid,
      distancesForFold: nil
    )
  }

  private init(
    pairs: PairList,
    squaredDistances: [Double],
    grid: ThresholdGrid,
    validationGrid: ThresholdGrid,
    distancesForFold: ((Int) -> [Double])?
  ) throws {
    let isSame = pairs.pairs.map(\.isSame)
    let folds = pairs.pairs.map(\.fold)
    guard isSame.contains(true), isSame.contains(false) else { throw EvaluationError.onePairKind }
    if let distancesForFold {
      accuracy = FoldedVerification(
        folds: (0..<pairs.foldCount).map { fold in
          let all = FoldedVerification(
            squaredDistances: distancesForFold(fold),
            isSame: isSame,
            foldOfPair: folds,
            grid: grid
          )
          return all.folds[fold]
        }
      )
    } else {
      accuracy = FoldedVerification(
        squaredDistances: squaredDistances,
        isSame: isSame,
        foldOfPair: folds,
        grid: grid
      )
    }
    let hasBoth = (0..<pairs.foldCount).allSatisfy { fold in
      let kinds = pairs.pairs.filter { $0.fold == fold }.map(\.isSame)
      return kinds.contains(true) && kinds.contains(false)
    }
    validation =
      hasBoth
      ? FoldedValidation(
        squaredDistances: squaredDistances,
        isSame: isSame,
        foldOfPair: folds,
        grid: validationGrid
      )
      : nil
    let scored = zip(squaredDistances, isSame)
    roc = ROC(genuine: scored.filter(\.1).map { -$0.0 }, impostor: scored.filter { !$0.1 }.map { -$0.0 })
    self.squaredDistances = squaredDistances
    let thresholds = accuracy.folds.map(\.threshold)
    let hits = zip(squaredDistances, pairs.pairs).map { ($0 < thresholds[$1.fold]) == $1.isSame }
    interval = BootstrapInterval(hits: hits, identities: identityNumbers(of: pairs))
  }
}

/// The persons of pairs by the folders of their images, numbered.
private func identityNumbers(of pairs: PairList) -> [(first: Int, second: Int)] {
  var numbers: [Substring: Int] = [:]
  func number(_ path: String) -> Int {
    let person = path.prefix { $0 != "/" }
    let next = numbers.count
    if let known = numbers[person] { return known }
    numbers[person] = next
    return next
  }
  return pairs.pairs.map { (number($0.first), number($0.second)) }
}

/// How the frames of two videos make one score.
public enum FramePooling: String, CaseIterable, Hashable, Sendable {
  /// The distance of the videos' mean features, normalised anew.
  case meanFeature
  /// The mean over all pairs of frames of their cosine, as a squared distance `2 − 2 cos`. It is the product of the
  /// means, not normalised anew: one pass over the frames gives it exactly.
  case meanSimilarity

  /// Returns the mean feature of each video, `[video, dimension]`.
  fileprivate func pooled(
    _ frames: Tensor<Float>,
    videoOfFrame: [Int],
    videoCount: Int
  ) throws -> Tensor<Float> {
    var counts = [Int](repeating: 0, count: videoCount)
    let length = frames.rowLength
    var sums = Tensor<Float>(zeros: [videoCount, length])
    frames.withUnsafePointer { frames in
      sums.withUnsafeMutablePointer { sums in
        for (frame, video) in videoOfFrame.enumerated() {
          require(video >= 0 && video < videoCount, "frame \(frame) is of video \(video) of \(videoCount)")
          counts[video] += 1
          for column in 0..<length { sums[video * length + column] += frames[frame * length + column] }
        }
        for (video, count) in counts.enumerated() where count > 0 {
          for column in 0..<length { sums[video * length + column] /= Float(count) }
        }
      }
    }
    if let empty = counts.firstIndex(of: 0) { throw EvaluationError.noFrames(video: empty) }
    return sums
  }
}
