internal import Faces
internal import Foundation
internal import Testing

@Suite("Pairs that stand twice")
struct RepeatedPairTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func writeCFP() throws {
    for (list, kind) in [("F", "frontal"), ("P", "profile")] {
      let lines = (1...20).map { "\($0) ../Data/Images/\($0)/\(kind)/01.jpg\n" }
      try folder.write(lines.joined(), to: "Pair_list_\(list).txt")
    }
    for fold in 1...10 {
      let number = fold < 10 ? "0\(fold)" : "\(fold)"
      let (a, b) = (2 * fold - 1, 2 * fold)
      try folder.write("\(a),\(a)\n\(b),\(b)\n", to: "Split/FP/\(number)/same.txt")
      try folder.write("\(a),\(b)\n", to: "Split/FP/\(number)/diff.txt")
    }
  }

  private func error(_ body: () throws -> Void) -> String { dataError(body)?.description ?? "none" }

  @Test("in CFP are refused with both files and lines between two folds, and counted within a file")
  func cfp() throws {
    try writeCFP()
    let whole = try PairList.cfp(folder.path)
    #expect(whole.pairs.count == 30 && whole.repeats == nil)
    let (first, second) = (folder.path + "/Split/FP/01/same.txt", folder.path + "/Split/FP/02/same.txt")
    let what = "'1/frontal/01.jpg 1/profile/01.jpg'"
    try folder.write("3,3\n1,1\n", to: "Split/FP/02/same.txt")
    #expect(error { _ = try PairList.cfp(folder.path) } == "\(second):2: repeats \(what) of \(first):1")
    try folder.write("3,3\n4,4\n3,3\n3,3\n", to: "Split/FP/02/same.txt")
    let list = try PairList.cfp(folder.path)
    #expect(list.pairs.count == 32)
    #expect(list.pairs.count { $0.first == "3/frontal/01.jpg" && $0.isSame } == 3)
    #expect(list.repeats == RepeatedPairs(count: 2, pairCount: 32, file: second, line: 3, firstLine: 1))
  }

  @Test("in CFP, as all pairs, know their file: an image that is missing is named with it")
  func places() throws {
    try writeCFP()
    let list = try PairList.cfp(folder.path)
    let place = "\(folder.path)/Split/FP/03/diff.txt:1: "
    let missing = error {
      _ = try list.present(file: "x", missing: nil) { $0 != "6/profile/01.jpg" }
    }
    // The pair of one person comes first.
    #expect(missing.hasPrefix("\(folder.path)/Split/FP/03/same.txt:2: names '6/profile/01.jpg'"))
    let names =
      list.members.filter { $0 != "5/frontal/01.jpg" } + ["x/5/frontal/01.jpg", "y/5/frontal/01.png"]
    let ambiguous = error { _ = try list.renamed(to: names, file: "x") }
    #expect(
      ambiguous.hasPrefix("\(folder.path)/Split/FP/03/same.txt:1: names '5/frontal/01.jpg', which may be")
    )
    #expect(list.pairs.last { $0.fold == 2 }.map { "\($0.file ?? ""):\($0.line): " } == place)
  }

  @Test("in both parts of LFW's view 1 are refused: the test part would not be new")
  func view1() throws {
    let train = try folder.write("1\nA\t1\t2\nA\t1\tB\t1\n", to: "train.txt")
    let test = try folder.write("1\nC\t1\t2\nB\t1\tA\t1\n", to: "test.txt")
    #expect(
      error { _ = try PairList.lfwView1(train: [train], test: [test]) }
        == "\(test):3: repeats 'B/B_0001.jpg A/A_0001.jpg' of \(train):3"
    )
    #expect(
      error { _ = try PairList.lfwView1(train: [train], test: [train]) }
        == "\(train): has been given twice, expected each file once, in one part"
    )
    let within = try folder.write("2\nA\t1\t2\nA\t2\t1\nA\t1\tB\t1\nA\t1\tB\t2\n", to: "within.txt")
    #expect(
      error { _ = try PairList.lfwView1(train: [within], test: [test]) }
        == "\(within):3: repeats 'A/A_0002.jpg A/A_0001.jpg' of line 2"
    )
  }

  @Test(
    "in IJB's lists are counted as often as they stand there, either way round, with the lines of the first",
    arguments: [
      ("1 2 1\n1 3 0\n2 3 0\n1 2 1\n", 1, 4, 1),
      ("1 3 0\n1 2 1\n2 1 1\n1 3 0\n1 3 0\n", 3, 3, 2),
      ("3 2 0\n3 3 1\n2 2 1\n3 3 1\n2 3 0\n", 2, 4, 2),
      ("a,b,label\n2,3,0\n3,2,0\n", 1, 3, 2),
      ("1 2 1\n3 3 1\n1 1 0\n", 0, 0, 0),
    ]
  )
  func templates(text: String, count: Int, line: Int, firstLine: Int) throws {
    let images = try folder.write("a 1 1\nb 2 2\nc 3 3\n", to: "i.txt")
    let path = try folder.write(text, to: "p.txt")
    let list = try IJBList.insightFace(images: images, pairs: path)
    let rows = text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "," }.compactMap { Int($0) } }
    #expect(list.pairs.map { [$0.first, $0.second, $0.isSame ? 1 : 0] } == rows.filter { !$0.isEmpty })
    let found = RepeatedPairs(
      count: count,
      pairCount: list.pairs.count,
      file: path,
      line: line,
      firstLine: firstLine
    )
    #expect(list.repeats == (count == 0 ? nil : found))
  }

  @Test(
    "in IJB's lists with both labels are refused with both lines, either way round",
    arguments: [
      ("1 2 1\n3 1 0\n1 3 1\n", "3: has the label 1 for '1 3', expected 0 as line 2 has"),
      ("1 2 1\n2 1 1\n2 3 0\n2 1 0\n", "4: has the label 0 for '2 1', expected 1 as line 1 has"),
      ("3 3 1\n1 2 0\n3 3 0\n", "3: has the label 0 for '3 3', expected 1 as line 1 has"),
      ("1 2 0\n1 2 0\n3 1 0\n1 3 1\n", "4: has the label 1 for '1 3', expected 0 as line 3 has"),
    ]
  )
  func labels(text: String, message: String) throws {
    let images = try folder.write("a 1 1\nb 2 2\nc 3 3\n", to: "i.txt")
    let path = try folder.write(text, to: "p.txt")
    let found = error { _ = try IJBList.insightFace(images: images, pairs: path) }
    #expect(found.hasPrefix("\(path):\(message)"), "\(found)")
  }

  @Test("whose templates have no image are left out, and not counted")
  func missing() throws {
    let images = try folder.write("a 1 1\nb 2 2\n", to: "i.txt")
    let path = try folder.write("1 9 0\n1 2 1\n1 9 0\n2 1 1\n", to: "p.txt")
    let missing = MissingTally()
    let list = try IJBList.insightFace(images: images, pairs: path, missing: missing)
    #expect(missing.count == 2)
    #expect(list.repeats == RepeatedPairs(count: 1, pairCount: 2, file: path, line: 4, firstLine: 2))
  }

  @Test("in the official matches of IJB are counted; a file of images that is given twice is refused")
  func official() throws {
    let images = try folder.write("TEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n1,7,a,3\n2,8,b,4\n", to: "i.csv")
    let matches = try folder.write("1,2\n2,1\n", to: "m.csv")
    let list = try IJBList.official(images: [images], matches: matches)
    #expect(list.pairs.count == 2)
    #expect(list.repeats == RepeatedPairs(count: 1, pairCount: 2, file: matches, line: 2, firstLine: 1))
    let link = folder.path + "/link.csv"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: images)
    #expect(
      error { _ = try IJBList.official(images: [images, link], matches: matches) }
        == "\(link): has been given twice, expected each file of images once"
    )
  }

  @Test("among thousands are found, and none where there is none")
  func thousands() throws {
    let images = try folder.write((0..<120).map { "a\($0) \(7 * $0) \($0)\n" }.joined(), to: "i.txt")
    let pairs: [String] = (0..<120).flatMap { (a: Int) -> [String] in
      (a + 1..<120).map { "\(7 * $0) \(7 * a) 0\n" }
    }
    let whole = try folder.write(pairs.joined(), to: "p.txt")
    let once = try IJBList.insightFace(images: images, pairs: whole)
    #expect(once.pairs.count == 7140 && once.repeats == nil)
    let twice = try folder.write(pairs.joined() + "700 637 0\n", to: "t.txt")
    let repeats = try IJBList.insightFace(images: images, pairs: twice).repeats
    // Pairs of the template 637, the 92nd, begin after those of 91 others: 119, 118, … of them.
    let first = 1 + (29...119).reduce(0, +) + 8
    #expect(
      repeats == RepeatedPairs(count: 1, pairCount: 7141, file: twice, line: 7141, firstLine: first)
    )
  }

  @Test("in a list of rows' names are one image, however spelled")
  func names() throws {
    let path = try folder.write("A/1.jpg\nB/1.jpg\n./A//1.jpg\n", to: "n.txt")
    #expect(
      dataError { _ = try NameList.readUnique(path) }
        == DataError(.duplicate("./A//1.jpg", firstLine: 1), file: path, line: 3)
    )
  }
}
