internal import Faces
package import Tensors

/// Pairs as rows of features.
struct IndexedPairs {
  private let rows: [(first: Int, second: Int, fold: Int)]

  /// - Throws: where a pair names what has no feature, or a feature is not finite.
  ///
  /// - Parameter members: the name of each row; `nil` where rows are the pairs' images in turn, two a pair.
  init(_ pairs: PairList, members: [String]?, features: Tensor<Float>) throws {
    let isInTurn = members == nil
    let members = members ?? pairs.pairs.flatMap { [$0.first, $0.second] }
    guard members.count == features.rowCount else {
      let what = isInTurn ? "images of pairs" : "names"
      throw EvaluationError.counts(what: what, found: members.count, expected: features.rowCount)
    }
    if let row = features.squaredRowNorms.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError.notFinite(what: members[row], row: row)
    }
    guard !isInTurn else {
      rows = pairs.pairs.enumerated().map { (2 * $0.offset, 2 * $0.offset + 1, $0.element.fold) }
      return
    }
    let places = Dictionary(zip(members, members.indices)) { first, _ in first }
    rows = try pairs.pairs.map { pair in
      guard let first = places[pair.first] else {
        throw EvaluationError.noFeature(pair.first, line: pair.line)
      }
      guard let second = places[pair.second] else {
        throw EvaluationError.noFeature(pair.second, line: pair.line)
      }
      return (first, second, pair.fold)
    }
  }

  /// The squared Euclidean distance of each pair.
  ///
  /// - Parameter fold: where given, the mean feature of the pairs of all other folds is subtracted and each
  ///   feature normalised anew.
  func squaredDistances(_ features: Tensor<Float>, without fold: Int?) -> [Double] {
    let length = features.rowLength
    let features = fold.map { centred(features, without: $0) } ?? features
    return features.withUnsafePointer { base in
      rows.map { row in
        let (a, b) = (base + row.first * length, base + row.second * length)
        return Double(squaredDistance16(a, b, length))
      }
    }
  }

  /// The dot product of each pair.
  func products(_ features: Tensor<Float>) -> [Double] {
    let length = features.rowLength
    return features.withUnsafePointer { base in
      rows.map { Double(innerProduct16(base + $0.first * length, base + $0.second * length, length)) }
    }
  }

  private func centred(_ features: Tensor<Float>, without fold: Int) -> Tensor<Float> {
    let length = features.rowLength
    var mean = [Double](repeating: 0, count: length)
    var count = 0.0
    var result = features
    result.withUnsafeMutablePointer { base in
      for row in rows where row.fold != fold {
        count += 2
        for column in 0..<length {
          mean[column] +=
            Double(base[row.first * length + column]) + Double(base[row.second * length + column])
        }
      }
      for row in 0..<features.rowCount {
        for column in 0..<length { base[row * length + column] -= Float(mean[column] / count) }
      }
    }
    return result.normalisedRows()
  }
}

/// The squared distances of each two rows in turn: 0 and 1, 2 and 3, …
package func squaredDistancesInTurn(_ features: Tensor<Float>) -> [Double] {
  let length = features.rowLength
  return features.withUnsafePointer { base in
    (0..<features.rowCount / 2).map { pair in
      let first = base + 2 * pair * length
      return Double(squaredDistance16(first, first + length, length))
    }
  }
}
