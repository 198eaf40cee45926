internal import Faces
internal import Testing

private func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
  text.utf16.flatMap { isLittle ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)] }
}

/// Texts as programs of other systems leave them.
private let disguises: [(name: String, change: @Sendable (String) -> [UInt8])] = [
  ("a byte order mark", { [0xEF, 0xBB, 0xBF] + Array($0.utf8) }),
  ("CR LF", { Array($0.replacing("\n", with: "\r\n").utf8) }),
  ("CR alone", { Array($0.replacing("\n", with: "\r").utf8) }),
  ("blank last lines", { Array(($0 + "\n  \n\t\n").utf8) }),
  ("no last line end", { Array($0.dropLast().utf8) }),
  ("white space at line ends", { Array($0.replacing("\n", with: " \t \n").utf8) }),
  ("white space at line starts", { Array((" " + $0.replacing("\n", with: "\n\t ").dropLast(2)).utf8) }),
  ("no-break spaces and form feeds at line ends", { Array($0.replacing("\n", with: "\u{A0}\u{C} \n").utf8) }),
  ("Ctrl-Z at the end", { Array($0.utf8) + [0x1A] }),
  ("UTF-16, little-endian", { [0xFF, 0xFE] + utf16($0, isLittle: true) }),
  ("UTF-16, big-endian", { [0xFE, 0xFF] + utf16($0, isLittle: false) }),
  (
    "UTF-16, CR LF, Ctrl-Z",
    { [0xFF, 0xFE] + utf16($0.replacing("\n", with: "\r\n") + "\u{1A}", isLittle: true) }
  ),
  ("all at once", { [0xEF, 0xBB, 0xBF] + Array(($0.replacing("\n", with: " \r\n") + "\r\n\r\n").utf8) }),
]

@Suite("Every list")
struct ListTextTests {
  private let lists: [(text: String, read: (String) throws -> AnyHashable)] = [
    ("1\t1\nAnn\t1\t2\nAnn\t1\tBob\t3\n", { try PairList.lfw($0) }),
    ("A/1.jpg\nA/2.jpg\nA/1.jpg\nB/1.jpg\n", { try PairList.sllfw($0, foldCount: 1) }),
    ("split, pair, first, second, same\n1, 1, A/0, A/1, 1\n1, 2, A/0, B/2, 0\n", { try PairList.ytf($0) }),
    ("1 A/0 A/1 1\n1 A/0 B/2 0\n", { try PairList.ytf($0) }),
    ("A/1.jpg\nB/2.jpg\n", { try NameList.read($0) }),
    ("n1 x\nn2 y\n", { try VGGFace2.overlap($0) }),
    (
      "Class_ID, Name, Sample_Num, Flag, Gender\nn1, \"A, B\", 3, 1, f\nn2, C, 4, 0, m\n",
      { try VGGFace2.identities($0) }
    ),
    (
      "1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n2.jpg 1 2 3 4 5 6 7 8 9 10 0.9\n",
      { try FaceDetections($0).scores }
    ),
  ]

  @Test("reads the same from files of other systems", arguments: disguises.indices)
  func disguised(index: Int) throws {
    let folder = try Folder()
    for (place, list) in lists.enumerated() {
      let plain = try list.read(folder.write(list.text, to: "\(place).txt"))
      let path = try folder.write(disguises[index].change(list.text), to: "\(place).other.txt")
      #expect(try list.read(path) == plain, "list \(place) with \(disguises[index].name)")
    }
  }

