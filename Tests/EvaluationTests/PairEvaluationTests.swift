internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Testing

@Suite("Pairs from files of features")
struct PairEvaluationTests {
  private let files: Files

  init() throws { files = try Files() }

  private func evaluation(
    folds: Int = 4,
    perKind: Int = 10,
    images: String? = nil,
    _ change: (inout PairRules) -> Void = { _ in }
  ) throws -> PairEvaluation {
    let path = try files.write(lfwText(folds: folds, perKind: perKind), "pairs.txt")
    var rules = PairRules()
    change(&rules)
    return PairEvaluation(name: "LFW", list: try .lfw(path), listPaths: [path], images: images, rules: rules)
  }

  private func value(_ sheet: ScoreSheet, _ name: String) -> ScoreSheet.Score? {
    sheet.scores.first { $0.name == name }
  }

  @Test("have thresholds of each fold and each rate, in the table and in JSON")
  func thresholds() throws {
    let path = try files.write(pairFeatures(folds: 4, perKind: 10, noise: 0.7), "f.npy")
    let sheet = try evaluation { $0.threshold = 1 }.sheet(features: path)
    #expect(
      sheet.folds.map(\.fold) == [1, 2, 3, 4]
        && sheet.folds.allSatisfy { $0.threshold > 0 && $0.threshold < 4 }
    )
    let rate = try #require(value(sheet, "true accept rate at false accept rate 0.1"))
    let threshold = try #require(rate.threshold)
    let own = try evaluation { $0.threshold = threshold }.sheet(features: path)
    #expect(value(own, "true accept rate at the threshold \(short(threshold))")?.value == rate.value)
    #expect(
      value(own, "true accept rate at the threshold \(short(threshold))")?.falseAcceptRate
        == rate.falseAcceptRate
    )
    #expect(value(sheet, "accuracy at the threshold 1") != nil)
    #expect(sheet.text.contains("threshold") && sheet.text.contains("fold  pairs"))
    let json = try JSONDecoder().decode(ScoreSheet.self, from: sheet.json)
    #expect(json.folds.count == 4 && json.scores.contains { $0.threshold == threshold })
    #expect(sheet.notices.contains { $0.contains("finer than 40 impostor pairs") })
    #expect(sheet.yaml(dataset: "a'b", date: "2026-11-28").contains("id: 'a''b'"))
  }

  private func short(_ number: Double) -> String { String(format: "%.6g", number) }

  @Test("give the same figures in Fortran order, whose rows are scattered over the file")
  func fortranOrder() throws {
    let rows = pairFeatures(folds: 4, perKind: 10, noise: 0.7)
    let columns = rows[0].indices.map { column in rows.map { $0[column] } }
    let plain = try files.write(rows, "c.npy")
    let turned = try files.write(columns, "f.npy", shape: [rows.count, rows[0].count], isFortranOrder: true)
    let sheets = try [plain, turned].map { try evaluation().sheet(features: $0) }
    #expect(sheets[0].scores == sheets[1].scores && sheets[0].folds == sheets[1].folds)
  }

  @Test("of an image with itself are noted")
  func twins() throws {
    let text = lfwText(folds: 2, perKind: 4).replacing("S0_0\t1\t2", with: "S0_0\t1\t1")
    let path = try files.write(text, "twins.txt")
    let features = try files.write(pairFeatures(folds: 2, perKind: 4, noise: 0.7), "f.npy")
    let evaluation = PairEvaluation(
      name: "LFW",
      list: try .lfw(path),
      listPaths: [path],
      images: nil,
      rules: PairRules()
    )
    #expect(try evaluation.sheet(features: features).notices.contains { $0.hasPrefix("In 1 of the pairs") })
  }

  @Test("of a collapsed embedder have no validation rate, and all figures of chance")
  func collapsed() throws {
    let path = try files.write(Array(repeating: Array(repeating: 1, count: 16), count: 160), "c.npy")
    let sheet = try evaluation().sheet(features: path)
    let validation = try #require(value(sheet, "validation rate at false accept rate 1e-3"))
    #expect(validation.value == 0 && validation.falseAcceptRate == 0)
    #expect(value(sheet, "accuracy")?.value == 0.5 && value(sheet, "equal error rate")?.value == 0.5)
    #expect(value(sheet, "true accept rate at false accept rate 0.1")?.value == 0)
  }

  @Test(
    "of rows that mark images without a face are an error, or left out and counted",
    arguments: [0, 1, 2]
  )
  func marks(kind: Int) throws {
    var rows = pairFeatures(folds: 4, perKind: 10, noise: 0.5)
    let mark: [Float] = kind == 0 ? [0] : kind == 1 ? [.nan] : [-1]
    for row in [7, 12, 13] { rows[row] = Array(repeating: mark[0], count: 16) }
    let path = try files.write(rows, "f.npy")
    let error = #expect(throws: DataError.self) { try evaluation().sheet(features: path) }
    let message = "\(try #require(error))"
    #expect(message.contains("row 7") && message.contains("S0_3/S0_3_0002.jpg"))
    let sheet = try evaluation { $0.allowsMissing = true }.sheet(features: path)
    #expect(value(sheet, "pairs left out")?.value == 2 && value(sheet, "pairs")?.value == 78)
    let names = (0..<160).map { "image\($0)" }
    let images = try files.write(names.joined(separator: "\n"), "images.txt")
    let lines = (0..<80).map { "image\(2 * $0)\timage\(2 * $0 + 1)\t\($0 % 20 < 10 ? 1 : 0)" }
    let plain = try files.write(lines.joined(separator: "\n"), "plain.txt")
    var rules = PairRules()
    rules.allowsMissing = true
    let named = PairEvaluation(
      name: "pairs",
      list: try .labelled(plain, foldCount: 4),
      listPaths: [plain],
      images: images,
      rules: rules
    )
    let second = try named.sheet(features: path)
    #expect(value(second, "pairs left out")?.value == 2)
    #expect(value(second, "accuracy")?.value == value(sheet, "accuracy")?.value)
  }

  @Test("refuse wrong shapes, counts and names given twice, with their place")
  func refusals() throws {
    let rows = pairFeatures(folds: 4, perKind: 10, noise: 0.5)
    func message(_ body: () throws -> ScoreSheet) -> String {
      do { _ = try body() } catch { return "\(error)" }
      return "no error"
    }
    let empty = try files.write([], "e.npy", shape: [160, 0])
    #expect(message { try evaluation().sheet(features: empty) }.contains("(160, 0)"))
    let line = try files.write([rows.flatMap(\.self)], "l.npy", shape: [160 * 16])
    #expect(message { try evaluation().sheet(features: line) }.contains("(2560,)"))
    let few = try files.write(Array(rows.dropLast()), "few.npy")
    #expect(message { try evaluation().sheet(features: few) }.contains("159 rows"))
    var names = (0..<160).map { "image\($0)" }
    names[9] = names[4]
    let images = try files.write(names.joined(separator: "\n"), "images.txt")
    let whole = try files.write(rows, "f.npy")
    #expect(message { try evaluation(images: images).sheet(features: whole) }.contains("images.txt:10"))
    let one = try files.write(Array(rows.prefix(40)), "one.npy")
    #expect(message { try evaluation(folds: 1).sheet(features: one) }.contains("at least 2 folds"))
    let odd = try files.write(rows.map { Array($0.prefix(15)) }, "odd.npy")
    #expect(
      message { try evaluation { $0.normalisation = .halves }.sheet(features: odd) }.contains("15 dimensions")
    )
  }

  @Test("of LFW's view 1 are judged by the threshold of the training part")
  func view1() throws {
    let train = try files.write(
      "10\n" + lfwText(folds: 1, perKind: 10).split(separator: "\n").dropFirst().joined(separator: "\n")
        + "\n",
      "train.txt"
    )
    let text = lfwText(folds: 1, perKind: 10).replacing("S0", with: "T0").replacing("D0", with: "U0")
      .replacing("E0", with: "V0")
    let test = try files.write(
      "10\n" + text.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n",
      "test.txt"
    )
    let list = try PairList.lfwView1(train: [train], test: [test])
    let path = try files.write(pairFeatures(folds: 2, perKind: 10, noise: 0.7), "f.npy")
    let evaluation = PairEvaluation(
      name: "LFW, view 1",
      list: list,
      listPaths: [train, test],
      images: nil,
      rules: PairRules(),
      isView1: true
    )
    let sheet = try evaluation.sheet(features: path)
    #expect(sheet.scores.first?.name == "accuracy on the test part" && (sheet.scores.first?.value ?? 0) > 0.8)
    #expect(sheet.inputs.count == 3)
  }

  @Test("of videos take the first frames of each, and leave out frames without a face")
  func videos() throws {
    var rows = pairFeatures(folds: 2, perKind: 6, noise: 0.5).flatMap { row in
      [row, row, Array(row.reversed())]
    }
    let names = (0..<48).flatMap { video in Array(repeating: "P\(video)/0", count: 3) }
    let videos = try files.write(names.joined(separator: "\n"), "videos.txt")
    let lines = (0..<24).map {
      "\($0 / 12 + 1), \($0 + 1), P\(2 * $0)/0, P\(2 * $0 + 1)/0, \($0 % 12 < 6 ? 1 : 0)"
    }
    let splits = try files.write(lines.joined(separator: "\n"), "splits.txt")
    let path = try files.write(rows, "f.npy")
    func sheet(_ frames: Int?, missing: Bool = false) throws -> ScoreSheet {
      var rules = PairRules()
      rules.allowsMissing = missing
      return try VideoEvaluation(
        splits: splits,
        videos: videos,
        pooling: .meanSimilarity,
        firstFrames: frames,
        rules: rules
      ).sheet(features: path)
    }
    let two = try sheet(2)
    #expect(value(two, "frames")?.value == 96 && (value(two, "accuracy")?.value ?? 0) > 0.9)
    let one = try sheet(1)
    #expect(
      value(one, "area under the ROC curve")?.value
        == value(two, "area under the ROC curve")?.value
    )
    for row in 3..<6 { rows[row] = Array(repeating: 0, count: 16) }
    rows[9] = Array(repeating: 0, count: 16)
    try files.write(rows, "f.npy")
    #expect(throws: DataError.self) { try sheet(nil) }
    let left = try sheet(nil, missing: true)
    #expect(value(left, "frames left out")?.value == 4 && value(left, "pairs left out")?.value == 1)
  }

  @Test("of videos count all frames of a video, however its name is spelled")
  func videoNames() throws {
    let rows = pairFeatures(folds: 2, perKind: 6, noise: 1.5).flatMap { row in
      [row, Array(row.reversed()), row.map { 2 - $0 }]
    }
    let names = (0..<48).flatMap { video in Array(repeating: "P\(video)/0", count: 3) }
    let lines = (0..<24).map {
      "\($0 / 12 + 1), \($0 + 1), P\(2 * $0)/0, P\(2 * $0 + 1)/0, \($0 % 12 < 6 ? 1 : 0)"
    }
    let splits = try files.write(lines.joined(separator: "\n"), "splits.txt")
    let path = try files.write(rows, "f.npy")
    func sheet(_ names: [String]) throws -> ScoreSheet {
      try VideoEvaluation(
        splits: splits,
        videos: files.write(names.joined(separator: "\n"), "videos.txt"),
        pooling: .meanFeature,
        firstFrames: nil,
        rules: PairRules()
      ).sheet(features: path)
    }
    let plain = try sheet(names).scores
    let forms: [(String) -> String] = [{ "./" + $0 }, { $0.replacing("/", with: "\\") }, { $0 + "/" }]
    for form in forms {
      #expect(try sheet(names.enumerated().map { $0 % 3 == 1 ? form($1) : $1 }).scores == plain)
    }
    #expect(try sheet(names.map { "/data/" + $0 }).scores == plain)
    // Two names that are no spellings of one.
    let error = #expect(throws: DataError.self) {
      try sheet(names.enumerated().map { $0 == 7 ? "/data/\($1)" : $1 })
    }
    #expect(
      error.map { "\($0)" }?.contains("videos.txt: has two names of one video, 'P2/0' and '/data/P2/0'")
        == true
    )
  }

  @Test("of two embedders are compared, with a page and files")
  func comparison() throws {
    let first = try files.write(pairFeatures(folds: 4, perKind: 40, noise: 1.6), "poor.npy")
    let second = try files.write(pairFeatures(folds: 4, perKind: 40, noise: 0.4, dimensions: 24), "good.npy")
    let comparison = try EmbedderComparison(evaluation(perKind: 40), first, second, rounds: 100, seed: 1)
    #expect(comparison.verdict.hasPrefix("good is better"))
    let lines = comparison.text.split(separator: "\n")
    #expect(lines[0].contains("A = poor, B = good") && lines[1].contains("over pairs"))
    #expect(lines[2].hasPrefix("  accuracy ") && lines[2].hasSuffix("  B"))
    let json = try #require(try JSONSerialization.jsonObject(with: comparison.json) as? [String: Any])
    #expect((json["differences"] as? [Any])?.count == 6 && (json["sheets"] as? [Any])?.count == 2)
    let same = try EmbedderComparison(evaluation(perKind: 40), first, first, rounds: 20, seed: 1)
    #expect(same.verdict.hasPrefix("Undecided"))
  }
}
