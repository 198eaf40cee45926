internal import Benchmarks
internal import Faces
internal import TestSupport
internal import Tensors
internal import Testing

@Suite("Templates")
struct TemplatesTests {
  struct Case: Decodable {
    var features: [[Double]]
    var templates: [Int]
    var media: [Int]
    var pooled: [[Double]]
    var pairs: [[Int]]
    var scores: [Double]
  }

  @Test("agree with the reference")
  func reference() throws {
    let cases = try References.cases(Case.self, in: "templates.json")
    for expected in cases {
      let templates = Templates(
        pooling: tensor(expected.features),
        templates: expected.templates,
        media: expected.media
      )
      #expect(templates.features.shape == [expected.pooled.count, expected.pooled[0].count])
      for (found, wanted) in zip(templates.features.elements, expected.pooled.joined()) {
        #expect(abs(found - wanted) < 1e-12)
      }
      let pairs = try expected.pairs.map {
        (
          first: try #require(templates.index(ofTemplate: $0[0])),
          second: try #require(templates.index(ofTemplate: $0[1]))
        )
      }
      let scores = templates.scores(pairs)
      #expect(scores.count == expected.scores.count)
      for (found, wanted) in zip(scores, expected.scores) { #expect(abs(found - wanted) < 1e-12) }
    }
  }

  @Test("weigh a video like a still, whatever its frames")
  func media() {
    // A still (3, 0) and three frames (0, 3) (0, 4) (0, 5), whose mean is (0, 4): sum (3, 4), length 5.
    let features = tensor([[0, 3], [3, 0], [0, 4], [0, 5]])
    let pooled = Templates(pooling: features, templates: [9, 9, 9, 9], media: [1, 2, 1, 1])
    #expect(pooled.ids == [9])
    #expect(pooled.features.elements == [0.6, 0.8])
    #expect(pooled.index(ofTemplate: 9) == 0 && pooled.index(ofTemplate: 1) == nil)
  }

  @Test("keep equal media of two templates apart, and may weigh images")
  func separate() {
    let features = tensor([[1, 0], [0, 1], [0, 2]])
    let pooled = Templates(pooling: features, templates: [5, 3, 5], media: [1, 1, 1], weights: [2, 1, 1])
    #expect(pooled.ids == [3, 5])
    // Template 5: mean of (2, 0) and (0, 2) is (1, 1).
    #expect(pooled.features.row(0) == [0, 1])
    #expect(abs(pooled.features[1, 0] - 0.5.squareRoot()) < 1e-15)
    #expect(pooled.features[1, 0] == pooled.features[1, 1])
  }

  @Test("do not depend on the order of the images, but for rounding")
  func order() {
    var random = SeededGenerator(seed: 1)
    let rows = (0..<40).map { _ in (0..<6).map { _ in random.uniform() - 0.5 } }
    let templates = (0..<40).map { $0 % 7 }
    let media = (0..<40).map { $0 % 4 }
    let order = (0..<40).shuffled(using: &random)
    let a = Templates(pooling: tensor(rows), templates: templates, media: media)
    let b = Templates(
      pooling: tensor(order.map { rows[$0] }),
      templates: order.map { templates[$0] },
      media: order.map { media[$0] }
    )
    #expect(a.ids == b.ids)
    for (x, y) in zip(a.features.elements, b.features.elements) { #expect(abs(x - y) < 1e-14) }
  }

  @Test("are verified in pairs, and a pair without a template is named by its line")
  func verification() throws {
    let features = Tensor<Float>([1, 0, 0.8, 0.6, 0, 1, -1, 0], shape: [4, 2])
    let images = [7, 8, 9, 2_000_000_000].map { IJBList.Entry(path: "\($0)", template: $0, medium: $0) }
    func verify(_ pairs: [(Int, Int, Bool)]) throws -> TemplateVerification {
      let pairs = pairs.map { IJBList.Pair(first: $0.0, second: $0.1, isSame: $0.2) }
      return try TemplateVerification(features: features, list: IJBList(images: images, pairs: pairs))
    }
    // Scores: 0.8 genuine, 0 and −1 impostors, 0.6 genuine.
    let far = 2_000_000_000
    let result = try verify([(7, 8, true), (7, 9, false), (7, far, false), (8, 9, true)])
    #expect(result.templateCount == 4 && result.roc.genuineCount == 2 && result.roc.impostorCount == 2)
    #expect(result.roc.areaUnderCurve == 1)
    #expect(throws: EvaluationError.noFeature("template 12", line: 2)) {
      try verify([(7, 8, true), (12, 9, false), (7, 13, false)])
    }
    #expect(throws: EvaluationError.onePairKind) { try verify([(7, 8, true)]) }
  }

  @Test("are counted in chunks as in a plain loop, on any number of threads")
  func chunks() throws {
    var random = SeededGenerator(seed: 6)
    let rows = (0..<300).map { _ in (0..<8).map { _ in Float(random.uniform() - 0.5) } }
    let features = Tensor(rows.flatMap(\.self), shape: [300, 8])
    let images = rows.indices.map { IJBList.Entry(path: "\($0)", template: 7 * $0, medium: $0) }
    var pairs = (0..<600_000).map { place in
      let (first, second) = (Int(random.uniform() * 300), Int(random.uniform() * 300))
      return IJBList.Pair(first: 7 * first, second: 7 * second, isSame: place % 1000 == 3)
    }
    func verify(threads: Int) throws -> TemplateVerification {
      try Parallel.withThreads(threads) {
        try TemplateVerification(features: features, list: IJBList(images: images, pairs: pairs))
      }
    }
    let found = try verify(threads: 3)
    let templates = Templates(pooling: features, templates: images.map(\.template), media: Array(0..<300))
    let scores = templates.scores(pairs.map { ($0.first / 7, $0.second / 7) })
    let scored = zip(scores, pairs)
    let genuine = scored.filter(\.1.isSame).map(\.0)
    #expect(found.roc == ROC(genuine: genuine, impostor: scored.filter { !$0.1.isSame }.map(\.0)))
    #expect(try verify(threads: 1) == found)
    pairs[599_999].second = 1
    pairs[300_001].first = 2
    #expect(throws: EvaluationError.noFeature("template 2", line: 300_002)) { try verify(threads: 3) }
  }
}
