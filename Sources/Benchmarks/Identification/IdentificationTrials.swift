package import Faces
internal import Synchronization
package import Tensors

/// The searches of an identification: probes, their mates and the mates' scores.
package struct IdentificationTrials<Element: Scalar>: Sendable {
  let probes: Tensor<Element>
  /// The probes, packed for scores with many distractors.
  let packedProbes: AlignedMemory<Element>
  let squaredNorms: [Element]
  /// The identity of each trial: by probe, then gallery image.
  let identityOfTrial: [Int]
  /// The first trial of each probe, and the end.
  let firstTrial: [Int]
  /// The trials of each probe in the place of `firstTrial`, the farthest mate first, and the scores of their mates.
  let trialsByScore: [Int]
  let mateScoresInOrder: [Element]
  /// Upper bounds that exclude distractors farther than the mates of all trials; `nil` for Double and over-long rows.
  let bounds: ScoreBounds?
  /// The counts of no distractor.
  package let empty: IdentificationCounts<Element>

  /// - Parameters:
  ///   - probes: `[image, dimension]`.
  ///   - identities: of each probe image.
  /// - Throws: where probes and identities do not match, a feature is not finite, or there is no trial.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  package init(probes: Tensor<Element>, identities: [Int]) throws {
    guard identities.count == probes.rowCount else {
      throw EvaluationError.counts(what: "identities", found: identities.count, expected: probes.rowCount)
    }
    let norms = probes.squaredRowNorms
    guard probes.rowLength > 0 else { throw EvaluationError.noDimensions }
    try probes.withUnsafePointer { base in
      for (row, norm) in norms.enumerated() where !hasSafeSquares(norm) {
        try checkMagnitude(base + row * probes.rowLength, probes.rowLength, what: "probe", row: row)
      }
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
    let packed = AlignedMemory<Element>(count: (probes.rowCount + 15) / 16 * 16 * probes.rowLength)
    probes.withUnsafePointer { packForScores($0, probes.rowCount, probes.rowLength, into: packed.pointer) }
    packedProbes = packed
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
    empty = IdentificationCounts(mateScores: scores)
    trialsByScore = zip(firstTrial, firstTrial.dropFirst()).flatMap { start, end in
      (start..<end).sorted { scores[$0] < scores[$1] }
    }
    mateScoresInOrder = trialsByScore.map { scores[$0] }
  }

  /// Returns the number of groups of so many distractors, which several processes share out.
  ///
  /// Each group is some successive blocks, the same wherever they are counted: parts of several processes sum up to the counts of
  /// one, to the last count.
  package static func groupCount(_ rowCount: Int) -> Int { min(blockCount(rowCount), 256) }

  private static func blockCount(_ rowCount: Int) -> Int {
    let length = DistractorPass<Element, Tensor<Element>>.blockLength
    return (rowCount + length - 1) / length
  }

  /// Counts the distractors of some rows against all trials, on all threads.
  ///
  /// - Parameter groups: the groups of the rows that are counted; `nil` for all.
  /// - Throws: what reading throws, or an ``EvaluationError``, which names the first distractor that is not finite.
  package func count<Source: FeatureSource<Element>>(
    _ distractors: Source,
    rows: Range<Int>,
    groups: [Int]? = nil
  ) throws -> IdentificationCounts<Element> {
    guard distractors.rowLength == probes.rowLength else {
      throw EvaluationError.dimensions(probes: probes.rowLength, distractors: distractors.rowLength)
    }
    let blockLength = DistractorPass<Element, Source>.blockLength
    let (blockCount, groupCount) = (Self.blockCount(rows.count), Self.groupCount(rows.count))
    let blocks = (groups ?? Array(0..<groupCount)).flatMap {
      blockCount * $0 / groupCount..<blockCount * ($0 + 1) / groupCount
    }
    // Each pass takes the next block when it is done with one: so all end at about the same time.
    let next = Atomic<Int>(0)
    let sum = Mutex<(counts: IdentificationCounts<Element>, failure: (place: Int, error: any Error)?)>(
      (empty, nil)
    )
    Parallel.forEach(min(Parallel.threadCount, blocks.count)) { _ in
      var pass = DistractorPass(distractors, trials: self, from: empty)
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < blocks.count else { break }
        let start = rows.lowerBound + blocks[place] * blockLength
        do {
          try pass.count(start..<min(start + blockLength, rows.upperBound))
        } catch {
          // The blocks before this one are counted by now or under way: the first error is found.
          next.store(blocks.count, ordering: .relaxed)
          sum.withLock { if place < $0.failure?.place ?? .max { $0.failure = (place, error) } }
        }
      }
      sum.withLock { $0.counts.add(pass.counts) }
    }
    return try sum.withLock {
      if let failure = $0.failure { throw failure.error }
      return $0.counts
    }
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

/// Refuses a feature whose squares overflow or underflow; one of zeros is allowed.
///
/// - Throws: an ``EvaluationError``.
func checkMagnitude<Element: Scalar>(
  _ feature: UnsafePointer<Element>,
  _ length: Int,
  what: String,
  row: Int
) throws {
  let numbers = UnsafeBufferPointer(start: feature, count: length)
  guard numbers.allSatisfy(\.isFinite) else { throw EvaluationError.notFinite(what: what, row: row) }
  guard numbers.allSatisfy({ $0 == 0 }) else { throw EvaluationError.magnitude(what: what, row: row) }
}

/// The negated squared distance of two features, `2 p·g − (|p|² + |g|²)`, summed in one fixed order.
///
/// A matrix product of a library sums in an order that depends on a number's place in the matrix and on the processor. All scores
/// are computed in this order, so that a distractor equal to the mate ties with it, and counts are the same everywhere.
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
