internal import Benchmarks
internal import Faces
internal import Tensors
internal import Testing

@Suite("A search of templates in a gallery")
struct TemplateSearchTests {
  private static let images = (0..<90).map { IJBList.Entry(path: "\($0).jpg", template: $0 / 2, medium: $0) }
  private static let gallery = (0..<15).map { (template: $0, subject: 100 + $0) }
  /// Templates 15 to 34 are of subjects 100 to 114 in turn, 35 to 44 of others.
  private static let probes = (15..<45).map { (template: $0, subject: $0 < 35 ? 100 + ($0 - 15) % 15 : $0) }

  private static func features(seed: UInt64) -> Tensor<Float> {
    var random = SeededGenerator(seed: seed)
    let subjects = images.map { image in
      image.template < 15 ? 100 + image.template : probes[image.template - 15].subject
    }
    let own = (0..<200).map { _ in (0..<12).map { _ in Float(random.normal()) } }
    return Tensor(
      subjects.flatMap { subject in own[subject].map { $0 + 1.2 * Float(random.normal()) } },
      shape: [90, 12]
    )
  }

  @Test("has the ranks and rates of a plain loop", arguments: [1, 2, 3])
  func plainLoop(seed: UInt64) throws {
    let features = Self.features(seed: seed)
    let templates = try Templates(pooling: features, of: Self.images)
    let found = try TemplateSearch(of: templates, gallery: Self.gallery, probes: Self.probes)
    let pooled = (0..<45).map { template -> [Float] in
      let sum = zip(features.row(2 * template), features.row(2 * template + 1)).map { $0 + $1 }
      let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return sum.map { $0 / norm }
    }
    func score(_ a: Int, _ b: Int) -> Float { zip(pooled[a], pooled[b]).reduce(0) { $0 + $1.0 * $1.1 } }
    var (ranks, mates, tops): ([Int], [Float], [Float]) = ([], [], [])
    for probe in Self.probes {
      let scores = Self.gallery.map { score(probe.template, $0.template) }
      if probe.template < 35 {
        let mate = scores[probe.subject - 100]
        ranks.append(1 + scores.count { $0 > mate })
        mates.append(mate)
      } else {
        tops.append(scores.max() ?? 0)
      }
    }
    #expect(found.ranks == ranks && found.matedCount == 20 && found.galleryCount == 15)
    #expect(ranks.contains { $0 > 1 })
    for rank in [1, 2, 5, 15] {
      #expect(found.rate(atRank: rank) == Double(ranks.count { $0 <= rank }) / 20)
    }
    for limit in [0, 0.1, 0.3, 1] {
      // The lowest threshold with so few false positives is just above the score after those allowed.
      let sorted = tops.sorted(by: >)
      let allowed = Int((limit * 10).rounded())
      let threshold = allowed < 10 ? sorted[allowed] : -2
      let expected = Double(mates.count { $0 > threshold }) / 20
      #expect(abs(found.searches.trueAcceptRate(atFalseAcceptRate: limit) - expected) < 1e-12)
    }
    let limited = try TemplateSearch(
      of: templates,
      gallery: Self.gallery,
      probes: Self.probes,
      rankLimit: 1
    )
    #expect(limited.searches.trueAcceptRate(atFalseAcceptRate: 0.9) <= found.rate(atRank: 1))
  }

  @Test("refuses searches that cannot be counted")
  func refusals() throws {
    func search(
      _ probes: [(template: Int, subject: Int)],
      features: Tensor<Float> = Self.features(seed: 1)
    ) throws {
      let templates = try Templates(pooling: features, of: Self.images)
      _ = try TemplateSearch(of: templates, gallery: Self.gallery, probes: probes)
    }
    #expect(throws: EvaluationError.noSearches(mated: true)) { try search([(40, 40)]) }
    #expect(throws: EvaluationError.noSearches(mated: false)) { try search([(20, 105)]) }
    #expect(throws: EvaluationError.noFeature("template 99", line: 2)) { try search([(20, 105), (99, 1)]) }
    var zeros = Self.features(seed: 1)
    for row in [80, 81] { for column in 0..<12 { zeros[row, column] = 0 } }
    #expect(throws: EvaluationError.templateWithoutDirection(40)) {
      try search(Self.probes, features: zeros)
    }
  }
}