  @Test("of IJB reads the same from files of other systems", arguments: disguises.indices)
  func templates(index: Int) throws {
    let folder = try Folder()
    let table =
      "\"TEMPLATE_ID\",\"SUBJECT_ID\",\"FILENAME\",\"SIGHTING_ID\"\n1,7,\"a,b.jpg\",3\n2,8,c.jpg,4\n"
    let texts = ["a.jpg 1 3\nc.jpg 2 4\n", "1 2 0\n", table, "1,2\n"]
    func write(_ change: (String) -> [UInt8]) throws -> [String] {
      try texts.enumerated().map { try folder.write(change($1), to: "\($0).txt") }
    }
    func read(_ paths: [String]) throws -> [IJBList] {
      [
        try .insightFace(images: paths[0], pairs: paths[1]),
        try .official(images: [paths[2]], matches: paths[3]),
      ]
    }
    let plain = try read(write { Array($0.utf8) })
    #expect(plain[1].images[0] == .init(path: "a,b.jpg", template: 1, medium: 3))
    #expect(Array(plain[1].pairs) == [.init(first: 1, second: 2, isSame: false)])
    #expect(try read(write(disguises[index].change)) == plain, "\(disguises[index].name)")
  }

  @Test("in UTF-16 keeps its letters, with one, two or four bytes each")
  func letters() throws {
    let folder = try Folder()
    let text = "image1,image2,same\nJosé.jpg,李.jpg,1\n😀.jpg,ß.jpg,0\n"
    for isLittle in [true, false] {
      let mark: [UInt8] = isLittle ? [0xFF, 0xFE] : [0xFE, 0xFF]
      let path = try folder.write(mark + utf16(text, isLittle: isLittle), to: "pairs.csv")
      let list = try PairList.labelled(path, foldCount: 2)
      #expect(list.members == ["José.jpg", "李.jpg", "😀.jpg", "ß.jpg"])
      #expect(list.pairs.map(\.line) == [2, 3])
    }
  }

