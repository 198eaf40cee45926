internal import Faces
internal import Testing

@Suite("Lists as Excel and Kaggle have them")
struct SpreadsheetListTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test(
    "may begin with the line that names their separator",
    arguments: ["sep=;", "SEP=;", "\"sep=;\"", "\u{FEFF}sep=;"]
  )
  func separator(line: String) throws {
    // Commas would divide these lines into three fields, too.
    let text = "\(line)\r\nA,1.jpg;A,2.jpg;1\r\nA,1.jpg;B,2.jpg;0\r\n"
    let list = try PairList.labelled(folder.write(text, to: "pairs.csv"), foldCount: 2)
    #expect(list.members == ["A,1.jpg", "A,2.jpg", "B,2.jpg"])
    #expect(list.pairs.map(\.line) == [2, 3] && list.pairs.map(\.isSame) == [true, false])
    let wrong = try folder.write(text + "C.jpg;D.jpg\r\n", to: "wrong.csv")
    #expect(
      dataError { _ = try PairList.labelled(wrong, foldCount: 2) }?.description
        == "\(wrong):4: has 2 fields, expected 3: image, image, label"
    )
  }

  @Test("may name any separator that is read, and no other")
  func separators() throws {
    for (name, byte) in [("sep=,", ","), ("sep=\t", "\t"), ("sep= ", " ")] {
      let text = "\(name)\na.jpg \(byte)b.jpg\(byte)1\nc.jpg\(byte)d.jpg\(byte)0\n"
      let list = try PairList.labelled(folder.write(text, to: "p.csv"), foldCount: 2)
      #expect(list.members == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"])
    }
    for name in ["sep=|", "sep="] {
      let path = try folder.write("\(name)\na|b|1\n", to: "p.csv")
      #expect(
        dataError { _ = try PairList.labelled(path) }?.description
          == "\(path):1: has the separator '\(name.dropFirst(4))' (\(name)), expected a comma, a semicolon, a tab or a "
          + "space: save it with one of them"
      )
    }
    // A longer line is a name.
    #expect(try NameList.read(folder.write("sep=1.jpg\nb.jpg\n", to: "n.txt")) == ["sep=1.jpg", "b.jpg"])
  }

  @Test("of every kind may begin with that line, in UTF-16 as well")
  func kinds() throws {
    let table = "sep=;\nTEMPLATE_ID;SUBJECT_ID;FILENAME;SIGHTING_ID\n1;7;a,b,c,d.jpg;3\n2;8;c.jpg;4\n"
    let matches = "sep=;\n\nfirst;second\n1;2\n2;9\n"
    let images = try folder.write([0xFF, 0xFE] + table.utf16.flatMap { [UInt8($0), 0] }, to: "i.csv")
    let path = try folder.write(matches, to: "m.csv")
    #expect(dataError { _ = try IJBList.official(images: [images], matches: path) }?.line == 5)
    let missing = MissingTally()
    let list = try IJBList.official(images: [images], matches: path, missing: missing)
    #expect(list.images.map(\.path) == ["a,b,c,d.jpg", "c.jpg"] && missing.count == 1)
    #expect(Array(list.pairs) == [.init(first: 1, second: 2, isSame: false)])
    let lfw = "sep=,\n1,1\nAnn,1,2,\nAnn,1,Bob,3\n"
    #expect(try PairList.lfw(folder.write(lfw, to: "l.csv")).pairs[1].second == "Bob/Bob_0003.jpg")
    let videos = "sep=;\nsplit;pair;first;second;same\n1;1;A, B/0;A, B/1;1\n1;2;A, B/0;C/2;0\n"
    #expect(try PairList.ytf(folder.write(videos, to: "y.csv")).members == ["A, B/0", "A, B/1", "C/2"])
    #expect(try NameList.read(folder.write("sep=;\na.jpg\n", to: "n.csv")) == ["a.jpg"])
  }

  /// Ten folds of `count` pairs of each kind, as Kaggle's `pairs.csv`.
  private func kaggle(_ count: Int) -> [String] {
    ["name,imagenum1,imagenum2,"]
      + (0..<10).flatMap { fold in
        (0..<count).map { "Ann_\(fold)_\($0),1,\($0 + 2)," }
          + (0..<count).map { "Ann_\(fold)_\($0),1,Bob_\(fold),\($0 + 2)" }
      }
  }

  @Test("of LFW under the names of columns are those of pairs.txt, fold by fold")
  func lfw() throws {
    let lines = kaggle(3)
    let csv = try folder.write(lines.joined(separator: "\r\n") + "\r\n", to: "pairs.csv")
    let text = ["10\t3"] + lines.dropFirst().map { $0.split(separator: ",").joined(separator: "\t") }
    let published = try folder.write(text.joined(separator: "\n") + "\n", to: "pairs.txt")
    let list = try PairList.lfw(csv)
    #expect(try PairList.lfw(published) == list)
    #expect(list.foldCount == 10 && list.pairs.count == 60 && list.pairs[59].line == 61)
    #expect(list.pairs[0].first == "Ann_0_0/Ann_0_0_0001.jpg" && list.pairs[0].isSame)
    #expect(list.pairs[59].second == "Bob_9/Bob_9_0004.jpg" && !list.pairs[59].isSame)
    #expect(PairList.beginsAsLFW(csv))
    #expect(try !PairList.beginsAsLFW(folder.write("name,label\n", to: "other.csv")))
  }

  @Test("of LFW with other lines than their folds have are errors with their line")
  func wrongFolds() throws {
    var lines = kaggle(2)
    lines.swapAt(2, 3)
    let order = try folder.write(lines.joined(separator: "\n"), to: "order.csv")
    #expect(
      dataError { _ = try PairList.lfw(order) }?.description
        == "\(order):3: has 4 fields, expected 3: name, number, number"
    )
    let short = try folder.write(kaggle(2).dropLast().joined(separator: "\n"), to: "short.csv")
    #expect(
      dataError { _ = try PairList.lfw(short) }?.problem
        == .lineCount(
          found: 39,
          expected: "a multiple of 20 after the names of its columns: ten folds, pairs of both kinds in each"
        )
    )
    let same = try folder.write("name,imagenum1,imagenum2\nA,1,2\nB,1,2\n", to: "matchpairsDevTest.csv")
    let message = dataError { _ = try PairList.lfw(same) }?.description
    #expect(message?.contains("pairs of one person only") == true && message?.contains("view 1") == true)
    let empty = try folder.write("name,imagenum1,imagenum2,\n", to: "empty.csv")
    #expect(dataError { _ = try PairList.lfw(empty) }.map { $0.description.contains("has 0 lines") } == true)
  }

  @Test("of LFW's view 1 are two a part, that of one person first")
  func view1() throws {
    let same = try folder.write("name,imagenum1,imagenum2\nA,1,2\nB,3,14\n", to: "match.csv")
    let other = try folder.write("name,imagenum1,name.1,imagenum2\nA,1,B,3\n", to: "mismatch.csv")
    let tests = [
      try folder.write("name,imagenum1,imagenum2\nC,1,2\nD,3,14\n", to: "testmatch.csv"),
      try folder.write("name,imagenum1,name.1,imagenum2\nC,1,D,3\n", to: "testmismatch.csv"),
    ]
    let list = try PairList.lfwView1(train: [same, other], test: tests)
    #expect(list.pairs.map(\.fold) == [0, 0, 0, 1, 1, 1])
    #expect(list.pairs.map(\.isSame) == [true, true, false, true, true, false])
    let named = try folder.write("name1,imagenum1,name2,imagenum2\nA,1,B,3\n", to: "named.csv")
    let again = try PairList.lfwView1(train: [same, named], test: tests)
    #expect(again.pairs.map { [$0.first, $0.second] } == list.pairs.map { [$0.first, $0.second] })
    #expect(list.pairs.map(\.file) == [same, same, other, tests[0], tests[0], tests[1]])
    #expect(list.pairs[1].second == "B/B_0014.jpg" && list.pairs[2].second == "B/B_0003.jpg")
    let turned = dataError { _ = try PairList.lfwView1(train: [other, same], test: tests) }
    #expect(turned?.file == other && turned?.line == 1)
    #expect(turned?.description.contains("the pairs of one person, which come first") == true)
    let alone = dataError { _ = try PairList.lfwView1(train: [same], test: tests) }
    #expect(alone?.file == same && alone?.description.contains("mismatchpairsDev*.csv") == true)
    let wrong = try folder.write("name,imagenum1,name.1,imagenum2\nA,1,B,3\nA,1,x,B\n", to: "wrong.csv")
    #expect(
      dataError { _ = try PairList.lfwView1(train: [same, wrong], test: tests) }
        == DataError(.notANumber("B", column: "an image's number"), file: wrong, line: 3)
    )
  }
}
