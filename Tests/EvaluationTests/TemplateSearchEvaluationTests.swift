internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Foundation
internal import Testing

@Suite("Templates searched in galleries, from files")
struct TemplateSearchEvaluationTests {
  private let files: Files

  init() throws { files = try Files() }

  /// Gallery 1 holds the subjects 1, 2, 3, gallery 2 the subjects 4 and 5, each on an axis of its own.
  private static let gallery1: [(template: Int, subject: Int, feature: [Float])] = [
    (1, 1, [1, 0, 0, 0, 0]), (2, 2, [0, 1, 0, 0, 0]), (3, 3, [0, 0, 1, 0, 0]),
  ]
  private static let gallery2: [(template: Int, subject: Int, feature: [Float])] = [
    (4, 4, [0, 0, 0, 1, 0]), (5, 5, [0, 0, 0, 0, 1]),
  ]
  /// Sides of right-angled triangles of whole numbers: the scores are exact quotients. Scores in gallery 1, in gallery 2:
  private static let probes: [(template: Int, subject: Int, feature: [Float])] = [
    (11, 1, [4, 3, 0, 0, 0]),  // mate 0.8, rank 1; no mate, highest 0
    (12, 1, [3, 4, 0, 0, 0]),  // mate 0.6, rank 2; 0
    (13, 2, [0, 3, 0, 4, 0]),  // mate 0.6, rank 1; 0.8
    (14, 3, [4, 0, 3, 0, 0]),  // mate 0.6, rank 2; 0
    (15, 4, [0, 3, 0, 4, 0]),  // no mate, highest 0.6; mate 0.8, rank 1
    (16, 5, [0, 0, 0, 4, 3]),  // 0; mate 0.6, rank 2
    (17, 4, [0, 0, 0, 2, 0]),  // 0; mate 1, rank 1
    (18, 9, [7, 0, 0, 24, 0]),  // 0.28; 0.96
    (19, 9, [1, 0, 0, 0, 0]),  // 1; 0
  ]

  private static let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n"

  private func write(_ rows: [(template: Int, subject: Int, feature: [Float])], _ name: String) throws
    -> String
  {
    try files.write(
      Self.header
        + rows.map { "\($0.template),\($0.subject),img/\($0.template).jpg,\($0.template),1\n" }.joined(),
      name
    )
  }

  private func lists() throws -> (galleries: [String], probes: [String]) {
    (
      [try write(Self.gallery1, "g1.csv"), try write(Self.gallery2, "g2.csv")],
      [try write(Self.probes, "p.csv")]
    )
  }

  private func features(_ change: (inout [[Float]]) -> Void = { _ in }) throws -> String {
    var rows = (Self.gallery1 + Self.gallery2 + Self.probes).map(\.feature)
    change(&rows)
    return try files.write(rows, "f.npy")
  }

  private func sheet(
    _ list: IJBSearchList,
    _ features: String,
    rankLimit: Int? = nil,
    rules: TemplateRules = TemplateRules()
  ) throws -> ScoreSheet {
    var evaluation = TemplateSearchEvaluation(list: list, listPaths: [], rules: rules)
    evaluation.ranks = [1, 2]
    evaluation.falsePositiveRates = [0, 0.2, 0.4]
    evaluation.rankLimit = rankLimit
    return try evaluation.sheet(features: features)
  }

