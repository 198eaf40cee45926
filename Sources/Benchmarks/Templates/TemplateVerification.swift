public import Faces
internal import Tensors

/// Verification of templates by the 1:1 protocol of IJB-B and IJB-C, from the features of images.
public struct TemplateVerification: Hashable, Sendable {
  /// All pairs; scores are the products of the templates, in `-1...1`.
  public let roc: ROC
  /// The number of templates.
  public let templateCount: Int
  /// The score of each pair of one person, in their order.
  package let genuine: [Float]
  /// A number for the subject of each pair of one person.
  package let subjects: [Int]

  /// Verifies templates.
  ///
  /// - Parameters:
  ///   - features: of each image of the list, `[image, dimension]`; they are read as they are needed.
  ///   - list: templates, media and pairs.
  ///   - weights: of each image, for example the score of its detector.
  /// - Throws: what reading throws, or an ``EvaluationError``.
  public init(features: some FeatureSource<Float>, list: IJBList, weights: [Float]? = nil) throws {
    let templates = try Templates(pooling: features, of: list.images, weights: weights)
    try templates.checkUnitLength()
    let pairs: [IJBList.Pair]
    (pairs, genuine) = try templates.genuine(list.pairs)
    roc = ROC(try templates.counting(impostors: list.pairs, between: ScoreCounter(genuine: genuine)))
    templateCount = templates.ids.count
    subjects = subjectsOfGenuinePairs(pairs)
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

/// Numbers the subjects of genuine pairs by union-find: templates that genuine pairs connect are of one subject.
private func subjectsOfGenuinePairs(_ pairs: [IJBList.Pair]) -> [Int] {
  var parent: [Int: Int] = [:]
  func root(_ id: Int) -> Int {
    var id = id
    while let next = parent[id], next != id {
      // Path halving: later searches are shorter.
      if let further = parent[next] { parent[id] = further }
      id = next
    }
    return id
  }
  for pair in pairs {
    let (first, second) = (root(pair.first), root(pair.second))
    if parent[first] == nil { parent[first] = first }
    if first != second { parent[second] = first }
  }
  return pairs.map { root($0.first) }
}
