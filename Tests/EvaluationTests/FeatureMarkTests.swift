internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Testing

@Suite("Rows that are not features")
struct FeatureMarkTests {
  private let files: Files

  init() throws { files = try Files() }

  private func evaluation(allowsMissing: Bool = false) throws -> PairEvaluation {
    let path = try files.write(lfwText(folds: 2, perKind: 10), "pairs.txt")
    var rules = PairRules()
    rules.allowsMissing = allowsMissing
    return PairEvaluation(name: "LFW", list: try .lfw(path), listPaths: [path], images: nil, rules: rules)
  }

  private func message(_ path: String) throws -> String {
    let error = #expect(throws: DataError.self) { try evaluation().sheet(features: path) }
    return "\(try #require(error))"
  }

  private func value(_ sheet: ScoreSheet, _ name: String) -> Double? {
    sheet.scores.first { $0.name == name }?.value
  }

  @Test(
    "are marked by −1 even where most rows are, and only a file of nothing else is of a collapsed embedder"
  )
  func mostlyMarked() throws {
    var rows = pairFeatures(folds: 2, perKind: 10, noise: 0.5)
    let minusOne = [Float](repeating: -1, count: 16)
    // Both rows of three pairs in five.
    for row in rows.indices where row / 2 % 5 < 3 { rows[row] = minusOne }
    let path = try files.write(rows, "f.npy")
    #expect(try message(path).contains("row 0 (counted from 0"))
    let sheet = try evaluation(allowsMissing: true).sheet(features: path)
    #expect(value(sheet, "pairs left out") == 24 && value(sheet, "pairs") == 16)
    let collapsed = try files.write(Array(repeating: minusOne, count: 80), "c.npy")
    let chance = try evaluation().sheet(features: collapsed)
    #expect(value(chance, "accuracy") == 0.5 && value(chance, "area under the ROC curve") == 0.5)
  }

  @Test("are not those of codes of bits that are equal in all places")
  func bits() throws {
    var rows = pairFeatures(folds: 2, perKind: 10, noise: 0.5).map { $0.map { $0 > 0 ? Float(1) : -1 } }
    rows[4] = Array(repeating: 1, count: 16)
    let sheet = try evaluation().sheet(features: files.write(rows, "f.npy"))
    #expect(value(sheet, "pairs") == 40)
    // A third number marks an image without a face.
    rows[4] = Array(repeating: 3, count: 16)
    #expect(try message(files.write(rows, "f.npy")).contains("row 4 (counted from 0"))
  }

  @Test("say what is wrong: no face, a NaN, or numbers that single precision cannot hold")
  func words() throws {
    let rows = pairFeatures(folds: 2, perKind: 10, noise: 0.5)
    for (value, word) in [
      (Float(0), "no face was found"), (.nan, "a NaN, an infinity"), (.infinity, "a NaN, an infinity"),
      (1e-42, "below 1.2e-38"),
    ] {
      var rows = rows
      rows[9] = rows[9].map { value * ($0 < 0 ? -1 : 1) }
      let text = try message(files.write(rows, "f.npy"))
      #expect(
        text.contains("row 9 (counted from 0") && text.contains(word) && text.contains("--allow-missing")
      )
      #expect(text.contains("no face") == (value == 0))
    }
  }
}
