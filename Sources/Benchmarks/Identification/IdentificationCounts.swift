internal import CBounds
package import Tensors

/// The number of distractors closer than the mate, by trial, and the counts of all scores between the genuine ones.
///
/// All counts are whole numbers: the sums over parts of the distractors are those of one pass, whatever the parts and the
/// order.
package struct IdentificationCounts<Element: Scalar>: Sendable {
  /// Distractors that were compared with the probes.
  package private(set) var distractorCount = 0
  /// Distractors strictly closer than the mate, by trial.
  private(set) var closer: [Int]
  private(set) var verification: ScoreCounter<Element>

  /// Creates counts of no distractor.
  ///
  /// - Parameter mateScores: the scores of the mates, by trial.
  init(mateScores: [Element]) {
    closer = Array(repeating: 0, count: mateScores.count)
    verification = ScoreCounter(genuine: mateScores)
  }

  /// All counts as a list, for another process: of distractors, by trial, by place between the genuine scores.
  package var numbers: [Int] { [distractorCount] + closer + verification.counts }

  /// Adds the ``numbers`` of other distractors, counted against the same trials.
  ///
  /// - Returns: false, with nothing added, where they are of other trials.
  package mutating func add(numbers: [Int]) -> Bool {
    guard numbers.count == 1 + closer.count + verification.counts.count else { return false }
    distractorCount += numbers[0]
    for (trial, count) in zip(closer.indices, numbers.dropFirst()) { closer[trial] += count }
    verification.add(counts: numbers.dropFirst(1 + closer.count))
    return true
  }

  /// Adds to the number of distractors that were compared.
  mutating func countDistractors(_ count: Int) { distractorCount += count }

  /// Counts scores of one probe with distractors, each summed in the same order as the mates', so that equal features tie.
  ///
  /// Most scores lie below every mate's and cost one comparison. Mates are compared from the farthest on, until one has no
  /// closer distractor.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  mutating func count(
    _ scores: UnsafeBufferPointer<Element>,
    probe: Int,
    trials: IdentificationTrials<Element>
  ) {
    withUnsafeTemporaryAllocation(of: Element.self, capacity: scores.count) { room in
      let reaching = verification.collectReaching(scores, in: room)
      for place in trials.firstTrial[probe]..<trials.firstTrial[probe + 1] {
        let closer = countAbove(trials.mateScoresInOrder[place], in: reaching)
        guard closer > 0 else { break }
        self.closer[trials.trialsByScore[place]] += closer
      }
      verification.countReaching(reaching, of: scores.count)
    }
  }

  /// Counts scores that are known to lie below those of all mates of all trials.
  mutating func countBelow(_ count: Int) { verification.countBelow(count) }

  package mutating func add(_ other: IdentificationCounts) {
    distractorCount += other.distractorCount
    for trial in closer.indices { closer[trial] += other.closer[trial] }
    verification.add(other.verification)
  }
}

/// Returns the number of scores above a limit; NaN counts as above.
@inline(__always)
private func countAbove<Element: Scalar>(_ limit: Element, in scores: UnsafeMutableBufferPointer<Element>)
  -> Int
{
  if let scores = scores as? UnsafeMutableBufferPointer<Float>, let limit = limit as? Float {
    scores_above_floats(scores.baseAddress, scores.count, limit)
  } else if let scores = scores as? UnsafeMutableBufferPointer<Double>, let limit = limit as? Double {
    scores_above_doubles(scores.baseAddress, scores.count, limit)
  } else {
    preconditionFailure("scores of \(Element.self)")
  }
}
