internal import Faces
internal import Testing

/// Lists as pandas, R and spreadsheets write them.
@Suite("Lists that other programs wrote")
struct ListFormTests {
  private let plain = "a/1 a/2 1\na/1 b/1 0\nb/1 b/2 1\nb/1 c/1 0\n"

  private func members(_ list: PairList) -> [String] {
    list.pairs.map { "\($0.first) \($0.second) \($0.isSame)" }
  }

  @Test(
    "of pairs read the same with leading blank lines, an index column, separators at line ends and labels as numbers",
    arguments: [
      "\n \n\t\na/1,a/2,1\na/1,b/1,0\nb/1,b/2,1\nb/1,c/1,0\n",
      ",a,b,label\n0,a/1,a/2,1\n1,a/1,b/1,0\n2,b/1,b/2,1\n3,b/1,c/1,0\n",
      "\"\",\"a\",\"b\",\"label\"\n\"0\",\"a/1\",\"a/2\",\"1\"\n\"1\",\"a/1\",\"b/1\",\"0\"\n2,b/1,b/2,1\n3,b/1,c/1,0\n",
      "\ta\tb\tlabel\n0\ta/1\ta/2\t1\n1\ta/1\tb/1\t0\n2\tb/1\tb/2\t1\n3\tb/1\tc/1\t0\n",
      "Unnamed: 0;label;a;b\n5;1;a/1;a/2\n6;0;a/1;b/1\n7;1;b/1;b/2\n9;0;b/1;c/1\n",
      "\"a\" \"b\" \"label\"\n\"1\" \"a/1\" \"a/2\" 1\n\"2\" a/1 b/1 0\n\"3\" b/1 b/2 1\n\"4\" b/1 c/1 0\n",
      ",0,1,2\n0,a/1,a/2,1\n1,a/1,b/1,0\n2,b/1,b/2,1\n3,b/1,c/1,0\n",
      "a,b,label,\na/1,a/2,1,\na/1,b/1,0,\nb/1,b/2,1,\nb/1,c/1,0,\n",
      "a/1 a/2 1.000000000000000000e+00\na/1 b/1 0.000000000000000000e+00\nb/1 b/2 1e0\nb/1 c/1 -0.0\n",
      "a/1,a/2,+1\na/1,b/1,-1\nb/1,b/2,True\nb/1,c/1,no\n",
    ]
  )
  func pairs(text: String) throws {
    let folder = try Folder()
    let expected = try PairList.labelled(folder.write(plain, to: "plain.txt"), foldCount: 2)
    #expect(
      try members(PairList.labelled(folder.write(text, to: "p.txt"), foldCount: 2)) == members(expected)
    )
  }

  @Test("of pairs keep separators in quoted names")
  func quotedNames() throws {
    let folder = try Folder()
    let texts = ["\"a, b\",c,1\nd,\"e \"\"f\"\"\",0\n", "\"a, b\" c 1\nd \"e \"\"f\"\"\" 0\n"]
    for text in texts {
      let list = try PairList.labelled(folder.write(text, to: "p.txt"), foldCount: 2)
      #expect(members(list) == ["a, b c true", "d e \"f\" false"])
    }
  }

  @Test(
    "of pairs that may be read in two ways are refused with the line",
    arguments: [
      // Four columns without a header: an index, or a fold?
      ("0,a,b,1\n1,c,d,0\n", 1, "has 4 fields, expected 3: image, image, label"),
      (",a,b,label\nx,a,b,1\ny,c,d,0\n", 2, "has 'x' for the index column that the header names"),
      ("a,b,label\na,b,1,\nc,d,0,\n", 2, "has 'a' for the index column that the header names"),
      ("fold,a,b,label\n0,a,b,1\n1,c,d,0\n", 1, "has 4 fields"),
      (
        "a,b,1\nc,d,0\ne,f,-1\n", 3,
        "has '-1' for the label, expected either 0 or -1 for two persons throughout: line 2"
      ),
      ("1,a,0\n0,b,1\n", 1, "has labels in the first and in the last field of every line"),
      ("label,a,b\nx,y,1\nz,w,0\n", 2, "has 'x' for the label"),
      ("\n\na,b,1\n,d,0\n", 4, "has '' for an image"),
      ("a,b,1\nc,d,1,0\n", 2, "has 4 fields"),
      ("a;b;1,0\nc;d;0,0\n", 1, "has '1,0' for the label"),
      ("a,b,0x1\nc,d,0\n", 1, "has '0x1' for the label"),
      ("a,b,1\n\nc,d,0\n", 2, "has 0 fields"),
      ("a/x,b,1\nc,d,0\nB\\y,e,0\n./B/y,e,0\n", 4, "repeats"),
    ]
  )
  func ambiguous(text: String, line: Int, message: String) throws {
    let folder = try Folder()
    let path = try folder.write(text, to: "p.txt")
    let error = dataError { _ = try PairList.labelled(path, foldCount: 2) }
    #expect(error?.line == line)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("of pairs count pairs, not lines, for the folds")
  func count() throws {
    let folder = try Folder()
    let path = try folder.write("a,b,label\n# one\nx,y,1\n", to: "p.txt")
    let error = dataError { _ = try PairList.labelled(path, foldCount: 2) }
    #expect(error?.description == "\(path): has 1 pairs, expected at least 2, one for each of 2 folds")
  }

  @Test(
    "of IJB read the same between commas or tabs, quoted, with headers and index columns",
    arguments: [
      ("\n\na.jpg 1 5\n\"b c.jpg\" 2 6\n", "\n1 2 0\n"),
      ("a.jpg,1,5\nb c.jpg,2,6\n", "1,2,0\n"), ("a.jpg;1;5\nb c.jpg;2;6\n", "1;2;0\n"),
      ("\"a.jpg\",\"1\",\"5\"\n\"b c.jpg\",\"2\",\"6\"\n", "\"1\",\"2\",\"0\"\n"),
      ("\"path\",\"tid\",\"mid\"\na.jpg,1,5\nb c.jpg,2,6\n", "\"t1\",\"t2\",\"label\"\n1,2,0\n"),
      (",path,tid,mid\n0,a.jpg,1,5\n1,b c.jpg,2,6\n", ",t1,t2,label\n0,1,2,0\n"),
      ("\tpath\ttid\tmid\n0\ta.jpg\t1\t5\n1\tb c.jpg\t2\t6\n", "\tt1\tt2\tlabel\n0\t1\t2\t0\n"),
      (
        "\"path\" \"tid\" \"mid\"\n\"1\" \"a.jpg\" 1 5\n\"2\" \"b c.jpg\" 2 6\n",
        "\"t1\" \"t2\" \"label\"\n\"1\" 1 2 0\n"
      ),
    ]
  )
  func templates(images: String, pairs: String) throws {
    let folder = try Folder()
    let list = try IJBList.insightFace(
      images: folder.write(images, to: "i.txt"),
      pairs: folder.write(pairs, to: "p.txt")
    )
    #expect(list.images.map(\.path) == ["a.jpg", "b c.jpg"])
    #expect(list.images.map(\.template) == [1, 2] && list.images.map(\.medium) == [5, 6])
    #expect(Array(list.pairs) == [.init(first: 1, second: 2, isSame: false)])
  }

  @Test(
    "of IJB in the official form have quoted headers, index columns and other separators",
    arguments: [
      ("\n\nTEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n1,7,a.jpg,3\n2,8,b.jpg,4\n", "\n1,2\n"),
      (",TEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n0,1,7,a.jpg,3\n1,2,8,b.jpg,4\n", ",enroll,verif\n0,1,2\n"),
      (
        "\tTEMPLATE_ID\tSUBJECT_ID\tFILENAME\tMEDIA_ID\n0\t1\t7\ta.jpg\t3\n1\t2\t8\tb.jpg\t4\n",
        "\"1\",\"2\"\n"
      ),
      (
        "\"TEMPLATE_ID\";\"SUBJECT_ID\";\"FILENAME\";\"MEDIA_ID\"\n\"1\";1;7;\"a.jpg\";3\n\"2\";2;8;\"b.jpg\";4\n",
        "\"e\",\"v\"\n\"1\",\"2\"\n"
      ),
    ]
  )
  func official(images: String, matches: String) throws {
    let folder = try Folder()
    let list = try IJBList.official(
      images: [folder.write(images, to: "i.csv")],
      matches: folder.write(matches, to: "m.csv")
    )
    #expect(list.images.map(\.path) == ["a.jpg", "b.jpg"])
    #expect(list.images.map(\.template) == [1, 2] && list.images.map(\.medium) == [3, 4])
    #expect(Array(list.pairs) == [.init(first: 1, second: 2, isSame: false)])
  }

  @Test(
    "of IJB's pairs that are wrong name the line and what was found",
    arguments: [
      ("1,2,0\n1,,2,,0\n", 2, "has 5 fields, expected 3"),
      ("1 2 0\na b c\n", 2, "has 'a' for one of template"),
      ("0,1,2,0\n", 1, "has 4 fields, expected 3"), ("t1,t2,label\n1.0,2,0\n", 2, "has '1.0' for one of"),
      ("t1,t2,label\n", nil, "has no pairs of templates"), ("", nil, "has no pairs of templates"),
      (",t1,t2,label\n0,1,2\n", 2, "has 3 fields, expected 4"), ("1e0 2 0\n", 1, "has '1e0' for one of"),
      ("1 99999999999999999999 0\n", 1, "has '99999999999999999999' for one of"),
    ] as [(String, Int?, String)]
  )
  func templateErrors(text: String, line: Int?, message: String) throws {
    let folder = try Folder()
    let images = try folder.write("a 1 1\nb 2 2\n", to: "i.txt")
    let path = try folder.write(text, to: "p.txt")
    let error = dataError { _ = try IJBList.insightFace(images: images, pairs: path) }
    #expect(error?.line == line)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("of images with two columns of one name, or an unnamed column at the end of rows alone, are refused")
  func tables() throws {
    let folder = try Folder()
    let matches = try folder.write("1,2\n", to: "m.csv")
    for (text, line) in [
      ("TEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID,TEMPLATE_ID\n1,7,a.jpg,3,2\n", 1),
      ("TEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n1,7,a.jpg,3,\n", 2),
      ("\nTEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n1,7,a.jpg,3\n1.0,7,b.jpg,3\n", 4),
    ] {
      let path = try folder.write(text, to: "i.csv")
      #expect(dataError { _ = try IJBList.official(images: [path], matches: matches) }?.line == line)
    }
  }

  @Test(
    "of names have an index column, quotes or blank lines before them",
    arguments: [
      ",path\n0,a.jpg\n1,\"b, c.jpg\"\n", "\"\",0\n0,a.jpg\n1,\"b, c.jpg\"\n", ";path\n0;a.jpg\n1;b, c.jpg\n",
      "\tpath\n0\ta.jpg\n1\tb, c.jpg\n", "\n\na.jpg\nb, c.jpg\n", "\"a.jpg\"\n\"b, c.jpg\"\n",
    ]
  )
  func names(text: String) throws {
    let folder = try Folder()
    #expect(try NameList.read(folder.write(text, to: "n.txt")) == ["a.jpg", "b, c.jpg"])
  }

  @Test("of names take each line of a file that is no table as a name; errors have the line")
  func otherNames() throws {
    let folder = try Folder()
    let text = "0,a.jpg\n\"b\" c.jpg\n,x\n"
    #expect(try NameList.read(folder.write(text, to: "n.txt")) == ["0,a.jpg", "\"b\" c.jpg", ",x"])
    for (text, line) in [(",path\n0,a\n1\n", 3), (",path\nx,a\n", 2), ("a\n\"\"\n", 2)] {
      #expect(dataError { _ = try NameList.read(folder.write(text, to: "n.txt")) }?.line == line)
    }
    let twice = try folder.write("\n\na\nb\na\n", to: "t.txt")
    #expect(
      dataError { _ = try NameList.readUnique(twice) }
        == DataError(.duplicate("a", firstLine: 3), file: twice, line: 5)
    )
  }

  @Test("in LFW's form may begin with blank lines, and lie between commas")
  func lfw() throws {
    let folder = try Folder()
    let list = try PairList.lfw(folder.write("\n\n1,1\nAnn,1,2\n\"Ann\",1,Bob,3\n", to: "pairs.csv"))
    #expect(list.pairs.map(\.line) == [4, 5] && list.pairs[1].second == "Bob/Bob_0003.jpg")
    let wrong = try folder.write("\n\n1\t1\nAnn\tx\t2\nAnn\t1\tBob\t3\n", to: "wrong.txt")
    #expect(dataError { _ = try PairList.lfw(wrong) }?.line == 4)
    for (text, isLFW) in [
      ("\u{FEFF}\n\n10 300\n", true), ("10,300\n", true), ("a b 1\n", false), ("", false),
    ] {
      #expect(try PairList.beginsAsLFW(folder.write(text, to: "p.txt")) == isLFW)
    }
    #expect(!PairList.beginsAsLFW(folder.path + "/none"))
  }

  @Test("of other kinds are refused by their kind")
  func kinds() throws {
    let folder = try Folder()
    let zip = try folder.write([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 20), to: "pairs.csv")
    #expect(
      dataError { _ = try PairList.labelled(zip) }?.description.contains("a spreadsheet (.xlsx)") == true
    )
    let gzip = try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], to: "pairs.txt")
    #expect(dataError { _ = try PairList.lfw(gzip) }?.description.contains("gunzip it first") == true)
    #expect(dataError { _ = try InsightFacePairs(gzip) }?.description.contains("gunzip it first") == true)
  }
}
