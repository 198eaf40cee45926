internal import Evaluation
internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("Pairs that stand more than once are noted")
struct RepeatNoticeTests {
  private let files: Files

  init() throws { files = try Files() }

  private func value(_ sheet: ScoreSheet, _ name: String) -> Double? {
    sheet.scores.first { $0.name == name }?.value
  }

  private func decoded(_ sheet: ScoreSheet) throws -> ScoreSheet {
    try JSONDecoder().decode(ScoreSheet.self, from: sheet.json)
  }

  /// Features of persons, the same for each call.
  private func rows(_ persons: [Int]) -> [[Float]] {
    var random = SeededGenerator(seed: 7)
    let own = (0...(persons.max() ?? 0)).map { _ in (0..<16).map { _ in Float(random.normal()) } }
    return persons.map { person in own[person].map { $0 + Float(random.normal()) } }
  }

  @Test("of IJB, as are pairs of a template with itself, and count as often as the list has them")
  func templates() throws {
    let images = try files.write((0..<20).map { "\($0).jpg \($0) \($0)\n" }.joined(), "i.txt")
    let features = try files.write(rows((0..<20).map { $0 % 5 }), "f.npy")
    let lines = (0..<20).flatMap { first in
      (first + 1..<20).map { "\(first) \($0) \(first % 5 == $0 % 5 ? 1 : 0)\n" }
    }
    func sheet(_ extra: String) throws -> ScoreSheet {
      let pairs = try files.write(lines.joined() + extra, "p.txt")
      return try TemplateEvaluation(
        list: .insightFace(images: images, pairs: pairs),
        listPaths: [images, pairs],
        rules: TemplateRules(),
        leftOutPairs: 0
      ).sheet(features: features)
    }
    let plain = try sheet("")
    let isNote: (String) -> Bool = { $0.contains("an earlier one") || $0.contains("the same one") }
    #expect(value(plain, "genuine pairs") == 30 && !plain.notices.contains(where: isNote))
    let found = try sheet("1 0 0\n5 0 1\n5 0 1\n3 3 1\n")
    #expect(value(found, "genuine pairs") == 33 && value(found, "impostor pairs") == 161)
    #expect(
      found.notices.filter(isNote) == [
        "3 of 194 pairs repeat an earlier one of the same file (first: line 191 of \(files.folder)/p.txt repeats line 1); each"
          + " is counted as often as it stands there.",
        "In 1 of the pairs both templates are the same one: their cosine is 1 whatever the embedder.",
      ]
    )
    #expect(found.text.contains("note: 3 of 194 pairs repeat an earlier one"))
    #expect(try decoded(found).notices == found.notices)
  }

  @Test("of CFP, once for two embedders")
  func cfp() throws {
    for (list, kind) in [("F", "frontal"), ("P", "profile")] {
      let names = (1...20).map { "\($0) ../Data/Images/\($0)/\(kind)/01.jpg\n" }
      try files.write(names.joined(), "Pair_list_\(list).txt")
    }
    for fold in 1...10 {
      let folder = "Split/FP/\(fold < 10 ? "0" : "")\(fold)"
      try FileManager.default.createDirectory(
        atPath: "\(files.folder)/\(folder)",
        withIntermediateDirectories: true
      )
      let (a, b) = (2 * fold - 1, 2 * fold)
      try files.write("\(a),\(a)\n\(b),\(b)\n" + (fold == 2 ? "\(a),\(a)\n" : ""), "\(folder)/same.txt")
      try files.write("\(a),\(b)\n\(b),\(a)\n", "\(folder)/diff.txt")
    }
    let list = try PairList.cfp(files.folder)
    let members = list.members
    let images = try files.write(members.joined(separator: "\n") + "\n", "images.txt")
    let evaluation = PairEvaluation(
      name: "CFP",
      list: list,
      listPaths: ["\(files.folder)/Pair_list_F.txt"],
      images: images,
      rules: PairRules()
    )
    let persons = members.map { Int($0.prefix { $0 != "/" }) ?? 0 }
    let features = try files.write(rows(persons), "f.npy")
    let other = try files.write(rows(persons).map { row in row.map { $0 * $0 * $0 } }, "g.npy")
    let note =
      "1 of 41 pairs repeats an earlier one of the same file (first: line 3 of \(files.folder)/Split/FP/02/same.txt repeats"
      + " line 1); each is counted as often as it stands there."
    let sheet = try evaluation.sheet(features: features)
    #expect(value(sheet, "pairs") == 41 && sheet.notices.contains(note) && sheet.folds[1].pairs == 5)
    #expect(try decoded(sheet).notices == sheet.notices)
    let comparison = try EmbedderComparison(evaluation, features, other, rounds: 10, seed: 1)
    #expect(comparison.text.components(separatedBy: note).count == 2)
    #expect(comparison.text.contains("note: \(note)"))
  }
}
