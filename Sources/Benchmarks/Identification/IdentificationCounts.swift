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
  /// Most scores lie below every mate's and cost one or two comparisons. Mates are compared from the farthest on, until one
  /// has no closer distractor.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  mutating func count(
    _ scores: UnsafeBufferPointer<Element>,
    probe: Int,
    trials: IdentificationTrials<Element>
  ) {
    let chunkLength = 256
    for start in stride(from: 0, to: scores.count, by: chunkLength) {
      let chunk = UnsafeBufferPointer(rebasing: scores[start..<min(start + chunkLength, scores.count)])
      for place in trials.firstTrial[probe]..<trials.firstTrial[probe + 1] {
        let trial = trials.trialsByScore[place]
        let closer = countAbove(trials.mateScores[trial], in: chunk)
        guard closer > 0 else { break }
        self.closer[trial] += closer
      }
      verification.count(chunk)
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
@specialized(where Element == Float)
@specialized(where Element == Double)
func countAbove<Element: Scalar>(_ limit: Element, in scores: UnsafeBufferPointer<Element>) -> Int {
  guard let base = scores.baseAddress else { return 0 }
  let (ones, limits) = (SIMD8<Element>(repeating: 1), SIMD8(repeating: limit))
  // Counts are exact in Float up to 2²⁴ a lane.
  var sums = SIMD8<Element>.zero
  let whole = scores.count / 8 * 8
  for index in Swift.stride(from: 0, to: whole, by: 8) {
    let vector = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Element>.self)
    sums += Element.pass(ones, where: vector, isAbove: limits)
  }
  var count = Int(sums.sum())
  for index in whole..<scores.count where !(base[index] <= limit) { count += 1 }
  return count
}

extension Result where Failure == any Error {
  /// Adds counts; the first error is kept.
  mutating func add<Element>(_ other: Result) where Success == IdentificationCounts<Element> {
    switch (self, other) {
    case (.success(var counts), .success(let more)):
      self = .failure(CancellationError())
      counts.add(more)
      self = .success(counts)
    case (.success, .failure(let error)): self = .failure(error)
    case (.failure, _): break
    }
  }
}