  private func values(_ sheet: ScoreSheet) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: sheet.scores.map { ($0.name, $0.value) })
  }

  private static func tpir(_ limit: String) -> String {
    "true positive identification rate at false positive identification rate \(limit)"
  }

  @Test("have the rates counted by hand: the mean over the galleries, and of each")
  func rates() throws {
    let (galleries, probes) = try lists()
    let list = try IJBSearchList.official(galleries: galleries, probes: probes)
    #expect(list.images.count == 14 && list.galleries.map(\.count) == [3, 2] && list.probes.count == 9)
    let sheet = try sheet(list, features())
    let values = values(sheet)
    // Gallery 1: mates 0.8, 0.6, 0.6, 0.6; highest without a mate 0.6, 0, 0, 0.28, 1.
    #expect(values["gallery 1, rank-1 rate"] == 2.0 / 4 && values["gallery 1, rank-2 rate"] == 1)
    #expect(
      values["gallery 1, " + Self.tpir("0")] == 0 && values["gallery 1, " + Self.tpir("0.2")] == 1.0 / 4
    )
    #expect(values["gallery 1, " + Self.tpir("0.4")] == 1)
    #expect(values["gallery 1, mated searches"] == 4 && values["gallery 1, non-mated searches"] == 5)
    // Gallery 2: mates 0.8, 0.6, 1; highest without a mate 0, 0, 0.8, 0, 0.96, 0.
    #expect(values["gallery 2, rank-1 rate"] == 2.0 / 3 && values["gallery 2, rank-2 rate"] == 1)
    #expect(
      values["gallery 2, " + Self.tpir("0")] == 1.0 / 3 && values["gallery 2, " + Self.tpir("0.2")] == 1.0 / 3
    )
    #expect(values["gallery 2, " + Self.tpir("0.4")] == 1)
    #expect(values["gallery 2, mated searches"] == 3 && values["gallery 2, non-mated searches"] == 6)
    for (name, mean) in [("rank-1 rate", 7.0 / 12), (Self.tpir("0"), 1.0 / 6), (Self.tpir("0.2"), 7.0 / 24)] {
      #expect(abs((values[name] ?? -1) - mean) < 1e-12, "\(name)")
    }
    #expect(sheet.roc.last?.trueAcceptRate == 1)
    #expect(sheet.notices.contains { $0.contains("5 non-mated searches of gallery 1") })
    let point = sheet.scores.first { $0.name == "gallery 1, " + Self.tpir("0.4") }
    #expect(point?.threshold == Double(Float(3) / 5) && point?.falseAcceptRate == 2.0 / 5)
    // Mates of rank 2 do not count: 0.8 and 0.6 of gallery 1, 0.8 and 1 of gallery 2 are left.
    let limited = self.values(try self.sheet(list, features(), rankLimit: 1))
    #expect(abs((limited[Self.tpir("0.4")] ?? -1) - 7.0 / 12) < 1e-12)
  }

  @Test("features may be in the order of the list of all images")
  func listOfImages() throws {
    let (galleries, probes) = try lists()
    let plain = try sheet(.official(galleries: galleries, probes: probes), features())
    let rows = Array((Self.gallery1 + Self.gallery2 + Self.probes).reversed())
    let images = try files.write(
      rows.map { "img/\($0.template).jpg \($0.template) \($0.template)\n" }.joined(),
      "tid.txt"
    )
    // Galleries need only templates and subjects then; a byte order mark, CR LF and quotes change nothing.
    let short = try files.write("\u{FEFF}\"TEMPLATE_ID\";\"SUBJECT_ID\"\r\n4;4\r\n\"5\";5\r\n\r\n", "g2.csv")
    let list = try IJBSearchList.official(galleries: [galleries[0], short], probes: probes, images: images)
    #expect(list.images.map(\.template) == rows.map(\.template))
    let reversed = try sheet(list, files.write(rows.map(\.feature), "r.npy"))
    #expect(reversed.scores.map(\.value) == plain.scores.map(\.value))
    let few = try files.write("img/1.jpg 1 1\n", "few.txt")
    let error = #expect(throws: DataError.self) {
      try IJBSearchList.official(galleries: galleries, probes: probes, images: few)
    }
    #expect(error == DataError(.missingTemplate(2), file: galleries[0], line: 3))
  }

  @Test("what has no feature is left out with its mates, and counted")
  func missing() throws {
    let (galleries, probes) = try lists()
    let list = try IJBSearchList.official(galleries: galleries, probes: probes)
    let path = try features { rows in
      rows[1] = [0, 0, 0, 0, 0]
      rows[13] = [.nan, 0, 0, 0, 0]
    }
    let error = #expect(throws: DataError.self) { try sheet(list, path) }
    #expect(error.map { "\($0)" }?.contains("row 1 (counted from 0, img/2.jpg)") == true)
    var rules = TemplateRules()
    rules.allowsMissing = true
    let values = values(try sheet(list, path, rules: rules))
    #expect(values["images left out"] == 2 && values["probes left out"] == 1)
    #expect(values["gallery 1, templates left out"] == 1 && values["gallery 2, templates left out"] == 0)
    // Probe 13 sought the template that is gone: it is no search without a mate.
    #expect(values["gallery 1, probes left out with their mates"] == 1)
    #expect(values["gallery 1, mated searches"] == 3 && values["gallery 1, non-mated searches"] == 4)
  }

  @Test("lists that contradict themselves are refused with file and line")
  func refusals() throws {
    let (galleries, probes) = try lists()
    func error(_ galleries: [String], _ probes: [String]) -> String {
      do { _ = try IJBSearchList.official(galleries: galleries, probes: probes) } catch { return "\(error)" }
      return "no error"
    }
    let twice = try files.write(Self.header + "1,1,a.jpg,1,1\n2,1,b.jpg,2,1\n", "twice.csv")
    #expect(error([twice], probes).contains("twice.csv:3: has templates 1 and 2 for subject 1"))
    let other = try files.write(Self.header + "1,5,a.jpg,1,1\n", "other.csv")
    #expect(
      error(galleries, [other]).contains("other.csv:2: has subject 5 for template 1, expected subject 1")
    )
    let same = try files.write(Self.header + "20,1,a.jpg,1,1\n1,1,a.jpg,1,1\n", "same.csv")
    #expect(error(galleries, [same]).contains("same.csv:3: has template 1 of \(galleries[0])"))
    let header = try files.write("TEMPLATE_ID,SUBJECT_ID\n1,1\n", "header.csv")
    #expect(error([header], probes).contains("header.csv:1: begins with 'TEMPLATE_ID,SUBJECT_ID'"))
    let none = try files.write(Self.header, "none.csv")
    #expect(error([none], probes).contains("none.csv: has no rows after its header"))
    let word = try files.write(Self.header + "1,one,a.jpg,1,1\n", "word.csv")
    #expect(error([word], probes).contains("word.csv:2: has 'one' for SUBJECT_ID"))
    let message = "has been given twice, expected each file once, as a gallery or as probes"
    #expect(error(galleries, probes + probes) == "\(probes[0]): \(message)")
    #expect(error(galleries, probes + [galleries[1]]) == "\(galleries[1]): \(message)")
    #expect(error([galleries[0], galleries[0]], probes) == "\(galleries[0]): \(message)")
  }
}
