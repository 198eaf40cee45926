internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("Two embedders on the same trials")
struct TrialComparisonTests {
  private let files: Files

  init() throws { files = try Files() }

  @Test("have rates, differences and intervals counted by hand")
  func byHand() throws {
    var comparison = TrialComparison(benchmark: "test", first: "a", second: "b", sheets: [], rounds: 500)
    // Of ten identities of ten trials each the second embedder finds one trial more: every draw differs by 1/10.
    let identities = (0..<100).map { $0 / 10 }
    let first = (0..<100).map { $0 % 10 < 5 }
    let second = (0..<100).map { $0 % 10 < 6 }
    comparison.add("rate", first, second, identities: identities, seed: 1)
    let found = try #require(comparison.differences.first)
    #expect(found.first == 0.5 && found.second == 0.6 && found.difference == 0.1)
    #expect(found.onlyFirst == 0 && found.onlySecond == 10 && found.trials == 100)
    #expect(found.overIdentities == [0.1, 0.1] && found.better == .second)
    // Over trials the gain is binomial, with the standard deviation sqrt(0.1 · 0.9 / 100) = 0.03.
    #expect(abs(found.overTrials[0] - 0.041) < 0.02 && abs(found.overTrials[1] - 0.159) < 0.02)
    comparison.add("same", first, first, identities: identities, seed: 1)
    #expect(comparison.differences[1].better == .undecided)
    comparison.add("reverse", second, first, identities: identities, seed: 1)
    #expect(comparison.differences[2].better == .first)
    // One identity alone makes the difference: over identities it is undecided.
    let one = (0..<100).map { $0 < 10 ? true : first[$0] }
    comparison.add("one", first, one, identities: identities, seed: 1)
    #expect(
      comparison.differences[3].better == .undecided && comparison.differences[3].overIdentities[0] == 0
    )
    #expect(comparison.text.contains("A = a, B = b"))
    let decoded = try JSONDecoder().decode(TrialComparison.self, from: comparison.json)
    #expect(decoded.differences.map(\.better) == [.second, .undecided, .first, .undecided])
  }

  private func features(_ own: [[Float]], noise: Float, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return own.map { row in row.map { $0 + noise * Float(random.normal()) } }
  }

  private func directions(_ count: Int, seed: UInt64) -> [[Float]] {
    features(Array(repeating: Array(repeating: 0, count: 12), count: count), noise: 1, seed: seed)
  }

  @Test("of IJB's templates have the true accept rates of each alone")
  func templates() throws {
    let own = directions(20, seed: 1)
    let images = (0..<80).map { IJBList.Entry(path: "\($0).jpg", template: $0, medium: $0) }
    let pairs = (0..<80).flatMap { first in
      (first + 1..<80).map { IJBList.Pair(first: first, second: $0, isSame: first % 20 == $0 % 20) }
    }
    let evaluation = TemplateEvaluation(
      list: IJBList(images: images, pairs: pairs),
      listPaths: [],
      rules: TemplateRules(),
      leftOutPairs: 0
    )
    let persons = (0..<80).map { own[$0 % 20] }
    let poor = try files.write(features(persons, noise: 1.5, seed: 2), "poor.npy")
    let good = try files.write(features(persons, noise: 0.5, seed: 3), "good.npy")
    let comparison = try evaluation.comparison(poor, good, rounds: 200, seed: 1)
    let sheets = try [poor, good].map { try evaluation.sheet(features: $0) }
    for difference in comparison.differences {
      let values = sheets.map { sheet in sheet.scores.first { $0.name == difference.name }?.value }
      #expect(values[0] == difference.first && values[1] == difference.second, "\(difference.name)")
      #expect(difference.trials == 120)
    }
    #expect(comparison.differences.last?.better == .second)
    var marked = features(persons, noise: 0.5, seed: 3)
    marked[5] = Array(repeating: 0, count: 12)
    let missing = try files.write(marked, "missing.npy")
    let error = #expect(throws: DataError.self) {
      try evaluation.comparison(poor, missing, rounds: 2, seed: 1)
    }
    let message = "\(try #require(error))"
    #expect(message.contains("row 5 (counted from 0, 5.jpg)") && !message.contains("--allow-missing"))
  }

  @Test("of MegaFace have the rates of each alone")
  func megaFace() throws {
    let own = directions(10, seed: 4)
    let ids = (0..<40).map { $0 % 10 }
    let paths = ids.indices.map { "\"\($0).jpg\"" }.joined(separator: ", ")
    let names = ids.map { "\"\($0)\"" }.joined(separator: ", ")
    let list = try files.write("{\"path\": [\(paths)], \"id\": [\(names)]}", "p.json")
    let persons = ids.map { own[$0] }
    let gallery = try files.write(directions(200, seed: 5), "d.npy")
    let evaluations = try [(Float(1.5), "poor.npy"), (Float(0.4), "good.npy")].map { noise, name in
      MegaFaceEvaluation(
        probes: try files.write(features(persons, noise: noise, seed: 6), name),
        probeList: list,
        distractors: gallery
      )
    }
    let comparison = try evaluations[0].comparison(evaluations[1], rounds: 200, seed: 1)
    let results = try evaluations.map { try #require(try $0.evaluate().results.first) }
    let rank1 = try #require(comparison.differences.first)
    #expect(rank1.first == results[0].rate(atRank: 1) && rank1.second == results[1].rate(atRank: 1))
    #expect(rank1.trials == 120 && rank1.better == .second)
  }

  @Test("are a table with a row for each rate, and the better embedder by its letter")
  func table() {
    var comparison = TrialComparison(
      benchmark: "MegaFace",
      first: "a.npy",
      second: "b.npy",
      sheets: [],
      rounds: 10
    )
    // Trials that are all alike have the same difference in every draw.
    let (none, all) = ([false, false], [true, true])
    comparison.add("rank-1 rate", none, all, identities: [0, 1], seed: 1)
    comparison.add("rank-10 rate", all, all, identities: [0, 1], seed: 1)
    #expect(
      comparison.text == """
        MegaFace: A = a.npy, B = b.npy
          A, B, B - A; its 95 % intervals over identities and over trials; the better one
          rank-1 rate     0.000000   1.000000   1.000000  [+1.000000, +1.000000]  [+1.000000, +1.000000]  B
          rank-10 rate    1.000000   1.000000   0.000000  [+0.000000, +0.000000]  [+0.000000, +0.000000]  undecided
        """
    )
  }
}
