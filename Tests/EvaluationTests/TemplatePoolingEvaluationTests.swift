internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Tensors
internal import Testing

@Suite("Templates pooled from a file")
struct TemplatePoolingEvaluationTests {
  private let files: Files

  init() throws { files = try Files() }

  /// 12 subjects with 4 templates each; a template has two stills and three frames of a video.
  private let images = (0..<240).map { place in
    let medium = place % 5 < 2 ? place : 1000 + place / 5
    return IJBList.Entry(path: "\(place).jpg", template: place / 5, medium: medium)
  }

  private var pairs: [IJBList.Pair] {
    (0..<48).flatMap { first in
      (first + 1..<48).map { IJBList.Pair(first: first, second: $0, isSame: first / 4 == $0 / 4) }
    }
  }

  private func rows() -> [[Float]] {
    var random = SeededGenerator(seed: 12)
    let own = (0..<12).map { _ in (0..<32).map { _ in Float(random.normal()) } }
    return images.map { image in own[image.template / 4].map { $0 + 1.5 * Float(random.normal()) } }
  }

  /// An order of the images in which those of a medium stand in turn, but seldom side by side.
  private func shuffled() -> [Int] {
    var random = SeededGenerator(seed: 5)
    var next: [Int: [Int]] = [:]
    for place in images.indices { next[images[place].medium, default: []].append(place) }
    return images.indices.shuffled(using: &random).map { next[images[$0].medium]?.removeFirst() ?? 0 }
  }

  private func sheet(_ order: [Int], _ rows: [[Float]], _ rules: TemplateRules) throws -> ScoreSheet {
    var rules = rules
    if rules.detections != nil {
      let five = "1 2 3 4 5 6 7 8 9 10"
      let lines = order.map { "\(images[$0].path) \(five) 0.\(1 + $0 % 9)\n" }
      rules.detections = try files.write(lines.joined(), "det.txt")
    }
    return try TemplateEvaluation(
      list: IJBList(images: order.map { images[$0] }, pairs: pairs),
      listPaths: [],
      rules: rules,
      leftOutPairs: 0
    ).sheet(features: files.write(order.map { rows[$0] }, "f.npy"))
  }

  @Test("have the same figures to the last bit in whatever order their media stand, by every rule")
  func order() throws {
    let order = shuffled()
    #expect(order.sorted() == Array(images.indices) && order != order.sorted())
    var marked = rows()
    // One frame, and all images of template 7.
    for place in [4] + Array(35..<40) { marked[place] = Array(repeating: 0, count: 32) }
    for rule in 0..<16 {
      var rules = TemplateRules()
      rules.addsHalves = rule & 1 > 0
      rules.hasUnitImages = rule & 2 > 0
      rules.detections = rule & 4 > 0 ? "" : nil
      rules.allowsMissing = rule & 8 > 0
      let features = rules.allowsMissing ? marked : rows()
      let plain = try sheet(Array(images.indices), features, rules)
      let found = try sheet(order, features, rules)
      #expect(found.scores == plain.scores, "rule \(rule)")
      #expect(found.scores[0].value < 1 && found.scores.count > 9)
      let left = found.scores.filter { $0.name.hasSuffix("left out") }.map(\.value)
      #expect(left == (rules.allowsMissing ? [6, 47] : []))
    }
  }

  @Test("have the bits of features in memory")
  func inMemory() throws {
    let order = shuffled()
    let list = IJBList(images: order.map { images[$0] }, pairs: pairs)
    let rows = rows()
    let found = try sheet(order, rows, TemplateRules())
    let features = Tensor(order.flatMap { rows[$0] }, shape: [240, 32])
    let roc = try TemplateVerification(features: features, list: list).roc
    for (score, limit) in zip(found.scores, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]) {
      #expect(score.name.hasPrefix("true accept rate"))
      #expect(score.value == roc.trueAcceptRate(atFalseAcceptRate: limit))
      #expect(score.threshold == roc.point(atFalseAcceptRate: limit)?.threshold)
    }
    #expect(found.scores.first { $0.name == "area under the ROC curve" }?.value == roc.areaUnderCurve)
  }
}
