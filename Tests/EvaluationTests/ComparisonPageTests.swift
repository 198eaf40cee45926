internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Testing

@Suite("The page of a comparison")
struct ComparisonPageTests {
  @Test("has the answer, charts, tables and digests, and asks for no other file")
  func page() throws {
    let files = try Files()
    let path = try files.write(lfwText(folds: 4, perKind: 20), "pairs.txt")
    let first = try files.write(pairFeatures(folds: 4, perKind: 20, noise: 1.6), "poor.npy")
    let second = try files.write(pairFeatures(folds: 4, perKind: 20, noise: 0.4), "good.npy")
    let evaluation = PairEvaluation(
      name: "LFW",
      list: try .lfw(path),
      listPaths: [path],
      images: nil,
      rules: PairRules()
    )
    let comparison = try EmbedderComparison(evaluation, first, second, rounds: 100, seed: 1)
    let page = String(decoding: comparison.page, as: UTF8.self)
    #expect(page.contains("good is better") && page.contains("<svg") && page.contains("<table"))
    #expect(page.contains("What was read") && page.contains(comparison.sheets[0].inputs[first] ?? "none"))
    #expect(!page.contains("<link") && !page.contains("<script") && !page.contains("src="))
    #expect(comparison.yaml(dataset: nil, date: "2026-11-28").contains("task_id: 'difference of accuracy'"))
  }
}
