internal import Faces
internal import Foundation
internal import Testing

@Suite("Lists of pairs in other forms")
struct PairFormsTests {
  @Test("plain lists have the label last or first, between tabs, commas or spaces")
  func plain() throws {
    let folder = try Folder()
    let texts = [
      "a/1.jpg a/2.jpg 1\na/1.jpg b/1.jpg 0\nb/1.jpg b/2.jpg 1\nb/1.jpg c/1.jpg 0\n",
      "1\ta/1.jpg\ta/2.jpg\n0\ta/1.jpg\tb/1.jpg\n1\tb/1.jpg\tb/2.jpg\n0\tb/1.jpg\tc/1.jpg\n",
      "a/1.jpg, a/2.jpg, 1\na/1.jpg, b/1.jpg, -1\nb/1.jpg, b/2.jpg, 1\nb/1.jpg, c/1.jpg, -1\n",
      "a/1.jpg;a/2.jpg;True\na/1.jpg;b/1.jpg;False\nb/1.jpg;b/2.jpg;true\nb/1.jpg;c/1.jpg;false\n",
      "image1,image2,label\n\"a/1.jpg\",\"a/2.jpg\",1\na/1.jpg,b/1.jpg,0\nb/1.jpg,b/2.jpg,1\nb/1.jpg,c/1.jpg,0\n",
      "# by hand\na/1.jpg a/2.jpg 1.0\na/1.jpg b/1.jpg 0.0\n# more\nb/1.jpg b/2.jpg 1.0\nb/1.jpg c/1.jpg 0.0\n",
      "first,second,target\na/1.jpg,a/2.jpg,yes\na/1.jpg,b/1.jpg,no\nb/1.jpg,b/2.jpg,Yes\nb/1.jpg,c/1.jpg,No\n",
    ]
    for text in texts {
      let list = try PairList.labelled(folder.write(text, to: "p.txt"), foldCount: 2)
      #expect(list.pairs.map(\.first) == ["a/1.jpg", "a/1.jpg", "b/1.jpg", "b/1.jpg"])
      #expect(list.pairs.map(\.second) == ["a/2.jpg", "b/1.jpg", "b/2.jpg", "c/1.jpg"])
      #expect(list.pairs.map(\.isSame) == [true, false, true, false])
      #expect(list.pairs.map(\.fold) == [0, 0, 1, 1])
    }
    let bad = try folder.write("a b 1\na c 2\n", to: "bad.txt")
    #expect(dataError { _ = try PairList.labelled(bad, foldCount: 2) }?.line == 2)
    let headed = try folder.write("image1,image2,label\na,b,1\nc,d,maybe\n", to: "headed.txt")
    let wrong = dataError { _ = try PairList.labelled(headed, foldCount: 2) }
    #expect(wrong?.line == 3 && wrong?.description.contains("'maybe' for the label") == true)
    let twice = try folder.write("a b 1\nb a 1\nc d 0\n", to: "twice.txt")
    #expect(dataError { _ = try PairList.labelled(twice, foldCount: 2) }?.line == 2)
    let short = try folder.write("a b 1\n", to: "short.txt")
    #expect(dataError { _ = try PairList.labelled(short, foldCount: 2) } != nil)
  }

  @Test("where all pairs of one person come first, each fold has its share of both kinds")
  func folds() throws {
    let folder = try Folder()
    let lines = (0..<40).map { $0 < 20 ? "s\($0)/1 s\($0)/2 1" : "d\($0)/1 e\($0)/1 0" }
    let list = try PairList.labelled(folder.write(lines.joined(separator: "\n"), to: "p.txt"))
    for fold in 0..<10 {
      let pairs = list.pairs.filter { $0.fold == fold }
      #expect(pairs.count { $0.isSame } == 2 && pairs.count { !$0.isSame } == 2)
    }
  }

  @Test("CALFW and CPLFW have an image and a label a line, checked against the names")
  func crossLFW() throws {
    let folder = try Folder()
    let text = """
      A_B_0001.jpg 1
      A_B_0002.jpg 1
      A_B_0001.jpg 0
      C_0001.jpg 0
      C_0001.jpg 2
      C_0002.jpg 2
      C_0002.jpg 0
      A_B_0002.jpg 0
      """
    let list = try PairList.crossLFW(folder.write(text, to: "p.txt"), foldCount: 2)
    #expect(list.pairs.map(\.isSame) == [true, false, true, false])
    #expect(list.pairs[0].first == "A_B/A_B_0001.jpg" && list.pairs[0].second == "A_B/A_B_0002.jpg")
    #expect(list.pairs.map(\.fold) == [0, 0, 1, 1])
    let wrong = try folder.write(
      text.replacing("C_0002.jpg 2", with: "D_0002.jpg 2"),
      to: "wrong.txt"
    )
    #expect(dataError { _ = try PairList.crossLFW(wrong, foldCount: 2) }?.line == 5)
  }

