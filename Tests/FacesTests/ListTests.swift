internal import Faces
internal import Testing

@Suite("The lists and folders of data sets")
struct ListTests {
  @Test("a folder of identities is sorted, numbers by value")
  func folders() throws {
    let folder = try Folder()
    for name in ["s10/2.pgm", "s10/10.pgm", "s2/1.png", "s2/.DS_Store", "list.txt", "s1/a.JPG"] {
      try folder.write([], to: name)
    }
    let set = try IdentityFolders(folder.path)
    #expect(set.identities.map(\.name) == ["s1", "s2", "s10"])
    #expect(set.identities[2].images == ["s10/2.pgm", "s10/10.pgm"])
    #expect(set.imageCount == 4)
    #expect(try IdentityFolders(folder.path, excluding: ["s2"]).identities.map(\.name) == ["s1", "s10"])
    #expect(
      dataError { _ = try IdentityFolders(folder.path, excluding: ["s3"]) }?.problem == .unknownIdentity("s3")
    )
    #expect(
      dataError { _ = try IdentityFolders(folder.path, excluding: ["s1", "s2", "s10"]) }?.problem
        == .noIdentities
    )
    try folder.write([], to: "s2/notes.txt")
    #expect(dataError { _ = try IdentityFolders(folder.path) }?.problem == .unexpectedFile("notes.txt"))
    let other = try Folder()
    try other.write([], to: "a/.hidden")
    #expect(dataError { _ = try IdentityFolders(other.path) }?.problem == .emptyIdentity("a"))
    #expect(
      dataError { _ = try IdentityFolders(other.path + "/none") }?.problem
        == .unreadable(reason: "there is no such file")
    )
  }

  @Test("VGGFace2's table has quoted names; its overlap lists may repeat")
  func vggFace2() throws {
    let folder = try Folder()
    let text =
      "Class_ID, Name, Sample_Num, Flag, Gender\nn000001, \"A, the First\", 424, 0, m\nn000002, B, 315, 1, f\n"
    let path = try folder.write(text, to: "identity_meta.csv")
    let identities = try VGGFace2.identities(path)
    #expect(identities.map(\.name) == ["A, the First", "B"])
    #expect(identities[0].imageCount == 424 && !identities[0].isTraining && identities[1].isTraining)
    let twice = try folder.write(text + "n000001, C, 1, 1, m\n", to: "t.csv")
    #expect(
      dataError { _ = try VGGFace2.identities(twice) }
        == DataError(.duplicate("n000001", firstLine: 2), file: twice, line: 4)
    )
    let header = try folder.write("id, name\n1, 2\n", to: "h.csv")
    #expect(dataError { _ = try VGGFace2.identities(header) }.map { kind($0.problem) } == "header")
    let short = try folder.write(text + "n000003, C, 1\n", to: "s.csv")
    #expect(dataError { _ = try VGGFace2.identities(short) }?.line == 4)
    let flag = try folder.write(text + "n000003, C, 1, 2, m\n", to: "f.csv")
    #expect(dataError { _ = try VGGFace2.identities(flag) }?.line == 4)
    let overlap = try folder.write("n000008 x\nn000010\nn000008 y\n", to: "o.txt")
    #expect(try VGGFace2.overlap(overlap) == ["n000008", "n000010"])
    #expect(dataError { _ = try VGGFace2.overlap(folder.write("n1\n\nn2\n", to: "p.txt")) }?.line == 2)
  }

  @Test("MegaFace's lists are parallel")
  func megaFace() throws {
    let folder = try Folder()
    let path = try folder.write(#"{"path": ["A/1.png", "B/2.png"], "id": ["A", "B"]}"#, to: "f.json")
    let probes = try MegaFaceList.probes(path)
    #expect(probes.paths == ["A/1.png", "B/2.png"] && probes.ids == ["A", "B"])
    #expect(try MegaFaceList.distractors(path).ids == nil)
    func problem(_ text: String) throws -> String? {
      let path = try folder.write(text, to: "x.json")
      return dataError { _ = try MegaFaceList.probes(path) }.map { kind($0.problem) }
    }
    #expect(try problem(#"{"path": ["a", "b"], "id": ["A"]}"#) == "format")
    #expect(try problem(#"{"path": ["a"]}"#) == "key")
    #expect(try problem(#"{"id": ["a"]}"#) == "key")
    #expect(try problem(#"{"path": ["a", "a"], "id": ["A", "A"]}"#) == "format")
    for id in ["null", "true", "1.5", "[1]", "{}"] {
      #expect(try problem(#"{"path": ["a", "b"], "id": ["A", \#(id)]}"#) == "format", "\(id)")
    }
    #expect(try problem(#"{"path": ["a", 1], "id": ["A", "A"]}"#) == "format")
    #expect(try problem("[]") == "format")
    let numbers = try folder.write("\u{FEFF}" + #"{"path": ["a", "b"], "id": [1, "1"]}"#, to: "n.json")
    #expect(try MegaFaceList.probes(numbers).ids == ["1", "1"])
    #expect(try problem("no json") == "format")
    #expect(
      dataError { _ = try MegaFaceList.probes(folder.path + "/none") }.map { kind($0.problem) }
        == "unreadable"
    )
  }

  @Test("MegaFace's lists that are wrong say what was found, and what to write")
  func megaFaceMessages() throws {
    let folder = try Folder()
    let cases = [
      (#"{"path": ["a", "b"], "id": ["A"]}"#, "1 ids and 2 paths, expected as many"),
      (
        #"{"path": ["a", "b"], "id": "A"}"#, "the text 'A' as 'id', expected a list of texts or whole numbers"
      ),
      (#"{"path": ["a", "b"], "id": 5}"#, "the number 5 as 'id', expected a list of texts or whole numbers"),
      (
        #"{"path": ["a", "b"], "id": ["A", ["B"]]}"#,
        "a list of 1 at place 2 of 'id', expected a text or a whole number"
      ),
      (#"{"path": "a", "id": ["A"]}"#, "the text 'a' as 'path', expected a list of texts"),
      (#"{"path": ["a", 1], "id": [1, 2]}"#, "the number 1 at place 2 of 'path', expected a text"),
      (#"{"path": [], "id": []}"#, "an empty list 'path', expected at least one image"),
      (#"["a"]"#, "a list of 1, expected an object with the list 'path' and the list 'id'"),
      ("{'path': ['a'], 'id': ['A']}", "text that is not JSON, expected an object with the list 'path'"),
      ("", "no text, expected an object"),
    ]
    for (text, message) in cases {
      let path = try folder.write(text, to: "x.json")
      let error = dataError { _ = try MegaFaceList.probes(path) }
      #expect(error?.description.hasPrefix("\(path): has \(message)") == true, "\(error?.description ?? "")")
    }
  }

  @Test("IJB's InsightFace form gives templates, media and labelled pairs")
  func insightFace() throws {
    let folder = try Folder()
    let images = try folder.write(
      "1.jpg 10 100\n2.jpg 10 101\n3.jpg 11 102\n4.jpg 12 103\n",
      to: "tid_mid.txt"
    )
    let pairs = try folder.write("10 11 0\n12 10 1\n", to: "label.txt")
    let list = try IJBList.insightFace(images: images, pairs: pairs)
    #expect(list.images.map(\.template) == [10, 10, 11, 12])
    #expect(list.images.map(\.medium) == [100, 101, 102, 103])
    #expect(
      list.pairs.map { [$0.first, $0.second, $0.isSame ? 1 : 0] } == [[10, 11, 0], [12, 10, 1]]
    )
    for (name, text, line) in [("a", "10 11 0\n10 13 1\n", 2), ("b", "10 11 2\n", 1), ("c", "10 11\n", 1)] {
      let wrong = try folder.write(text, to: name)
      #expect(dataError { _ = try IJBList.insightFace(images: images, pairs: wrong) }?.line == line)
    }
    let short = try folder.write("1.jpg 10 100\n2.jpg 10\n", to: "d")
    #expect(dataError { _ = try IJBList.insightFace(images: short, pairs: pairs) }?.line == 2)
  }

  @Test(
    "LFW's and SLLFW's lists with a blank line in the middle name it before the number of lines",
    arguments: [
      "2\t1\nA\t1\t2\nA\t1\tB\t1\n\nC\t1\t2\nC\t1\tB\t1\n",
      "name,imagenum1,imagenum2,\nA,1,2\nA,1,B,1\n\nC,1,2\n",
    ]
  )
  func blankLines(text: String) throws {
    let folder = try Folder()
    let path = try folder.write("\n" + text, to: "pb.txt")
    let error = dataError { _ = try PairList.lfw(path) }
    #expect(error?.description == "\(path):5: is blank: remove the line")
    let names = (0..<40).map { "P\($0 / 2)/\($0).jpg" }
    let sllfw = try folder.write(
      (names[..<7] + [""] + names[7...]).joined(separator: "\n"),
      to: "pair_SLLFW.txt"
    )
    #expect(
      dataError { _ = try PairList.sllfw(sllfw) }?.description == "\(sllfw):8: is blank: remove the line"
    )
    let one = try folder.write("10\t300\n", to: "one.txt")
    #expect(
      dataError { _ = try PairList.lfw(one) }?.description
        == "\(one): has 1 line, expected 6001 by its first line"
    )
  }

  @Test("MegaFace's lists with empty ids or paths are refused: all images of one id are of one person")
  func emptyIDs() throws {
    let folder = try Folder()
    for (text, found) in [
      ("{\"path\": [\"a\", \"b\"], \"id\": [\"x\", \"\"]}", "an empty text at place 2 of 'id'"),
      ("{\"path\": [\"a\", \"b\"], \"id\": [\" \", \"x\"]}", "an empty text at place 1 of 'id'"),
      ("{\"path\": [\"\", \"b\"], \"id\": [\"x\", \"x\"]}", "an empty text at place 1 of 'path'"),
    ] {
      let path = try folder.write(text, to: "l.json")
      let error = dataError { _ = try MegaFaceList.probes(path) }
      #expect(error?.description.hasPrefix("\(path): has \(found), expected") == true, "\(text)")
    }
  }

  @Test("IJB's official form labels a pair by the subjects of its templates")
  func official() throws {
    let folder = try Folder()
    let gallery =
      "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n1,7,img/1.png,5,0\n1,7,frames/2.png,6,0\n"
    let probe = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n2,7,img/3.png,8,0\n3,9,img/4.png,9,0\n"
    let files = [try folder.write(gallery, to: "g.csv"), try folder.write(probe, to: "p.csv")]
    let matches = try folder.write("1,2\n1,3\n", to: "m.csv")
    let list = try IJBList.official(images: files, matches: matches)
    #expect(list.images.count == 4 && list.images[1].path == "frames/2.png" && list.images[1].medium == 6)
    #expect(list.pairs.map(\.isSame) == [true, false])
    let unknown = try folder.write("1,2\n1,5\n", to: "u.csv")
    #expect(dataError { _ = try IJBList.official(images: files, matches: unknown) }?.line == 2)
    let two = try folder.write(probe + "2,8,img/5.png,8,0\n", to: "t.csv")
    #expect(dataError { _ = try IJBList.official(images: [two], matches: matches) }?.line == 4)
    let header = try folder.write("TEMPLATE_ID,SUBJECT_ID,FILENAME\n1,7,a\n", to: "h.csv")
    #expect(dataError { _ = try IJBList.official(images: [header], matches: matches) }?.line == 1)
  }
}
