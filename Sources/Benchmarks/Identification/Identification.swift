public import Faces
public import Tensors

/// Closed-set identification among distractors, and verification, counted as MegaFace counts them.
///
/// For each identity with M probe images, each image in turn joins the gallery of distractors and is searched by
/// each of the other M − 1: Σ M(M − 1) trials. Images of other identities are not in the gallery. The rank of a
/// trial is 1 + the number of distractors strictly closer to the probe than its mate: a tie is a hit.
/// Verification takes the same trials as genuine pairs and all probe-distractor pairs as impostors.
///
/// Distances are squared Euclidean between features as given; MegaFace's are of unit length.
///
/// Source: the MegaFace Challenge 1 development kit; its denominator for FaceScrub is 153,634 trials.
public struct Identification: Hashable, Sendable {
  /// The number of distractors in the gallery.
  public let distractorCount: Int
  /// The number of distractors closer than the mate, for each trial: by probe, then gallery image.
  public let closerCounts: [Int]
  /// The identity of each trial.
  public let identities: [Int]
  /// Verification at this gallery size. Scores are negated squared distances.
  public let verification: ROC

  /// The number of trials, Σ M(M − 1) over identities.
  public var trialCount: Int { closerCounts.count }

  /// Returns the part of the trials whose rank is at most this, in `0...1`.
  ///
  /// - Precondition: `rank` is at least 1.
  public func rate(atRank rank: Int) -> Double {
    require(rank >= 1, "ranks count from 1: there is no rank \(rank)")
    return Double(closerCounts.count { $0 < rank }) / Double(trialCount)
  }

  /// Returns the cumulative match characteristic: the rates at ranks `1...count`.
  public func cumulativeMatch(upToRank count: Int) -> [Double] {
    require(count >= 1, "ranks count from 1: there is no rank \(count)")
    var counts = Array(repeating: 0, count: count + 1)
    for closer in closerCounts { counts[min(closer, count)] += 1 }
    var sum = 0
    return counts.dropLast().map {
      sum += $0
      return Double(sum) / Double(trialCount)
    }
  }

  /// Returns an interval of the rate at a rank, over the probes' identities.
  public func interval(atRank rank: Int, level: Double = 0.95) -> BootstrapInterval {
    BootstrapInterval(
      hits: closerCounts.map { $0 < rank },
      identities: identities.map { ($0, $0) },
      level: level
    )
  }

  /// Identifies probes among the first distractors of a source, for each of several gallery sizes.
  ///
  /// Distractors are read once, in blocks, on all threads: memory does not grow with their number.
  ///
  /// - Parameters:
  ///   - probes: `[image, dimension]`.
  ///   - identities: of each probe image.
  ///   - distractors: of the same dimension.
  ///   - sizes: how many distractors are in the gallery, ascending; `nil` takes all.
  /// - Throws: what reading the distractors throws, or an ``EvaluationError``.
  public static func evaluate<Element: Scalar>(
    probes: Tensor<Element>,
    identities: [Int],
    distractors: some FeatureSource<Element>,
    sizes: [Int]? = nil
  ) throws -> [Identification] {
    let sizes = sizes ?? [distractors.rowCount]
    try checkSizes(sizes, available: distractors.rowCount)
    let trials = try IdentificationTrials(probes: probes, identities: identities)
    var counts = trials.empty
    return try zip([0] + sizes, sizes).map { start, end in
      counts.add(try trials.count(distractors, rows: start..<end))
      return Identification(counts, of: trials)
    }
  }

  /// Creates the result of counts, which may be sums over parts of the distractors.
  package init<Element: Scalar>(
    _ counts: IdentificationCounts<Element>,
    of trials: IdentificationTrials<Element>
  ) {
    distractorCount = counts.distractorCount
    closerCounts = counts.closer
    identities = trials.identityOfTrial
    verification = ROC(counts.verification)
  }
}

func checkSizes(_ sizes: [Int], available: Int) throws {
  let ascends = zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 }
  guard let first = sizes.first, let last = sizes.last, first > 0, ascends else {
    throw EvaluationError.gallerySizes(sizes)
  }
  guard last <= available else { throw EvaluationError.tooFewDistractors(wanted: last, found: available) }
}
