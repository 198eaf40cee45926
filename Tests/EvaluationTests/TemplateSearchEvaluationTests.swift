internal import Evaluation
internal import Faces
internal import Tensors
internal import Testing

@Suite("Templates searched in galleries, from files")
struct TemplateSearchEvaluationTests {
  private let files: Files

  init() throws { files = try Files() }

  private static let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n"

  private func write() throws -> (galleries: [String], probes: String, features: String) {
    var random = SeededGenerator(seed: 1)
    let own = (0..<6).map { _ in (0..<8).map { _ in Float(random.normal()) } }
    var rows: [[Float]] = []
    func line(_ template: Int, _ subject: Int) -> String {
      // So little noise that every probe is nearest to its own subject.
      rows.append(own[subject].map { $0 + 0.05 * Float(random.normal()) })
      return "\(template),\(subject),img/\(rows.count).jpg,\(rows.count),1\n"
    }
    let first = try files.write(Self.header + (0..<3).map { line($0, $0) }.joined(), "g1.csv")
    let second = try files.write(Self.header + (3..<6).map { line($0, $0) }.joined(), "g2.csv")
    let probes = try files.write(Self.header + (0..<12).map { line(10 + $0, $0 % 6) }.joined(), "p.csv")
    return ([first, second], probes, try files.write(rows, "f.npy"))
  }

  @Test("have the mean rates of the galleries, and each gallery's")
  func rates() throws {
    let (galleries, probes, features) = try write()
    let list = try SearchList(galleries: galleries, probes: [probes])
    #expect(list.images.count == 18 && list.galleries.map(\.count) == [3, 3] && list.probes.count == 12)
    let sheet = try TemplateSearchEvaluation(
      list: list,
      listPaths: galleries + [probes],
      rules: TemplateRules()
    ).sheet(features: features)
    let values = Dictionary(sheet.scores.map { ($0.name, $0.value) }) { first, _ in first }
    #expect(values["rank-1 rate"] == 1 && values["gallery 2, mated searches"] == 6)
    #expect(values["gallery 1, non-mated searches"] == 6)
    #expect(
      values["true positive identification rate at false positive identification rate 0.1"] != nil
    )
    #expect(sheet.inputs.count == 4)
  }

  @Test("refuse lists that contradict themselves, with their line")
  func refusals() throws {
    let (galleries, probes, _) = try write()
    let twice = try files.write(Self.header + "1,1,a.jpg,1,1\n2,1,b.jpg,2,1\n", "twice.csv")
    #expect(throws: DataError.self) { try SearchList(galleries: [twice], probes: [probes]) }
    let other = try files.write(Self.header + "0,5,a.jpg,1,1\n", "other.csv")
    let error = #expect(throws: DataError.self) { try SearchList(galleries: galleries, probes: [other]) }
    #expect(error?.line == 2)
    let header = try files.write("TEMPLATE_ID,SUBJECT_ID\n1,1\n", "header.csv")
    #expect(throws: DataError.self) { try SearchList(galleries: galleries, probes: [header]) }
  }
}
