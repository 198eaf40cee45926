internal import Benchmarks
internal import Faces

/// The pairs whose rates are shown, each with its distance: all of a list, or the test part of LFW's view 1.
struct JudgedPairs {
  let list: PairList
  /// The distance of each pair.
  let distances: [Double]
  let roc: ROC
  /// How the pairs were divided, as sentences; `nil` for LFW's view 2.
  private(set) var foldRule: [String]?

  init(_ result: PairVerification, _ list: PairList) {
    self.init(list: list, distances: result.squaredDistances, roc: result.roc)
  }

  private init(list: PairList, distances: [Double], roc: ROC) {
    (self.list, self.distances, self.roc) = (list, distances, roc)
  }

  /// The pairs of fold 1 alone: those of fold 0 chose the threshold.
  ///
  /// - Throws: an ``EvaluationError`` where these are all of one kind.
  func testPart(_ result: PairVerification) throws -> JudgedPairs {
    let places = list.pairs.indices.filter { list.pairs[$0].fold == 1 }
    let pairs = places.map { list.pairs[$0] }
    let distances = places.map { result.squaredDistances[$0] }
    func scores(_ isSame: Bool) -> [Double] {
      zip(distances, pairs).filter { $0.1.isSame == isSame }.map { -$0.0 }
    }
    guard !scores(true).isEmpty, !scores(false).isEmpty else { throw EvaluationError.onePairKind }
    var part = JudgedPairs(
      list: PairList(pairs),
      distances: distances,
      roc: ROC(genuine: scores(true), impostor: scores(false))
    )
    part.foldRule = [
      "View 1: the threshold of the accuracy is best on the training part; all figures are of the test part."
    ]
    return part
  }
}
