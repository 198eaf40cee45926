internal import Foundation
internal import TestSupport
internal import Testing

/// The command line scores features from files: a table, JSON and a chart.
@Suite("marginalia evaluate")
struct EvaluateTests {
  private let program: Program

  init() throws { program = try Program([:]) }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: program.folder + "/" + name))
  }

  /// Writes a NumPy file of `[row, 2]`.
  private func write(_ name: String, features: [[Float]]) throws {
    let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(features.count), 2), }"
    let header = head + String(repeating: " ", count: 117 - head.count) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(header.utf8)
    for number in features.joined() {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    try data.write(to: URL(fileURLWithPath: program.folder + "/" + name))
  }

  private func writeLFW() throws {
    try write("pairs.txt", "2\t1\nA\t1\t2\nA\t1\tB\t1\nC\t1\t2\nC\t1\tB\t1\n")
    try write("images.txt", "A/A_0001.jpg\nA/A_0002.jpg\nB/B_0001.jpg\nC/C_0001.jpg\nC/C_0002.jpg\n")
    try write("f.npy", features: [[1, 0], [1, 0.05], [-1, 0.2], [0, 1], [0.05, 1]])
  }

  @Test("lfw writes a table, JSON with the digests of its inputs, and a chart")
  func lfw() throws {
    try writeLFW()
    let answer = try program.run(
      "evaluate",
      "lfw",
      "--features",
      "f.npy",
      "--pairs",
      "pairs.txt",
      "--images",
      "images.txt",
      "--json",
      "o.json",
      "--chart",
      "roc.svg"
    )
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("accuracy") && answer.output.contains("pairs"))
    let json = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: program.folder + "/o.json"))
      )
        as? [String: Any]
    )
    #expect((json["inputs"] as? [String: String])?.count == 3)
    let scores = try #require(json["scores"] as? [[String: Any]])
    #expect(scores.first?["name"] as? String == "accuracy" && scores.first?["value"] as? Double == 1)
    let svg = try String(contentsOfFile: program.folder + "/roc.svg", encoding: .utf8)
    #expect(svg.contains("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.contains("class=\"line\""))
    #expect(xmlProblem(in: svg) == nil)
  }

  @Test(
    "a result that cannot be written is an error of status 3, without the usage",
    arguments: ["--json", "--chart", "--yaml"]
  )
  func unwritable(option: String) throws {
    try writeLFW()
    try FileManager.default.createDirectory(
      atPath: program.folder + "/taken",
      withIntermediateDirectories: false
    )
    let answer = try program.run([
      "evaluate", "lfw", "--features", "f.npy", "--pairs", "pairs.txt", "--images", "images.txt", option,
      "taken",
    ])
    #expect(answer.status == 3 && answer.errors.contains("'taken': writing it failed"), "\(answer.errors)")
    #expect(!answer.errors.contains("Usage"), "\(answer.errors)")
  }

  @Test("a missing feature is an error with its line, or left out with a count")
  func missing() throws {
    try writeLFW()
    try write(
      "pairs.txt",
      "2\t2\nA\t1\t2\nA\t1\t9\nA\t1\tB\t1\nA\t2\tB\t1\nC\t1\t2\nC\t2\t3\nC\t1\tB\t1\nC\t2\tB\t1\n"
    )
    let arguments = [
      "evaluate", "lfw", "--features", "f.npy", "--pairs", "pairs.txt", "--images", "images.txt",
    ]
    let refused = try program.run(arguments)
    #expect(
      refused.status != 0 && refused.errors.contains("pairs.txt:3: has 'A/A_0009.jpg'")
    )
    let answer = try program.run(arguments + ["--allow-missing"])
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("pairs left out") && answer.output.firstMatch(of: /left out\s+2\n/) != nil)
  }

  @Test("ijb weighs images by their detector's score")
  func ijb() throws {
    try write("tid.txt", "a 1 1\nb 1 2\nc 2 3\nd 3 4\n")
    try write("label.txt", "1 2 1\n1 3 0\n")
    let five = "1 2 3 4 5 6 7 8 9 10"
    try write("det.txt", "a \(five) 1\nb \(five) 0\nc \(five) 1\nd \(five) 1\n")
    // With equal weights template 1 is nearer to 3 than to 2; by the scores it is 2.
    try write("f.npy", features: [[1, 0], [0, 3], [1, 0.1], [0, 1]])
    let arguments = ["evaluate", "ijb", "--features", "f.npy", "--images", "tid.txt", "--pairs", "label.txt"]
    let plain = try program.run(arguments)
    #expect(
      plain.output.firstMatch(of: /area under the ROC curve\s+0\n/) != nil,
      "\(plain.output)\(plain.errors)"
    )
    let weighed = try program.run(arguments + ["--detections", "det.txt"])
    #expect(weighed.output.firstMatch(of: /area under the ROC curve\s+1\n/) != nil, "\(weighed.errors)")
  }
}
