internal import Faces
internal import Synchronization
internal import Tensors

/// The trials of an identification, with what counting distractors needs.
struct IdentificationTrials<Element: Scalar>: Sendable {
  let probes: Tensor<Element>
  let squaredNorms: [Element]
  /// The identity of each trial: by probe, then gallery image.
  let identityOfTrial: [Int]
  /// The first trial of each probe, and the end.
  let firstTrial: [Int]
  /// The scores of the mates of all trials.
  let mateScores: [Element]
  /// The trials of each probe in the place of `firstTrial`, the farthest mate first.
  let trialsByScore: [Int]
  /// What proves a distractor farther than all mates of all trials; `nil` for Double and over-long rows.
  let bounds: ScoreBounds?

  /// - Throws: where probes and identities do not match, a feature is not finite, or there is no trial.
  init(probes: Tensor<Element>, identities: [Int]) throws {
    guard identities.count == probes.rowCount else {
      throw EvaluationError.counts(what: "identities", found: identities.count, expected: probes.rowCount)
    }
    let norms = probes.squaredRowNorms
    if let row = norms.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError.notFinite(what: "probe", row: row)
    }
    var images: [Int: [Int]] = [:]
    for (probe, identity) in identities.enumerated() { images[identity, default: []].append(probe) }
    var firstTrial = [0]
    var identityOfTrial: [Int] = []
    for identity in identities {
      identityOfTrial += Array(repeating: identity, count: (images[identity]?.count ?? 1) - 1)
      firstTrial.append(identityOfTrial.count)
    }
    guard !identityOfTrial.isEmpty else { throw EvaluationError.noTrials }
    var scores = [Element](repeating: 0, count: identityOfTrial.count)
    probes.withUnsafePointer { base in
      for (probe, identity) in identities.enumerated() {
        let mates = (images[identity] ?? []).filter { $0 != probe }
        for (trial, mate) in zip(firstTrial[probe]..., mates) {
          scores[trial] = decisiveScore(
            base + probe * probes.rowLength,
            norms[probe],
            base + mate * probes.rowLength,
            norms[mate],
            length: probes.rowLength
          )
        }
      }
    }
    self.probes = probes
    squaredNorms = norms
    if let probes = probes as? Tensor<Float>, let norms = norms as? [Float],
      let lowest = scores.min() as? Float
    {
      bounds = ScoreBounds(probes: probes, squaredNorms: norms, lowest: lowest)
    } else {
      bounds = nil
    }
    self.identityOfTrial = identityOfTrial
    self.firstTrial = firstTrial
    mateScores = scores
    trialsByScore = zip(firstTrial, firstTrial.dropFirst()).flatMap { start, end in
      (start..<end).sorted { scores[$0] < scores[$1] }
    }
  }

  /// Counts the distractors of some rows against all trials.
  ///
  /// - Parameter empty: counts of no distractor.
  /// - Throws: what reading throws, or an error that names the first distractor that is not finite.
  func count<Source: FeatureSource<Element>>(
    _ distractors: Source,
    rows: Range<Int>,
    from empty: IdentificationCounts<Element>
  ) throws -> IdentificationCounts<Element> {
    let blockLength = DistractorPass<Element, Source>.blockLength
    let blockCount = (rows.count + blockLength - 1) / blockLength
    // Whole numbers: how blocks are shared out among groups changes memory, never the sums.
    let groupCount = min(blockCount, 16)
    let sum = Mutex<Result<IdentificationCounts<Element>, any Error>>(.success(empty))
    Parallel.forEach(groupCount) { group in
      let result = Result {
        var pass = DistractorPass(distractors, trials: self, from: empty)
        for block in blockCount * group / groupCount..<blockCount * (group + 1) / groupCount {
          let start = rows.lowerBound + block * blockLength
          try pass.count(start..<min(start + blockLength, rows.upperBound))
        }
        return pass.counts
      }
      sum.withLock { $0.add(result) }
    }
    return try sum.withLock { try $0.get() }
  }

  /// The score of a probe and a distractor, comparable with the mates'.
  func score(of probe: Int, with other: UnsafePointer<Element>, _ norm: Element) -> Element {
    probes.withUnsafePointer {
      decisiveScore(
        $0 + probe * probes.rowLength,
        squaredNorms[probe],
        other,
        norm,
        length: probes.rowLength
      )
    }
  }
}

/// The negated squared distance of two features, `2 p·g − (|p|² + |g|²)`, added in one fixed order.
///
/// A matrix product adds in an order that depends on where in the matrix a number lies. What is nearly equal is
/// decided by this, so that a distractor that is the mate itself ties with it.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func decisiveScore<Element: Scalar>(
  _ probe: UnsafePointer<Element>,
  _ squaredNorm: Element,
  _ other: UnsafePointer<Element>,
  _ otherSquaredNorm: Element,
  length: Int
) -> Element {
  2 * innerProduct16(probe, other, length) - (squaredNorm + otherSquaredNorm)
}
