public import Faces
internal import Synchronization
public import Tensors

extension Templates<Float> {
  /// Pools the features of a list's images; they are read as they are needed.
  ///
  /// - Parameters:
  ///   - features: of each image, `[image, dimension]`.
  ///   - images: template and medium of each image.
  ///   - weights: of each image, for example the score of its detector.
  /// - Throws: what reading throws, or an ``EvaluationError``: another number of images, no dimensions, a feature that is
  ///   not finite.
  public init(
    pooling features: some FeatureSource<Float>,
    of images: [IJBList.Entry],
    weights: [Float]? = nil
  ) throws {
    guard images.count == features.rowCount else {
      throw EvaluationError.counts(what: "images", found: images.count, expected: features.rowCount)
    }
    guard features.rowLength > 0 else { throw EvaluationError.noDimensions }
    try self.init(
      reading: features,
      templates: images.map(\.template),
      media: images.map(\.medium),
      weights: weights
    ) { row, numbers in
      try checkFeature(numbers, row: row, needsDirection: false) { images[$0].path }
    }
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

  /// The row of each template that the pairs may name; `nil` for one without an image.
  private func rows(of pairs: IJBList.Pairs) -> [Int32?] {
    pairs.templates.map { index(ofTemplate: $0).map(Int32.init) }
  }

  /// The pairs of one person, and their scores.
  ///
  /// - Throws: an ``EvaluationError`` that names the first template without an image, among all pairs, or pairs of one kind
  ///   only.
  func genuine(_ pairs: IJBList.Pairs) throws -> (pairs: [IJBList.Pair], scores: [Float]) {
    let rowOfTemplate = rows(of: pairs)
    let genuine = pairs.places.filter(\.isSame)
    let rows = genuine.compactMap { pair -> (first: Int, second: Int)? in
      guard let first = rowOfTemplate[pair.first], let second = rowOfTemplate[pair.second] else { return nil }
      return (Int(first), Int(second))
    }
    guard rows.count == genuine.count, !rows.isEmpty, genuine.count < pairs.count else {
      try checkHasAll(pairs)
      throw EvaluationError.onePairKind
    }
    return (genuine.map(pairs.pair), scores(rows))
  }

  /// - Throws: an ``EvaluationError`` that names the first template without an image.
  private func checkHasAll(_ pairs: IJBList.Pairs) throws {
    let hasImage = rows(of: pairs).map { $0 != nil }
    guard let line = pairs.places.firstIndex(where: { !hasImage[$0.first] || !hasImage[$0.second] }) else {
      return
    }
    let pair = pairs[line]
    let id = hasImage[pairs.places[line].first] ? pair.second : pair.first
    throw EvaluationError.noFeature("template \(id)", line: line + 1)
  }

  /// Counts the scores of the pairs of two persons, on all threads; none of them is kept.
  ///
  /// - Throws: an ``EvaluationError`` that names the first template without an image.
  func counting(impostors pairs: IJBList.Pairs, between counter: ScoreCounter<Float>) throws
    -> ScoreCounter<Float>
  {
    let sum = CounterSum(counter)
    let hasAll = Mutex(true)
    let rowOfTemplate = rows(of: pairs)
    features.withUnsafePointer { base in
      let rows = SharedRows(base: base, rowCount: features.rowCount, length: features.rowLength)
      let chunk = 1 << 18
      Parallel.forEach((pairs.count + chunk - 1) / chunk) { index in
        let chunk = pairs.places[index * chunk..<min((index + 1) * chunk, pairs.count)]
        guard let ordered = impostorsNearTogether(chunk, rowOfTemplate) else {
          return hasAll.withLock { $0 = false }
        }
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
  private func impostorsNearTogether(_ pairs: ArraySlice<IJBList.Pairs.Places>, _ rowOfTemplate: [Int32?])
    -> [RowPair]?
  {
    var starts = [Int](repeating: 0, count: features.rowCount / 64 + 2)
    var found: [RowPair] = []
    found.reserveCapacity(pairs.count)
    for pair in pairs where !pair.isSame {
      guard let first = rowOfTemplate[pair.first], let second = rowOfTemplate[pair.second] else { return nil }
      found.append(RowPair(first: first, second: second))
      starts[Int(second) / 64 + 1] += 1
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
