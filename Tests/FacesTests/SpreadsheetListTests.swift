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
}
