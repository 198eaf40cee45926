internal import Synchronization
internal import Tensors

/// A sum of counters that several threads add to. Counts are whole numbers, so the order of addition does not matter.
final class CounterSum<Score: Scalar>: Sendable {
  private let sum: Mutex<ScoreCounter<Score>>

  /// Starts from a counter without counts.
  init(_ empty: ScoreCounter<Score>) { sum = Mutex(empty) }

  func add(_ counter: ScoreCounter<Score>) { sum.withLock { $0.add(counter) } }

  var value: ScoreCounter<Score> { sum.withLock { $0 } }
}

/// Scores that several threads read.
///
/// Unchecked: the memory must not be written while this exists.
struct SharedScores<Score: Scalar>: @unchecked Sendable {
  private let buffer: UnsafeBufferPointer<Score>

  init(_ buffer: UnsafeBufferPointer<Score>) { self.buffer = buffer }

  var count: Int { buffer.count }

  func scores(_ range: Range<Int>) -> UnsafeBufferPointer<Score> {
    UnsafeBufferPointer(rebasing: buffer[range])
  }
}
