internal import Faces
internal import Foundation
package import Tensors

/// Pairs as indices of feature rows.
struct IndexedPairs {
  private let rows: [(first: Int, second: Int, fold: Int)]
  private let members: [String]

  /// - Parameters:
  ///   - members: the name of each row; `nil` where rows are the pairs' images in turn, two a pair.
  ///   - rowCount: the number of features.
  /// - Throws: an ``EvaluationError``: a pair names what has no feature, or two rows have one name.
  init(_ pairs: PairList, members: [String]?, rowCount: Int) throws {
    let isInTurn = members == nil
    let members = members ?? pairs.pairs.flatMap { [$0.first, $0.second] }
    self.members = members
    guard members.count == rowCount else {
      let what = isInTurn ? "images of pairs, two a pair," : "names"
      throw EvaluationError.counts(what: what, found: members.count, expected: rowCount)
    }
    guard !isInTurn else {
      rows = pairs.pairs.enumerated().map { (2 * $0.offset, 2 * $0.offset + 1, $0.element.fold) }
      return
    }
    var places: [String: Int] = [:]
    for (row, name) in members.enumerated() {
      if let first = places.updateValue(row, forKey: name) {
        throw EvaluationError.duplicateName(name, first: first, second: row)
      }
    }
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

  /// Refuses features that cannot be normalised.
  ///
  /// - Throws: an ``EvaluationError``, which names the image.
  func check(_ features: Tensor<Float>, _ normalisation: FeatureNormalisation) throws {
    try normalisation.check(features) { members[$0] }
  }

  /// The distance of each pair, from features that are read for some pairs at a time.
  ///
  /// - Parameter source: of features as they are; only those of pairs are read and checked.
  /// - Throws: what reading throws, or an ``EvaluationError`` for a feature that cannot be normalised.
  func distances(
    _ source: some FeatureSource<Float>,
    _ normalisation: FeatureNormalisation,
    _ metric: FeatureMetric
  ) throws -> [Double] {
    let length = source.rowLength
    guard length > 0 else { throw EvaluationError.noDimensions }
    let pairsAtOnce = max(1, (1 << 14) / length)
    var distances: [Double] = []
    distances.reserveCapacity(rows.count)
    for start in stride(from: 0, to: rows.count, by: pairsAtOnce) {
      let selected = SelectedFeatures(
        source,
        rows: rows[start..<min(rows.count, start + pairsAtOnce)].flatMap { [$0.first, $0.second] }
      )
      var features = Tensor<Float>(zeros: [selected.rowCount, length])
      try features.withUnsafeMutablePointer { try selected.read(0..<selected.rowCount, into: $0) }
      for needed in metric == .angle ? [normalisation, .whole] : [normalisation] {
        try needed.check(features, rows: selected.rows) { members[$0] }
      }
      features = normalisation.applied(to: features)
      features.withUnsafePointer { base in
        for pair in 0..<features.rowCount / 2 {
          let first = base + 2 * pair * features.rowLength
          distances.append(Self.distance(first, first + features.rowLength, features.rowLength, metric))
        }
      }
    }
    return distances
  }

  private static func distance(
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    _ length: Int,
    _ metric: FeatureMetric
  ) -> Double {
    switch metric {
    case .euclidean:
      let distance = squaredDistance16(a, b, length)
      return hasSafeSquares(distance) ? Double(distance) : wideSquaredDistance(a, b, length)
    case .angle: return angle(a, b, length)
    }
  }

  /// The distance of each pair.
  ///
  /// - Parameter fold: where given, the mean feature of the pairs of all other folds is subtracted and each
  ///   feature normalised again.
  /// - Throws: an ``EvaluationError`` where a feature is the mean itself, so that no direction is left.
  func distances(_ features: Tensor<Float>, _ metric: FeatureMetric, without fold: Int?) throws -> [Double] {
    let length = features.rowLength
    let features = try fold.map { try centred(features, without: $0) } ?? features
    return features.withUnsafePointer { base in
      rows.map { Self.distance(base + $0.first * length, base + $0.second * length, length, metric) }
    }
  }

  /// The inner product of each pair.
  func products(_ features: Tensor<Float>) -> [Double] {
    let length = features.rowLength
    return features.withUnsafePointer { base in
      rows.map { Double(innerProduct16(base + $0.first * length, base + $0.second * length, length)) }
    }
  }

  private func centred(_ features: Tensor<Float>, without fold: Int) throws -> Tensor<Float> {
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
    try FeatureNormalisation.whole.check(result) { "\(members[$0]), with the mean subtracted," }
    return result.normalisedRows()
  }
}

/// The squared distance in double precision, of features whose squares overflow or underflow single precision.
private func wideSquaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double
{
  (0..<count).reduce(0) { sum, index in
    let difference = Double(a[index]) - Double(b[index])
    return sum + difference * difference
  }
}

/// The angle between two vectors as a part of π, from sums in double precision.
private func angle(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
  var (product, first, second) = (0.0, 0.0, 0.0)
  for index in 0..<count {
    let (x, y) = (Double(a[index]), Double(b[index]))
    product += x * y
    first += x * x
    second += y * y
  }
  return acos(max(-1, min(1, product / (first.squareRoot() * second.squareRoot())))) / .pi
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
