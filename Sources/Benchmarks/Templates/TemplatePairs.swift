internal import Faces
internal import Synchronization
internal import Tensors

extension Templates<Float> {
  /// The rows of two templates; `nil` where one has no image.
  func rows(of pair: IJBList.Pair) -> (first: Int, second: Int)? {
    guard let first = index(ofTemplate: pair.first), let second = index(ofTemplate: pair.second) else {
      return nil
    }
    return (first, second)
  }

  /// - Throws: an ``EvaluationError`` with the first template whose features sum to zero or overflow.
  func checkUnitLength() throws {
    let bad = features.squaredRowNorms.firstIndex { !(abs($0 - 1) < 0.01) }
    guard let bad else { return }
    let isZero = features.row(bad).allSatisfy { $0 == 0 }
    throw isZero
      ? EvaluationError.templateWithoutDirection(ids[bad])
      : EvaluationError.templateMagnitude(ids[bad])
  }

  /// - Throws: an ``EvaluationError`` that names the first template without an image.
  func checkHasAll(_ pairs: [IJBList.Pair]) throws {
    guard let place = pairs.firstIndex(where: { rows(of: $0) == nil }) else { return }
    let pair = pairs[place]
    let id = index(ofTemplate: pair.first) == nil ? pair.first : pair.second
    throw EvaluationError.noFeature("template \(id)", line: place + 1)
  }

  /// Counts the scores of the pairs of two persons, on all threads; none of them is kept.
  ///
  /// - Throws: an ``EvaluationError`` that names the first template without an image.
  func counting(
    impostors pairs: [IJBList.Pair],
    between counter: ScoreCounter<Float>
  ) throws -> ScoreCounter<Float> {
    let sum = CounterSum(counter)
    let hasAll = Mutex(true)
    features.withUnsafePointer { base in
      let rows = SharedRows(base: base, rowCount: features.rowCount, length: features.rowLength)
      let chunk = 1 << 18
      Parallel.forEach((pairs.count + chunk - 1) / chunk) { index in
        let chunk = pairs[index * chunk..<min((index + 1) * chunk, pairs.count)]
        guard let ordered = impostorsNearTogether(chunk) else { return hasAll.withLock { $0 = false } }
        var counter = counter
        rows.count(ordered, into: &counter)
        sum.add(counter)
      }
    }
    if !hasAll.withLock({ $0 }) { try checkHasAll(pairs) }
    return sum.value
  }

  /// The rows of the pairs of two persons, sorted by blocks of 64 second rows, which fit into a core's cache. A
  /// counting sort, stable, so that first rows repeat in turn.
  ///
  /// - Returns: `nil` where a template has no image.
  private func impostorsNearTogether(_ pairs: ArraySlice<IJBList.Pair>) -> [RowPair]? {
    var starts = [Int](repeating: 0, count: features.rowCount / 64 + 2)
    var found: [RowPair] = []
    found.reserveCapacity(pairs.count)
    for pair in pairs where !pair.isSame {
      guard let (first, second) = rows(of: pair) else { return nil }
      found.append(RowPair(first: Int32(first), second: Int32(second)))
      starts[second / 64 + 1] += 1
    }
    for block in 1..<starts.count { starts[block] += starts[block - 1] }
    return [RowPair](unsafeUninitializedCapacity: found.count) { ordered, initialized in
      for pair in found {
        let block = Int(pair.second) / 64
        ordered[starts[block]] = pair
        starts[block] += 1
      }
      initialized = found.count
    }
  }
}

/// Two rows of features.
private struct RowPair {
  var first: Int32
  var second: Int32
}

extension SharedRows<Float> {
  fileprivate func count(_ pairs: [RowPair], into counter: inout ScoreCounter<Float>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 1024) { scores in
      for start in stride(from: 0, to: pairs.count, by: scores.count) {
        let end = min(start + scores.count, pairs.count)
        for place in start..<end {
          scores[place - start] = dot(Int(pairs[place].first), Int(pairs[place].second))
        }
        counter.count(UnsafeBufferPointer(rebasing: scores[..<(end - start)]))
      }
    }
  }
}
