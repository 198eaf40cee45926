internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Tensors
internal import Testing

@Suite("Galleries and templates from files of features")
struct GalleryEvaluationTests {
  private let files: Files

  init() throws { files = try Files() }

  private static let ids = ["a", "a", "a", "b", "b"]

  private func features(_ count: Int, seed: UInt64) -> [[Float]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in (0..<8).map { _ in Float(random.normal()) } }
  }

  /// Probes of two persons near their own directions, and strangers.
  private func write(distractors: [[Float]]) throws -> MegaFaceEvaluation {
    let persons = features(2, seed: 1)
    let noise = features(5, seed: 2)
    let probes = Self.ids.enumerated().map { place, id in
      zip(persons[id == "a" ? 0 : 1], noise[place]).map { $0 + 0.6 * $1 }
    }
    let paths = (0..<5).map { "\"p/\($0).jpg\"" }.joined(separator: ", ")
    let ids = Self.ids.map { "\"\($0)\"" }.joined(separator: ", ")
    let list = try files.write("{\"path\": [\(paths)], \"id\": [\(ids)]}", "probes.json")
    return MegaFaceEvaluation(
      probes: try files.write(probes, "p.npy"),
      probeList: list,
      distractors: try files.write(distractors, "g.npy")
    )
  }

  private func value(_ sheet: ScoreSheet, _ name: String) -> Double? {
    sheet.scores.first { $0.name == name }?.value
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test("a row without direction is an error with its place, or left out and counted")
  func zeros() throws {
    let strangers = features(40, seed: 3)
    let whole = try write(distractors: strangers).evaluate()
    for mark: Float in [0, .nan] {
      var marked = strangers
      marked.insert(Array(repeating: mark, count: 8), at: 7)
      var evaluation = try write(distractors: marked)
      #expect(message { _ = try evaluation.evaluate() }.contains("distractor 7"))
      evaluation.allowsMissing = true
      let found = try evaluation.evaluate()
      #expect(found.results == whole.results && value(found.sheet, "distractors left out") == 1)
      evaluation.isRaw = true
      evaluation.allowsMissing = false
      #expect(message { _ = try evaluation.evaluate() }.contains("distractor 7"))
    }
  }

  @Test("the list beside a file of features is checked against it")
  func lists() throws {
    var evaluation = try write(distractors: features(40, seed: 3))
    evaluation.distractorList = try files.write("{\"path\": [\"only/one.jpg\"]}", "d.json")
    #expect(message { _ = try evaluation.evaluate() }.contains("40 rows, expected 1 rows"))
    evaluation = try write(distractors: features(40, seed: 3))
    evaluation.distractors = try files.write([], "e.npy", shape: [10, 0])
    #expect(message { _ = try evaluation.evaluate() }.contains("(10, 0)"))
    evaluation = try write(distractors: features(40, seed: 3))
    evaluation.probes = try files.write(features(4, seed: 1), "few.npy")
    #expect(message { _ = try evaluation.evaluate() }.contains("4 rows, expected 5 rows"))
  }

  @Test("a file of the development kit without direction is an error, or left out and counted")
  func kitFiles() throws {
    let strangers = features(12, seed: 3)
    func matrix(_ row: [Float]) -> Data {
      var data = Data()
      for number in [Int32(row.count), 1, 4, 5] {
        withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
      }
      for number in row {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
      }
      return data
    }
    for (place, row) in strangers.enumerated() {
      let content = matrix(place == 7 ? Array(repeating: 0, count: 8) : row)
      try content.write(to: URL(fileURLWithPath: "\(files.folder)/\(place).jpg_M.bin"))
    }
    var evaluation = try write(distractors: strangers.indices.filter { $0 != 7 }.map { strangers[$0] })
    let whole = try evaluation.evaluate()
    evaluation.distractors = files.folder
    evaluation.ending = "_M.bin"
    let paths = strangers.indices.map { "\"\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    #expect(message { _ = try evaluation.evaluate() }.contains("distractor 7"))
    evaluation.allowsMissing = true
    let found = try evaluation.evaluate()
    #expect(found.results == whole.results && value(found.sheet, "distractors left out") == 1)
  }

  @Test("noisy images are left out of probes and gallery")
  func noise() throws {
    let strangers = features(40, seed: 3)
    var evaluation = try write(distractors: strangers)
    let paths = (0..<40).map { "\"x/\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    evaluation.distractorNoise = try files.write("# noisy\nx/3.jpg\n17.jpg\nelsewhere/5.png\n", "dn.txt")
    evaluation.probeNoise = try files.write("2.png\n", "pn.txt")
    evaluation.sizes = [10, 40]
    let (sheet, results) = try evaluation.evaluate()
    #expect(results.map(\.distractorCount) == [9, 38] && results[0].trialCount == 4)
    #expect(value(sheet, "noisy distractors left out") == 2 && value(sheet, "noisy probes left out") == 1)
    #expect(sheet.notices.contains { $0.contains("1 of the 3 images") })
    evaluation.probeNoise = try files.write("nobody.png\n", "pn.txt")
    #expect(message { _ = try evaluation.evaluate() }.contains("none is among the probes"))
  }

  @Test("noisy images whose names begin with # are left out, and other lines that do are comments")
  func noiseWithNumberSign() throws {
    let strangers = features(40, seed: 3)
    var evaluation = try write(distractors: strangers)
    let paths = (0..<40).map { "\"\($0 == 3 ? "#" : "")x/\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    evaluation.distractorNoise = try files.write("#x/3.jpg\n#x/4.jpg\n# a/x/5.jpg\nx/33.jpg\n", "dn.txt")
    let (sheet, results) = try evaluation.evaluate()
    let kept = strangers.indices.filter { $0 != 3 && $0 != 33 }.map { strangers[$0] }
    #expect(try results == write(distractors: kept).evaluate().results)
    #expect(!sheet.notices.contains { $0.contains("are not among") })
  }

  @Test(
    "noisy images are found by absolute paths, other slashes, quotes and other endings",
    arguments: ["./x/3.jpg", "/data/mf/x/3.png", "x\\3.jpg", "\"x/3.jpg\"", "3", "C:\\mf\\x\\3.JPG"]
  )
  func noiseForms(name: String) throws {
    let strangers = features(40, seed: 3)
    var evaluation = try write(distractors: strangers)
    let paths = (0..<40).map { "\"x/\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    evaluation.distractorNoise = try files.write(name + "\r\nx/33.jpg\r\n", "dn.txt")
    let found = try evaluation.evaluate().results
    let kept = strangers.indices.filter { $0 != 3 && $0 != 33 }.map { strangers[$0] }
    #expect(try found == write(distractors: kept).evaluate().results)
  }

  @Test("a row of one number is an error, or left out and counted, once also where it is noisy")
  func constantRows() throws {
    var strangers = features(40, seed: 3)
    strangers[7] = Array(repeating: -1, count: 8)
    var evaluation = try write(distractors: strangers)
    #expect(message { _ = try evaluation.evaluate() }.contains("row 7 (counted from 0, distractor 7)"))
    evaluation.allowsMissing = true
    let left = try evaluation.evaluate()
    #expect(value(left.sheet, "distractors left out") == 1 && left.results[0].distractorCount == 39)
    let paths = (0..<40).map { "\"x/\($0).jpg\"" }.joined(separator: ", ")
    evaluation.distractorList = try files.write("{\"path\": [\(paths)]}", "d.json")
    evaluation.distractorNoise = try files.write("x/7.jpg\n", "dn.txt")
    let noisy = try evaluation.evaluate()
    #expect(value(noisy.sheet, "distractors left out") == 0 && noisy.results == left.results)
  }

  @Test("files of features have any name, and a missing one is named")
  func fileNames() throws {
    var evaluation = try write(distractors: features(40, seed: 3))
    let expected = try evaluation.evaluate().results
    for name in ["P.NPY", "probes", "probes.features"] {
      let path = "\(files.folder)/\(name)"
      try Data(contentsOf: URL(fileURLWithPath: "\(files.folder)/p.npy")).write(
        to: URL(fileURLWithPath: path)
      )
      evaluation.probes = path
      #expect(try evaluation.evaluate().results == expected)
    }
    evaluation.probes = "\(files.folder)/absent"
    #expect(message { _ = try evaluation.evaluate() }.hasPrefix("\(files.folder)/absent: cannot be read"))
    evaluation.probes = try files.write(features(5, seed: 1).map { Array($0.dropLast()) }, "short.npy")
    #expect(
      message { _ = try evaluation.evaluate() }.hasPrefix("\(evaluation.distractors): the probes have 7")
    )
  }

  @Test("a result is written in the development kit's form")
  func developmentKit() throws {
    let result = try #require(try write(distractors: features(40, seed: 3)).evaluate().results.first)
    let object = try #require(
      try JSONSerialization.jsonObject(with: result.developmentKitFile) as? [String: [[Double]]]
    )
    let (cmc, roc) = (try #require(object["cmc"]), try #require(object["roc"]))
    #expect(cmc[0] == (0...40).map(Double.init) && cmc[1] == result.cumulativeMatch(upToRank: 41))
    #expect(roc[0].count == roc[1].count && zip(roc[0], roc[0].dropFirst()).allSatisfy { $0 < $1 })
    #expect(roc[1].last == 1)
  }

  @Test("templates add mirror images, weigh images, and leave out images without a face")
  func templates() throws {
    let rows = features(8, seed: 5)
    let images = (0..<8).map { IJBList.Entry(path: "\($0).jpg", template: $0 / 2, medium: $0) }
    let pairs = [(0, 1, true), (2, 3, true), (0, 2, false), (1, 3, false), (0, 3, false)].map {
      IJBList.Pair(first: $0.0, second: $0.1, isSame: $0.2)
    }
    func sheet(_ rows: [[Float]], _ change: (inout TemplateRules) -> Void = { _ in }) throws -> ScoreSheet {
      var rules = TemplateRules()
      change(&rules)
      let path = try files.write(rows, "f.npy")
      return try TemplateEvaluation(
        list: IJBList(images: images, pairs: pairs),
        listPaths: [],
        rules: rules,
        leftOutPairs: 0
      ).sheet(features: path)
    }
    let sums = rows.map { row in (0..<4).map { row[$0] + row[$0 + 4] } }
    let flip = try sheet(rows) { $0.addsHalves = true }
    let plainSums = try sheet(sums)
    #expect(flip.scores.map(\.value) == plainSums.scores.map(\.value))
    #expect(flip.scores[0].name == "true accept rate at false accept rate 1e-6" && flip.notices.count == 6)
    let scaled = rows.enumerated().map { index, row in row.map { $0 * Float(index + 1) } }
    let unit = try sheet(scaled) { $0.hasUnitImages = true }
    let plain = try sheet(rows) { $0.hasUnitImages = true }
    for (a, b) in zip(unit.roc, plain.roc) { #expect(a.trueAcceptRate == b.trueAcceptRate) }
    var marked = rows
    marked[3] = Array(repeating: 0, count: 8)
    #expect(message { _ = try sheet(marked) }.contains("row 3"))
    let one = try sheet(marked) { $0.allowsMissing = true }
    #expect(value(one, "images left out") == 1 && value(one, "pairs left out") == 0)
    marked[2] = marked[3]
    let two = try sheet(marked) { $0.allowsMissing = true }
    #expect(value(two, "images left out") == 2 && value(two, "pairs left out") == 2)
  }
}