  @Test("in UTF-16 that is cut off or damaged is an error with its line")
  func damaged() throws {
    let folder = try Folder()
    let text = utf16("a.jpg\r\nb.jpg\nc.jpg\n", isLittle: true)
    let odd = try folder.write([0xFF, 0xFE] + text.dropLast(), to: "odd.txt")
    #expect(
      dataError { _ = try NameList.read(odd) }?.description
        == "\(odd): has 39 bytes of UTF-16 text, expected an even number, two or four for each character: "
        + "it is cut off; write or fetch it again"
    )
    for half: [UInt8] in [[0x3D, 0xD8], [0x00, 0xDE]] {
      let path = try folder.write([0xFF, 0xFE] + text.prefix(26) + half + text.dropFirst(26), to: "half.txt")
      let error = dataError { _ = try NameList.read(path) }
      #expect(error?.line == 3 && error?.description.contains("half a character in UTF-16 (D") == true)
      #expect(half[1] != 0xD8 || error?.description.contains("(D83D)") == true)
    }
    let last = try folder.write([0xFF, 0xFE] + text + [0x3D, 0xD8], to: "last.txt")
    #expect(dataError { _ = try NameList.read(last) }?.line == 4)
  }

  @Test("in another encoding, or of binary data, is an error with what to do")
  func encodings() throws {
    let folder = try Folder()
    let text = "1\t1\nAnn\t1\t2\nAnn\t1\tBob\t3\n"
    for isLittle in [true, false] {
      let path = try folder.write(utf16(text, isLittle: isLittle), to: "utf16.txt")
      let error = dataError { _ = try PairList.lfw(path) }
      #expect(
        error?.description
          == "\(path): has UTF-16 text without a byte-order mark, expected UTF-8, or UTF-16 with its mark: save it with "
          + "that encoding"
      )
    }
    let wide = text.utf8.flatMap { [$0, 0, 0, 0] as [UInt8] }
    let mark: [UInt8] = [0xFF, 0xFE, 0, 0]
    let utf32 = try folder.write(mark + wide, to: "utf32.txt")
    #expect(dataError { _ = try PairList.lfw(utf32) }?.description.contains("has UTF-32 text") == true)
    let latin = try folder.write(Array("a.jpg\nJos".utf8) + [0xE9] + Array(".jpg\n".utf8), to: "latin.txt")
    let error = dataError { _ = try NameList.read(latin) }
    #expect(error?.line == 2 && error?.description.contains("not UTF-8") == true)
    let binary = try folder.write([1, 2, 0, 0, 7, 9, 200], to: "binary.txt")
    #expect(dataError { _ = try NameList.read(binary) }?.description.contains("binary data") == true)
  }

  @Test("keeps spaces in names between tabs")
  func spaces() throws {
    let folder = try Folder()
    let lfw = try folder.write("1\t1\nAnn Lee\t1\t2\nAnn Lee\t1\tBob\t3\n", to: "pairs.txt")
    #expect(try PairList.lfw(lfw).pairs[0].first == "Ann Lee/Ann Lee_0001.jpg")
    let mixed = try folder.write("1 1\nAnn\t1 2\nAnn 1\tBob 3\n", to: "mixed.txt")
    #expect(try PairList.lfw(mixed).pairs[1].second == "Bob/Bob_0003.jpg")
    let images = try folder.write("my face.jpg\t1\t2\nother.jpg\t3\t4\n", to: "images.txt")
    let pairs = try folder.write("1\t3\t0\n", to: "p.txt")
    #expect(try IJBList.insightFace(images: images, pairs: pairs).images[0].path == "my face.jpg")
  }

  @Test("names the line of a blank line between others")
  func blank() throws {
    let folder = try Folder()
    #expect(dataError { _ = try NameList.read(folder.write("a\n\nb\n", to: "n.txt")) }?.line == 2)
    let pairs = try folder.write("1 2 0\n\n1 2 1\n", to: "p.txt")
    let images = try folder.write("a.jpg 1 1\nb.jpg 2 2\n", to: "i.txt")
    #expect(dataError { _ = try IJBList.insightFace(images: images, pairs: pairs) }?.line == 2)
  }

  @Test("never shows the system library's own words for a file that cannot be read")
  func unreadable() throws {
    let folder = try Folder()
    let readers: [(String) throws -> Void] = [
      { _ = try PairList.lfw($0) }, { _ = try NameList.read($0) }, { _ = try MegaFaceList.probes($0) },
      { _ = try NumpyFile($0) }, { _ = try ImageFile.read($0) }, { _ = try IdentityFolders($0) },
      { _ = try MegaFaceFeatures.read($0) }, { _ = try VGGFace2.identities($0) },
    ]
    for read in readers {
      let missing = dataError { try read(folder.path + "/none") }
      #expect(missing?.problem == .unreadable(reason: "there is no such file"))
    }
    for read in readers.prefix(3) {
      #expect(dataError { try read(folder.path) }?.problem == .unreadable(reason: "it is a folder"))
    }
  }

  @Test("says which number was expected for a landmark or a score")
  func detections() throws {
    let folder = try Folder()
    for (last, found) in [
      ("nan", "'nan' for a landmark or the score, expected a finite number"),
      ("-0.1", "'-0.1' for the score, expected 0, or a number from 1e-20 on"),
      ("1e-44", "'1e-44' for the score, expected 0, or a number from 1e-20 on"),
      ("1e60", "'1e60' for a landmark or the score, expected a finite number"),
    ] {
      let path = try folder.write("1.jpg 1 2 3 4 5 6 7 8 9 10 \(last)\n", to: "d.txt")
      let error = dataError { _ = try FaceDetections(path) }
      #expect(error?.description == "\(path):1: has \(found)")
    }
    // Blank lines before count in the line of an error.
    let score = "1 2 3 4 5 6 7 8 9 10 0.5"
    let path = try folder.write("\n\n1.jpg \(score)\n2.jpg \(score)\n", to: "d.txt")
    let images = ["1.jpg", "3.jpg"].map { IJBList.Entry(path: $0, template: 1, medium: 1) }
    let error = dataError { _ = try FaceDetections(path).weights(of: IJBList(images: images, pairs: [])) }
    #expect(error?.line == 4)
  }
}

