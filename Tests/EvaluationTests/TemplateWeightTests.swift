internal import Benchmarks
internal import Evaluation
internal import Faces
internal import Testing

@Suite("Templates without a direction")
struct TemplateWeightTests {
  private let files: Files

  init() throws { files = try Files() }

  private func message(_ scores: [String], _ rows: [[Float]]) throws -> String {
    let images = try files.write("a 10 1\nb 10 2\nc 20 3\nd 30 4\n", "i.txt")
    let pairs = try files.write("10 20 1\n10 30 0\n", "p.txt")
    let five = "1 2 3 4 5 6 7 8 9 10"
    let lines = zip(["a", "b", "c", "d"], scores).map { "\($0) \(five) \($1)\n" }.joined()
    var rules = TemplateRules()
    rules.detections = try files.write(lines, "det.txt")
    let list = try IJBList.insightFace(images: images, pairs: pairs)
    let evaluation = TemplateEvaluation(
      list: list,
      listPaths: [images, pairs],
      rules: rules,
      leftOutPairs: 0
    )
    do { return try "\(evaluation.sheet(features: files.write(rows, "f.npy")).scores.count)" } catch {
      return "\(error)"
    }
  }

  @Test("by detector scores of 0 are named with the file of the scores; one score above 0 is enough")
  func scores() throws {
    let rows: [[Float]] = [[1, 0], [0, 1], [1, 1], [2, 1]]
    #expect(try Int(message(["1", "0", "1", "1"], rows)) != nil)
    for zero in ["0", "-0.0"] {
      let found = try message(["1", "1", zero, "1"], rows)
      #expect(
        found.hasPrefix(
          "\(files.folder)/det.txt: has the score 0 for every image of template 20, the first of them 'c', expected a score above 0"
        ),
        "\(found)"
      )
    }
  }

  @Test("whose features cancel out are named by their id, with the file of the features")
  func cancelled() throws {
    let found = try message(["1", "1", "1", "1"], [[1, 2], [-1, -2], [1, 1], [2, 1]])
    #expect(
      found.hasPrefix("\(files.folder)/f.npy: the features of the images of template 10 sum to zero"),
      "\(found)"
    )
  }
}
