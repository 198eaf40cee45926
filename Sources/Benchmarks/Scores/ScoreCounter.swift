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
    self.multiplicities = multiplicities
    counts = Array(repeating: 0, count: 2 * scores.count + 1)

    let cellCount = max(16, min(1 << 18, 4 * scores.count))
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
    let (chunkLength, lowest) = (256, scores[0])
    withUnsafeTemporaryAllocation(of: Score.self, capacity: chunkLength) { high in
      for start in stride(from: 0, to: impostors.count, by: chunkLength) {
        let end = min(start + chunkLength, impostors.count)
        let chunk = UnsafeBufferPointer(rebasing: impostors[start..<end])
        // As high as the lowest genuine score is above the number before it. NaN counts as above.
        let highCount = countAbove(lowest.nextDown, in: chunk)
        counts[0] += chunk.count - highCount
        guard highCount > 0 else { continue }
        // Collected without a branch, which no processor could foresee. NaN is not collected.
        var found = 0
        for score in chunk {
          high[found] = score
          found += score >= lowest ? 1 : 0
        }
        require(found == highCount, "an impostor score is NaN")
        place(UnsafeBufferPointer(rebasing: high[..<found]))
      }
    }
  }

  /// Counts impostor scores that are known to lie below every genuine score.
  package mutating func countBelow(_ count: Int) { counts[0] += count }

  /// Counts scores none of which is below every genuine score.
  private mutating func place(_ impostors: UnsafeBufferPointer<Score>) {
    let lowest = scores[0]
    let scale = scale
    let lastCell = lastCell
    scores.withUnsafeBufferPointer { scores in
      firstInCell.withUnsafeBufferPointer { first in
        counts.withUnsafeMutableBufferPointer { counts in
          for score in impostors {
            let cell = Self.cell(score, from: lowest, scale: scale, last: lastCell)
            let place = Self.place(of: score, among: scores, from: Int(first[cell]), to: Int(first[cell + 1]))
            counts[place] += 1
          }
        }
      }
    }
  }

  @inline(__always)
  private static func place(
    of score: Score,
    among scores: UnsafeBufferPointer<Score>,
    from lower: Int,
    to upper: Int
  ) -> Int {
    var lower = lower
    var upper = upper
    let end = upper
    while lower < upper {
      let middle = (lower + upper) >> 1
      if scores[middle] < score { lower = middle + 1 } else { upper = middle }
    }
    return lower < end && scores[lower] == score ? 2 * lower + 1 : 2 * lower
  }

  /// Adds what another counter of the same genuine scores counted.
  package mutating func add(_ other: ScoreCounter) { add(counts: other.counts[...]) }

  /// Adds the ``counts`` of another counter of the same genuine scores.
  package mutating func add(counts other: ArraySlice<Int>) {
    precondition(other.count == counts.count, "the counters have other genuine scores")
    for index in counts.indices { counts[index] += other[other.startIndex + index] }
  }
}