@Suite("A path of a list")
struct PathResolverTests {
  @Test(
    "finds the same picture under other names",
    arguments: [
      "Ann/Ann_0001.png", "Ann/Ann_0001.JPG", "./Ann/Ann_0001.jpg", "/data/lfw/Ann/Ann_0001.jpeg",
      "Ann\\Ann_0001.jpg", "C:\\faces\\Ann\\Ann_0001.png", "Ann//Ann_0001.jpg",
    ]
  )
  func found(name: String) throws {
    let names = ["Bob/Bob_0001.jpg", name, "Joann/Ann_0001.jpg"]
    let resolver = PathResolver(names, depths: [2])
    #expect(resolver.match("Ann/Ann_0001.jpg") == .found(1))
    #expect(resolver.match("Ann/Ann_0002.jpg") == .missing)
    // The other way round: the list has the long name.
    let other = PathResolver(
      ["Bob/Bob_0001.jpg", "Ann/Ann_0001.jpg"],
      depths: [name.split { "/\\".contains($0) }.count]
    )
    #expect(other.match(name) == .found(1))
  }

  @Test("that matches two pictures is an error, unless one is it exactly")
  func ambiguous() {
    let resolver = PathResolver(["x/A/1.jpg", "y/A/1.png", "A/2.jpg", "A/2.png"], depths: [2])
    #expect(resolver.match("A/1.jpg") == .ambiguous("x/A/1.jpg", "y/A/1.png"))
    #expect(resolver.match("A/2.jpg") == .found(2))
  }

  @Test("of pairs takes the names of the feature rows")
  func renamed() throws {
    let folder = try Folder()
    let path = try folder.write("1\t1\nAnn\t1\t2\nAnn\t1\tBob\t3\n", to: "pairs.txt")
    let names = ["/d/Ann/Ann_0001.PNG", "/d/Ann/Ann_0002.png", "/d/Bob/Bob_0003.png"]
    let list = try PairList.lfw(path).renamed(to: names, file: path)
    #expect(list.members == names)
    let twice = dataError {
      _ = try PairList.lfw(path).renamed(to: names + ["/e/Bob/Bob_0003.png"], file: path)
    }
    #expect(twice?.line == 3 && twice.map { kind($0.problem) } == "ambiguousPath")
  }

  @Test("is found on disk under its other ending, and not beside junk")
  func onDisk() throws {
    let folder = try Folder()
    let face = FaceGenerator(seed: 1).image(identity: 0, image: 0, size: 16)
    for name in ["A/1.PNG", "A/2.jpg", "A/2.png", "B/._1.png", "B/1.png"] {
      try folder.write(face.png(), to: name)
    }
    let pictures = PictureFolder(folder.path)
    #expect(try pictures.find("A/1.jpg") == "A/1.PNG")
    #expect(try pictures.find("A/2.png") == "A/2.png")
    #expect(try pictures.find(".\\B\\1.jpg") == "B/1.png")
    #expect(try pictures.find("/old/place/B/1.png") == "B/1.png")
    #expect(try pictures.find("C/1.jpg") == nil)
    #expect(dataError { _ = try pictures.find("A/2.pgm") }.map { kind($0.problem) } == "ambiguousPath")
    let set = try FaceSet.files(
      root: folder.path,
      paths: ["A/1.jpg", "B/1.jpg"],
      prepared: FacePreparation(size: 16)
    )
    #expect(try set.image(1) == face)
  }

  @Test("in a folder of identities may stand beside what systems leave behind")
  func junk() throws {
    let folder = try Folder()
    for name in [
      "a/1.jpg", "b/1.JPG", "a/Thumbs.db", "b/desktop.ini", "a/._1.jpg", "__MACOSX/a/._1.jpg", ".git/x",
      "a/.DS_Store", "b/@eaDir/1.jpg",
    ] { try folder.write([], to: name) }
    let folders = try IdentityFolders(folder.path)
    #expect(folders.identities.map(\.name) == ["a", "b"] && folders.imageCount == 2)
  }
}
