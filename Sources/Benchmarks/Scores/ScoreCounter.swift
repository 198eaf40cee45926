internal import CBounds
package import Tensors

/// Counts impostor scores between genuine scores, without keeping or sorting them.
///
/// A ROC curve rises only at genuine scores, so all of it follows from how many impostor scores lie above,
/// on and between them. Memory grows with the genuine scores alone; counts are whole numbers, so the order
/// of counting and the number of threads change nothing.
package struct ScoreCounter<Score: Scalar>: Sendable {
  /// The distinct genuine scores, ascending.
  package let scores: [Score]
  /// How many genuine scores have each of the values of `scores`.
  package let multiplicities: [Int]
  /// Place `2i` counts the impostors between `scores[i - 1]` and `scores[i]`, place `2i + 1` those on
  /// `scores[i]`; the last place those above all.
  package private(set) var counts: [Int]

  /// The scores, and the NaN that ``scores_floats`` demands.
  private let list: [Score]
  /// The first index of `scores` in each of equal cells of the range of `scores`.
  private let firstInCell: [Int32]
  private let scale: Score
  private let lastCell: Int

  /// Creates a counter between genuine scores.
  ///
  /// - Precondition: there is a genuine score, and all are finite.
  /// - Complexity: O(n log n).
  @specialized(where Score == Float)
  @specialized(where Score == Double)
  package init(genuine: [Score]) {
    require(!genuine.isEmpty, "at least one genuine score is needed")
    require(genuine.allSatisfy(\.isFinite), "a genuine score is NaN or infinite")
    var scores: [Score] = []
    var multiplicities: [Int] = []
    for score in genuine.sorted() {
      if score == scores.last {
        multiplicities[multiplicities.count - 1] += 1
      } else {
        scores.append(score)
        multiplicities.append(1)
      }
    }
    self.scores = scores
    list = scores + Array(repeating: .nan, count: Int(scores_at_once))
    self.multiplicities = multiplicities
    counts = Array(repeating: 0, count: 2 * scores.count + 1)

    // A few scores in each cell: up to eight are compared at once, and a table that stays in a core's cache is faster.
    let cellCount = max(16, min(1 << 18, scores.count / 2))
    let width = (scores.last ?? 0) - scores[0]
    let scale = width > 0 ? Score(cellCount) / width : 0
    self.scale = scale.isFinite ? scale : 0
    lastCell = cellCount - 1
    var first = Array(repeating: Int32(scores.count), count: cellCount + 1)
    for index in scores.indices.reversed() {
      first[Self.cell(scores[index], from: scores[0], scale: self.scale, last: lastCell)] = Int32(index)
    }
    for cell in (0..<cellCount).reversed() { first[cell] = min(first[cell], first[cell + 1]) }
    firstInCell = first
  }

  /// The cell of a score. It never falls as the score rises, whatever the rounding: so scores of lower
  /// cells are lower, and only those of one cell need comparing.
  @inline(__always)
  private static func cell(_ score: Score, from lowest: Score, scale: Score, last: Int) -> Int {
    let place = (score - lowest) * scale
    return place >= Score(last) ? last : place > 0 ? place.wholePart : 0
  }

  /// Counts impostor scores. Those below every genuine score, mostly nearly all, cost a comparison; only the others are
  /// given a place.
  ///
  /// - Precondition: none is NaN.
  @specialized(where Score == Float)
  @specialized(where Score == Double)
  package mutating func count(_ impostors: UnsafeBufferPointer<Score>) {
    let chunkLength = 1024
    withUnsafeTemporaryAllocation(of: Score.self, capacity: chunkLength) { room in
      for start in stride(from: 0, to: impostors.count, by: chunkLength) {
        let chunk = impostors[start..<min(start + chunkLength, impostors.count)]
        countReaching(collectReaching(UnsafeBufferPointer(rebasing: chunk), in: room), of: chunk.count)
      }
    }
  }

  /// Collects the scores that are not below every genuine score, in their order, NaN among them.
  ///
  /// - Parameter room: for as many scores.
  @inline(__always)
  func collectReaching(
    _ impostors: UnsafeBufferPointer<Score>,
    in room: UnsafeMutableBufferPointer<Score>
  ) -> UnsafeMutableBufferPointer<Score> {
    precondition(room.count >= impostors.count, "too little room")
    let found: Int
    if let impostors = impostors as? UnsafeBufferPointer<Float>,
      let room = room as? UnsafeMutableBufferPointer<Float>,
      let lowest = scores[0] as? Float
    {
      found = scores_keep_floats(impostors.baseAddress, impostors.count, lowest, room.baseAddress)
    } else if let impostors = impostors as? UnsafeBufferPointer<Double>,
      let room = room as? UnsafeMutableBufferPointer<Double>, let lowest = scores[0] as? Double
    {
      found = scores_keep_doubles(impostors.baseAddress, impostors.count, lowest, room.baseAddress)
    } else {
      preconditionFailure("scores of \(Score.self)")
    }
    return UnsafeMutableBufferPointer(rebasing: room[..<found])
  }

  /// Counts all of a number of impostor scores, of which those are given that are not below every genuine score.
  ///
  /// - Parameter impostors: are overwritten.
  /// - Precondition: none is NaN.
  @inline(__always)
  mutating func countReaching(_ impostors: UnsafeMutableBufferPointer<Score>, of total: Int) {
    counts[0] += total - impostors.count
    let (scale, lastCell) = (scale, lastCell)
    let length = scores.count
    let isCounted = list.withUnsafeBufferPointer { list in
      firstInCell.withUnsafeBufferPointer { first in
        counts.withUnsafeMutableBufferPointer { counts in
          if let list = list as? UnsafeBufferPointer<Float>,
            let impostors = impostors as? UnsafeMutableBufferPointer<Float>,
            let scale = scale as? Float
          {
            let cells = scores_floats(
              scores: list.baseAddress,
              length: length,
              first: first.baseAddress,
              scale: scale,
              last: lastCell
            )
            return scores_count_floats(cells, impostors.baseAddress, impostors.count, counts.baseAddress) != 0
          } else if let list = list as? UnsafeBufferPointer<Double>,
            let impostors = impostors as? UnsafeMutableBufferPointer<Double>, let scale = scale as? Double
          {
            let cells = scores_doubles(
              scores: list.baseAddress,
              length: length,
              first: first.baseAddress,
              scale: scale,
              last: lastCell
            )
            return scores_count_doubles(cells, impostors.baseAddress, impostors.count, counts.baseAddress)
              != 0
          } else {
            preconditionFailure("scores of \(Score.self)")
          }
        }
      }
    }
    require(isCounted, "an impostor score is NaN")
  }

  /// Counts impostor scores that are known to lie below every genuine score.
  package mutating func countBelow(_ count: Int) { counts[0] += count }

  /// Adds what another counter of the same genuine scores counted.
  package mutating func add(_ other: ScoreCounter) { add(counts: other.counts[...]) }

  /// Adds the ``counts`` of another counter of the same genuine scores.
  package mutating func add(counts other: ArraySlice<Int>) {
    precondition(other.count == counts.count, "the counters have other genuine scores")
    for index in counts.indices { counts[index] += other[other.startIndex + index] }
  }
}