  @Test("CFP's folds are files of image numbers")
  func cfp() throws {
    let folder = try Folder()
    try folder.write(
      (1...20).map { "\($0) ../Data/Images/\($0 + 100)/frontal/01.jpg\n" }.joined(),
      to: "Pair_list_F.txt"
    )
    try folder.write(
      (1...20).map { "\($0) ../Data/Images/\($0 + 100)/profile/01.jpg\n" }.joined(),
      to: "Pair_list_P.txt"
    )
    for fold in 1...10 {
      let number = fold < 10 ? "0\(fold)" : "\(fold)"
      try folder.write("\(fold),\(fold)\n", to: "Split/FP/\(number)/same.txt")
      try folder.write("\(fold),\(fold + 10)\n\(fold + 10),\(fold)\n", to: "Split/FP/\(number)/diff.txt")
    }
    let list = try PairList.cfp(folder.path)
    #expect(list.foldCount == 10 && list.pairs.count == 30)
    #expect(list.pairs[0].first == "101/frontal/01.jpg" && list.pairs[0].second == "101/profile/01.jpg")
    #expect(list.pairs[1].second == "111/profile/01.jpg" && !list.pairs[1].isSame)
    try folder.write("1,33\n", to: "Split/FP/04/same.txt")
    #expect(dataError { _ = try PairList.cfp(folder.path) }?.file.hasSuffix("04/same.txt") == true)
  }

  @Test("LFW's view 1 is a training and a test part")
  func view1() throws {
    let folder = try Folder()
    let train = try folder.write("1\nA\t1\t2\nA\t1\tB\t1\n", to: "train.txt")
    let test = try folder.write("1\nC\t1\t2\nC\t1\tD\t1\n", to: "test.txt")
    let list = try PairList.lfwView1(train: [train], test: [test])
    #expect(list.pairs.map(\.fold) == [0, 0, 1, 1])
    #expect(list.pairs[3].second == "D/D_0001.jpg")
    let header = try folder.write("1 1\nA\t1\t2\nA\t1\tB\t1\n", to: "header.txt")
    #expect(dataError { _ = try PairList.lfwView1(train: [header], test: [test]) }?.line == 1)
  }

  /// `pickle.dumps(([b'\x01\xff', b'ab'], [True]), protocol)`, as Python 3 writes it.
  private static let pickles: [[UInt8]] = [
    [
      0x80, 3, 0x5D, 0x71, 0, 0x28, 0x43, 2, 1, 0xFF, 0x71, 1, 0x43, 2, 0x61, 0x62, 0x71, 2, 0x65, 0x5D, 0x71,
      3, 0x88,
      0x61, 0x86, 0x71, 4, 0x2E,
    ],
    [
      0x80, 2, 0x5D, 0x28, 0x63,
    ] + Array("_codecs\nencode\n".utf8) + [
      0x71, 1, 0x58, 3, 0, 0, 0, 1, 0xC3, 0xBF, 0x58, 6, 0, 0,
      0,
    ] + Array("latin1".utf8) + [
      0x71, 2, 0x86, 0x52, 0x68, 1, 0x58, 2, 0, 0, 0, 0x61, 0x62, 0x68, 2, 0x86, 0x52, 0x65, 0x5D,
      0x88, 0x61, 0x86, 0x2E,
    ],
  ]

  @Test("InsightFace's .bin is read as data", arguments: 0..<2)
  func insightFace(index: Int) throws {
    let folder = try Folder()
    let path = try folder.write(Self.pickles[index], to: "a.bin")
    let pairs = try InsightFacePairs(path)
    #expect(pairs.isSame == [true])
    #expect(Array(pairs.picture(0)) == [1, 0xFF] && Array(pairs.picture(1)) == [0x61, 0x62])
    #expect(dataError { _ = try pairs.list(path) } != nil)
    for length in 0..<Self.pickles[index].count {
      let cut = try folder.write(Array(Self.pickles[index].prefix(length)), to: "cut.bin")
      #expect(dataError { _ = try InsightFacePairs(cut) } != nil)
    }
  }

  @Test("a .bin that asks for a program is refused, and nothing runs")
  func program() throws {
    let folder = try Folder()
    let witness = folder.path + "/ran"
    let text = "cos\nsystem\n(S'touch \(witness)'\ntR."
    let path = try folder.write(text, to: "evil.bin")
    #expect(dataError { _ = try InsightFacePairs(path) } != nil)
    let call = Array("cos\nsystem\n".utf8) + [0x58, 1, 0, 0, 0, 0x61, 0x85, 0x52, 0x2E]
    let error = dataError { _ = try InsightFacePairs(folder.write(call, to: "call.bin")) }
    #expect("\(try #require(error))".contains("'os.system', which is not executed"))
    #expect(!FileManager.default.fileExists(atPath: witness))
  }
}
