public import Faces
internal import Synchronization
public import Tensors

/// Verification of templates by the 1:1 protocol of IJB-B and IJB-C, from the features of images.
public struct TemplateVerification: Hashable, Sendable {
  /// All pairs; scores are the products of the templates, in `-1...1`.
  public let roc: ROC
  /// The number of templates.
  public let templateCount: Int
  private let genuine: [Float]
  private let subjects: [Int]

  /// Verifies templates.
  ///
  /// - Parameters:
  ///   - features: of each image of the list, `[image, dimension]`.
  ///   - list: templates, media and pairs.
  ///   - weights: of each image, for example the score of its detector.
  /// - Throws: an ``EvaluationError``.
  public init(features: Tensor<Float>, list: IJBList, weights: [Float]? = nil) throws {
    guard list.images.count == features.rowCount else {
      throw EvaluationError.counts(what: "images", found: list.images.count, expected: features.rowCount)
    }
    let norms = features.withUnsafePointer {
      squaredRowNorms($0, rowCount: features.rowCount, length: features.rowLength)
    }
    if let row = norms.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError.notFinite(what: list.images[row].path, row: row)
    }
    let templates = Templates(
      pooling: features,
      templates: list.images.map(\.template),
      media: list.images.map(\.medium),
      weights: weights
    )
    let scores = try templates.scores(of: list.pairs)
    let genuineCount = list.pairs.count { $0.isSame }
    var genuine: [Float] = []
    genuine.reserveCapacity(genuineCount)
    var impostor: [Float] = []
    impostor.reserveCapacity(scores.count - genuineCount)
    for (score, pair) in zip(scores, list.pairs) {
      if pair.isSame { genuine.append(score) } else { impostor.append(score) }
    }
    guard !genuine.isEmpty, !impostor.isEmpty else { throw EvaluationError.onePairKind }
    roc = ROC(genuine: genuine, impostor: impostor)
    templateCount = templates.ids.count
    self.genuine = genuine
    subjects = subjectsOfGenuinePairs(list.pairs)
  }

  /// Returns an interval of the true accept rate at a false accept rate, over subjects, the threshold being fixed.
  public func interval(atFalseAcceptRate limit: Double, level: Double = 0.95) -> BootstrapInterval {
    let threshold = roc.point(atFalseAcceptRate: limit).map { Float($0.threshold) } ?? .infinity
    return BootstrapInterval(
      hits: genuine.map { $0 >= threshold },
      identities: subjects.map { ($0, $0) },
      level: level
    )
  }
}

extension Templates<Float> {
  /// Scores pairs of template ids.
  ///
  /// - Throws: an ``EvaluationError`` that names the first template without an image.
  fileprivate func scores(of pairs: [IJBList.Pair]) throws -> [Float] {
    let unknown = Mutex<Int?>(nil)
    let scores = scores(count: pairs.count) { place in
      if let first = index(ofTemplate: pairs[place].first),
        let second = index(ofTemplate: pairs[place].second)
      {
        return (first, second)
      }
      unknown.withLock { $0 = min($0 ?? place, place) }
      return nil
    }
    guard let place = unknown.withLock({ $0 }) else { return scores }
    let pair = pairs[place]
    let id = index(ofTemplate: pair.first) == nil ? pair.first : pair.second
    throw EvaluationError.noFeature("template \(id)", line: place + 1)
  }
}

/// A number for the subject of each genuine pair: templates that genuine pairs join are of one subject.
private func subjectsOfGenuinePairs(_ pairs: [IJBList.Pair]) -> [Int] {
  var parent: [Int: Int] = [:]
  func root(_ id: Int) -> Int {
    var id = id
    while let next = parent[id], next != id {
      // Each step halves the way for those who come after.
      if let further = parent[next] { parent[id] = further }
      id = next
    }
    return id
  }
  for pair in pairs where pair.isSame {
    let (first, second) = (root(pair.first), root(pair.second))
    if parent[first] == nil { parent[first] = first }
    if first != second { parent[second] = first }
  }
  return pairs.filter(\.isSame).map { root($0.first) }
}
