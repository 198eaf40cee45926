internal import Faces
internal import Testing

@Suite("A list of pairs")
struct PairListTests {
  private let lfw = "2\t1\nAnn\t1\t2\nAnn\t1\tBob Jr\t10\nBob\t3\t4\nCid\t1\tAnn\t7\n"
    .replacing("Bob Jr", with: "Bob")

  @Test("of LFW has folds, first same, then different")
  func lfwPairs() throws {
    let folder = try Folder()
    let list = try PairList.lfw(folder.write(lfw, to: "pairs.txt"))
    #expect(list.foldCount == 2 && list.pairs.count == 4)
    #expect(list.pairs[0].first == "Ann/Ann_0001.jpg" && list.pairs[0].second == "Ann/Ann_0002.jpg")
    #expect(list.pairs[1].second == "Bob/Bob_0010.jpg")
    #expect(list.pairs.map(\.isSame) == [true, false, true, false])
    #expect(list.pairs.map(\.fold) == [0, 0, 1, 1])
    #expect(list.pairs.map(\.line) == [2, 3, 4, 5])
    #expect(list.members.count == 7)
    let windows = try PairList.lfw(folder.write(lfw.replacing("\n", with: "\r\n"), to: "w.txt"))
    #expect(windows == list)
  }

  @Test(
    "of LFW that is wrong names the line",
    arguments: [
      ("2\t1", "10 300 1", DataError.Problem.header(found: "10 300 1", expected: ""), 1 as Int?),
      ("Ann\t1\t2", "Ann\t1", .columns(found: 2, expected: ""), 2),
      ("Ann\t1\t2", "Ann\t1\tx", .notANumber("x", column: ""), 2),
      ("Ann\t1\t2", "Ann\t-1\t2", .value("-1", column: "", expected: ""), 2),
      ("Ann\t1\tBob\t10", "Ann\t1\t3", .columns(found: 3, expected: ""), 3),
      ("Cid\t1\tAnn\t7", "Cid\t1\tCid\t7", .pairKind(expected: ""), 5),
      ("Cid\t1\tAnn\t7", "Bob\t10\tAnn\t1", .duplicate("", firstLine: 3), 5),
      ("Cid\t1\tAnn\t7\n", "", .lineCount(found: 4, expected: ""), nil),
    ]
  )
  func lfwErrors(part: String, wrong: String, problem: DataError.Problem, line: Int?) throws {
    let folder = try Folder()
    let path = try folder.write(lfw.replacing(part, with: wrong), to: "pairs.txt")
    let error = dataError { _ = try PairList.lfw(path) }
    #expect(error?.file == path && error?.line == line)
    #expect(error.map { kind($0.problem) } == kind(problem), "\(String(describing: error))")
    #expect(error?.description.hasPrefix(line.map { "\(path):\($0): " } ?? "\(path): ") == true)
  }

  @Test("of SLLFW takes two lines a pair")
  func sllfw() throws {
    let folder = try Folder()
    let text =
      "A/A_0001.jpg\nA/A_0002.jpg\nA/A_0001.jpg\nB/B_0001.jpg\nC/C_0001.jpg\nC/C_0002.jpg\nC/C_0001.jpg\nD/D_0001.jpg\n"
    let list = try PairList.sllfw(folder.write(text, to: "p.txt"), foldCount: 2)
    #expect(list.pairs.map(\.isSame) == [true, false, true, false])
    #expect(list.pairs.map(\.fold) == [0, 0, 1, 1])
    #expect(list.pairs[3].line == 7)
    let rooted = text.split(separator: "\n").map { "/data/lfw/\($0)" }.joined(separator: "\n")
    #expect(try PairList.sllfw(folder.write(rooted, to: "r.txt"), foldCount: 2) == list)
    let kind = try folder.write(text.replacing("A_0002.jpg\nA/", with: "A_0002.jpg\nB/"), to: "k.txt")
    #expect(dataError { _ = try PairList.sllfw(kind, foldCount: 2) }?.line == 3)
    let short = try folder.write(text + "E/E_0001.jpg\n", to: "s.txt")
    #expect(dataError { _ = try PairList.sllfw(short, foldCount: 2) }?.line == nil)
    let bare = try folder.write(text.replacing("C/C_0002.jpg", with: "C_0002.jpg"), to: "b.txt")
    #expect(dataError { _ = try PairList.sllfw(bare, foldCount: 2) }?.line == 6)
  }

