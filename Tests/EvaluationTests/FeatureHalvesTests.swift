internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Testing

@Suite("Rows of the features of an image and of its mirror image")
struct FeatureHalvesTests {
  private let files: Files

  init() throws { files = try Files() }

  private enum Fault: CaseIterable { case firstZero, secondZero, constant, cancelling, nan }

  /// Features with a fault in one row.
  private func rows(_ fault: Fault) -> [[Float]] {
    var rows = pairFeatures(folds: 2, perKind: 10, noise: 0.5, dimensions: 32)
    for column in 0..<16 {
      switch fault {
      case .firstZero: rows[9][column] = 0
      case .secondZero: rows[9][16 + column] = 0
      case .constant: rows[9][16 + column] = -1
      case .cancelling: rows[9][16 + column] = -rows[9][column]
      case .nan: rows[9][16 + column] = .nan
      }
    }
    return rows
  }

  private func message(_ body: () throws -> ScoreSheet) -> String {
    do { return try "\(body().scores.count) scores" } catch { return "\(error)" }
  }

  private func evaluation(_ normalisation: FeatureNormalisation, allowsMissing: Bool) throws -> PairEvaluation
  {
    let path = try files.write(lfwText(folds: 2, perKind: 10), "pairs.txt")
    var rules = PairRules()
    rules.normalisation = normalisation
    rules.allowsMissing = allowsMissing
    return PairEvaluation(name: "LFW", list: try .lfw(path), listPaths: [path], images: nil, rules: rules)
  }

  @Test("without a feature in one half, or with nothing as their sum, are errors, or left out and counted")
  func pairs() throws {
    for fault in Fault.allCases {
      let path = try files.write(rows(fault), "f.npy")
      for normalisation in [FeatureNormalisation.halves, .flipSum, .whole] {
        let found = message { try evaluation(normalisation, allowsMissing: false).sheet(features: path) }
        let left = try evaluation(normalisation, allowsMissing: true).sheet(features: path)
        let isRefused: Bool
        switch (normalisation, fault) {
        case (_, .nan), (.flipSum, _): isRefused = true
        case (.halves, _): isRefused = fault != .cancelling
        default: isRefused = false
        }
        #expect(
          found.contains("row 9 (counted from 0, ") == isRefused,
          "\(fault), \(normalisation): \(found)"
        )
        let count = left.scores.first { $0.name == "pairs left out" }?.value
        #expect(count == (isRefused ? 1 : 0), "\(fault), \(normalisation)")
      }
    }
  }

  @Test("are named with what is wrong and what to do")
  func words() throws {
    func text(_ fault: Fault) throws -> String {
      let path = try files.write(rows(fault), "f.npy")
      return message { try evaluation(.flipSum, allowsMissing: false).sheet(features: path) }
    }
    #expect(try text(.firstZero).contains("), a half of which is all zeros (in single precision): no face"))
    #expect(try text(.constant).contains("), a half of which has the same number in all places: no face"))
    let cancelling = try text(.cancelling)
    #expect(
      cancelling.contains("which has halves that cancel out: their sum is all zeros, which has no direction")
    )
    #expect(
      cancelling.contains("embed the image and its mirror image again, or leave it out by --allow-missing")
    )
  }

  @Test("of templates and of videos are treated so, too")
  func others() throws {
    let images = (0..<40).map { IJBList.Entry(path: "\($0).jpg", template: $0, medium: $0) }
    let pairs = (0..<20).map { IJBList.Pair(first: 2 * $0, second: 2 * $0 + 1, isSame: $0 % 2 == 0) }
    let lines = (0..<20).map {
      "\($0 / 10 + 1), \($0 + 1), P\(2 * $0)/0, P\(2 * $0 + 1)/0, \($0 % 10 < 5 ? 1 : 0)"
    }
    let splits = try files.write(lines.joined(separator: "\n"), "splits.txt")
    let videos = try files.write((0..<40).map { "P\($0)/0\n" }.joined(), "videos.txt")
    for fault in [Fault.firstZero, .cancelling] {
      let all = Array(rows(fault)[..<40])
      let path = try files.write(all, "f.npy")
      func templates(allowsMissing: Bool, unit: Bool) throws -> ScoreSheet {
        var rules = TemplateRules()
        rules.addsHalves = true
        rules.hasUnitImages = unit
        rules.allowsMissing = allowsMissing
        return try TemplateEvaluation(
          list: IJBList(images: images, pairs: pairs),
          listPaths: [],
          rules: rules,
          leftOutPairs: 0
        ).sheet(features: path)
      }
      for unit in [true, false] {
        let found = message { try templates(allowsMissing: false, unit: unit) }
        #expect(found.contains("row 9 (counted from 0, 9.jpg)"), "\(found)")
        let left = try templates(allowsMissing: true, unit: unit).scores
        #expect(left.first { $0.name == "images left out" }?.value == 1)
        #expect(left.first { $0.name == "pairs left out" }?.value == 1)
      }
      func video(allowsMissing: Bool) throws -> ScoreSheet {
        var rules = PairRules()
        rules.normalisation = .flipSum
        rules.allowsMissing = allowsMissing
        return try VideoEvaluation(
          splits: splits,
          videos: videos,
          pooling: .meanFeature,
          firstFrames: nil,
          rules: rules
        ).sheet(features: path)
      }
      let found = message { try video(allowsMissing: false) }
      #expect(found.contains("row 9 (counted from 0, a frame of P9/0)"), "\(found)")
      let left = try video(allowsMissing: true).scores
      #expect(left.first { $0.name == "frames left out" }?.value == 1)
    }
  }
}
