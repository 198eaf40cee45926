internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Testing

@Suite("Names in lists of pairs")
struct PairNameTests {
  private let files: Files
  private let rows = pairFeatures(folds: 3, perKind: 12, noise: 1.2)

  init() throws { files = try Files() }

  /// The images of a list in LFW's form, two a pair.
  private var images: [String] {
    (0..<3).flatMap { fold in
      (0..<12).flatMap { ["S\(fold)_\($0)/1.jpg", "S\(fold)_\($0)/2.jpg"] }
        + (0..<12).flatMap { ["D\(fold)_\($0 / 3)/\($0).jpg", "E\(fold)_\($0 / 3)/\($0).jpg"] }
    }
  }

  private func evaluation(_ names: [String], rowNames: [String]? = nil) throws -> PairEvaluation {
    let lines = (0..<72).map { "\(names[2 * $0])\t\(names[2 * $0 + 1])\t\($0 % 24 < 12 ? 1 : 0)" }
    let path = try files.write(lines.joined(separator: "\n"), "list.txt")
    return PairEvaluation(
      name: "Pairs",
      list: try .labelled(path, foldCount: 3),
      listPaths: [path],
      images: try rowNames.map { try files.write($0.joined(separator: "\n"), "images.txt") },
      rules: PairRules()
    )
  }

  @Test(
    "tell the persons whatever stands before their folders, so that intervals over identities are the same"
  )
  func persons() throws {
    let path = try files.write(rows, "f.npy")
    let plain = try evaluation(images).sheet(features: path)
    let accuracy = try #require(plain.scores.first)
    #expect(accuracy.lower != accuracy.upper)
    let forms: [(String) -> String] = [
      { "/data/lfw/\($0)" }, { "./\($0)" }, { "lfw/\($0)" },
      { "C:\\lfw\\\($0.replacing("/", with: "\\"))" },
    ]
    for form in forms {
      #expect(try evaluation(images.map(form)).sheet(features: path).scores.first == accuracy)
      let named = try evaluation(images, rowNames: images.map(form)).sheet(features: path)
      #expect(named.scores.first == accuracy)
    }
    let other = try files.write(pairFeatures(folds: 3, perKind: 12, noise: 0.9, seed: 2), "g.npy")
    let comparisons = try [images, images.map { "/data/lfw/\($0)" }].map {
      try EmbedderComparison(evaluation($0), path, other, rounds: 50, seed: 1)
    }
    #expect(comparisons[0].identityCount == 60 && comparisons[1].identityCount == 60)
    #expect(comparisons[0].comparison == comparisons[1].comparison)
    #expect(!plain.notices.contains { $0.hasPrefix("The folders of the images are not the persons") })
    let flat = try evaluation(images.map { $0.replacing("/", with: "_") }).sheet(features: path)
    #expect(flat.notices.contains { $0.hasPrefix("The folders of the images are not the persons") })
  }

  @Test("of rows may stand in quotes; an image without a row is an error with both files and the line")
  func rowNames() throws {
    let path = try files.write(rows, "f.npy")
    let expected = try evaluation(images).sheet(features: path).scores
    let quoted = try evaluation(images, rowNames: images.map { "\"\($0)\"" }).sheet(features: path)
    #expect(quoted.scores == expected)
    let other = images.map { $0.replacing("S1_3/2", with: "S1_3/9") }
    let error = #expect(throws: DataError.self) {
      try evaluation(images, rowNames: other).sheet(features: path)
    }
    let message = "\(try #require(error))"
    #expect(message.contains("list.txt:28: has 'S1_3/2.jpg'"))
    #expect(message.contains("images.txt, whose first line is 'S0_0/1.jpg'"))
  }

  @Test("of rows that have a header too much, or an index column, are told apart")
  func headers() throws {
    let path = try files.write(rows, "f.npy")
    let expected = try evaluation(images).sheet(features: path).scores
    let indexed = [",path"] + images.enumerated().map { "\($0),\($1)" }
    #expect(try evaluation(images, rowNames: indexed).sheet(features: path).scores == expected)
    let error = #expect(throws: DataError.self) {
      try evaluation(images, rowNames: ["path"] + images).sheet(features: path)
    }
    let message = "\(try #require(error))"
    #expect(message.contains("144 rows, expected 145") && message.contains("'path', is a header, remove it"))
  }

  @Test("of LFW's view 1: all figures are of the test part alone")
  func view1() throws {
    let lines = lfwText(folds: 2, perKind: 10).split(separator: "\n").dropFirst()
    let train = try files.write("10\n" + lines.prefix(20).joined(separator: "\n"), "train.txt")
    let test = try files.write("10\n" + lines.dropFirst(20).joined(separator: "\n"), "test.txt")
    let rows = pairFeatures(folds: 2, perKind: 10, noise: 1.3)
    let sheet = try PairEvaluation(
      name: "LFW, view 1",
      list: .lfwView1(train: [train], test: [test]),
      listPaths: [train, test],
      images: nil,
      rules: PairRules(),
      isView1: true
    ).sheet(features: files.write(rows, "f.npy"))
    func cosine(_ pair: Int) -> Double {
      let (a, b) = (rows[2 * pair].map(Double.init), rows[2 * pair + 1].map(Double.init))
      func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
      return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
    }
    let wins = (20..<30).reduce(0) { sum, same in
      sum + (30..<40).count { cosine(same) > cosine($0) }
    }
    let area = sheet.scores.first { $0.name == "area under the ROC curve" }
    #expect(area?.value == Double(wins) / 100)
    #expect(sheet.scores.first { $0.name == "pairs" }?.value == 20)
    #expect(!sheet.conventions.contains { $0.contains("view 2") })
    let accuracy = try #require(sheet.scores.first)
    let threshold = try #require(accuracy.threshold)
    let right = (20..<40).count { (2 - 2 * cosine($0) < threshold) == ($0 < 30) }
    #expect(accuracy.value == Double(right) / 20)
  }
}
