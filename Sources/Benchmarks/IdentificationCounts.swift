internal import Tensors

/// How many distractors are closer than the mate of each trial, and between which genuine scores all lie.
struct IdentificationCounts<Element: Scalar>: Sendable {
  /// Distractors strictly closer than the mate, by trial.
  private(set) var closer: [Int]
  private(set) var verification: ScoreCounter<Element>

  /// Starts with no distractor.
  init(_ trials: IdentificationTrials<Element>) {
    closer = Array(repeating: 0, count: trials.mateScores.count)
    verification = ScoreCounter(genuine: trials.mateScores)
  }

  /// Counts the scores of one probe with a block of distractors.
  mutating func count(
    _ scores: UnsafeBufferPointer<Element>,
    probe: Int,
    trials: IdentificationTrials<Element>
  ) {
    verification.count(scores)
    for trial in trials.firstTrial[probe]..<trials.firstTrial[probe + 1] {
      let mate = trials.mateScores[trial]
      var count = 0
      for score in scores where score > mate { count += 1 }
      closer[trial] += count
    }
  }

  mutating func add(_ other: IdentificationCounts) {
    for trial in closer.indices { closer[trial] += other.closer[trial] }
    verification.add(other.verification)
  }
}

extension Result where Failure == any Error {
  /// Adds counts; the first error stays.
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