  @Test(
    "of YTF reads every form that goes round",
    arguments: [
      "split number, pair number, first name, second name, is same\n1, 1, A/0, A/1, 1\n1, 2, A/0, B/2, 0\n2, 1, C/1, D/0, 0\n",
      "split number, pair number, first name, second name, is same, x\n1, 1, A/0, A/1, 1, 9\n1, 2, A/0, B/2, 0, 9\n2, 1, C/1, D/0, 0, 9\n",
      "1 A/0 A/1 1\n1 A/0 B/2 0\n2 C/1 D/0 0\n",
      "1,1,\"A/0\",\"A/1\",\"1\"\n1,2,\"A/0\",\"B/2\",0\n2,1,\"C/1\",\"D/0\",0\n",
      "1 1 A/0 A/1 1\n1 2 A/0 B/2 0\n2 3 C/1 D/0 0\n",
      "\n\n1;1;A/0;A/1;1\n1;2;A/0;B/2;0\n2;1;C/1;D/0;0\n",
      ",split,pair,first,second,same\n0,1,1,A/0,A/1,1\n1,1,2,A/0,B/2,0\n2,2,1,C/1,D/0,0\n",
      "1,1,A\\0,A\\1,1,\n1,2,A\\0,B\\2,0,\n2,1,C\\1,D\\0,0,\n",
    ]
  )
  func ytf(text: String) throws {
    let folder = try Folder()
    let list = try PairList.ytf(folder.write(text, to: "splits.txt"))
    #expect(list.pairs.map(\.first) == ["A/0", "A/0", "C/1"])
    #expect(list.pairs.map(\.second) == ["A/1", "B/2", "D/0"])
    #expect(list.pairs.map(\.isSame) == [true, false, false])
    #expect(list.pairs.map(\.fold) == [0, 0, 1])
  }

  @Test(
    "of YTF that is wrong names the line",
    arguments: [
      ("1 A/0 A/1 1\n3 A/0 B/2 0\n", 2), ("2 A/0 A/1 1\n", 1), ("1 A/0 A/1 2\n", 1), ("1 A/0 1\n", 1),
      ("1 A/0 A/1 1\n1 A/1 A/0 1\n", 2), ("0 A/0 A/1 1\n", 1), ("h, p, f, s, i\n1, 1, A/0, A/1, yes\n", 2),
      ("1 A/0 A/1 1\n\n1 A/0 B/1 0\n", 2), ("\n\n1 A/0 A/1 1\n1 A/0 B/1 x\n", 4),
      (",s,p,a,b,i\nx,1,1,A/0,A/1,1\n", 2), ("1,\"A/0,A/1,1\n", 1),
    ]
  )
  func ytfErrors(text: String, line: Int) throws {
    let folder = try Folder()
    let path = try folder.write(text, to: "splits.txt")
    #expect(dataError { _ = try PairList.ytf(path) }?.line == line)
  }

  @Test("that is empty is refused")
  func empty() throws {
    let folder = try Folder()
    let path = try folder.write("", to: "e.txt")
    for read in [{ try PairList.lfw($0) }, { try PairList.ytf($0) }, { try PairList.sllfw($0) }]
      as [(String) throws -> PairList]
    {
      guard case .lineCount = dataError({ _ = try read(path) })?.problem else {
        Issue.record("an empty list was read")
        continue
      }
    }
  }
}

/// The name of a problem's case.
func kind(_ problem: DataError.Problem) -> String {
  String(describing: problem).prefix { $0 != "(" }.description
}
