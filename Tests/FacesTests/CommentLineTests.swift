internal import Faces
internal import Testing

@Suite("Lines that begin with # in lists")
struct CommentLineTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test(
    "are records where they may be, so that no image of a folder #A is lost",
    arguments: [",", ";", "\t", " "]
  )
  func records(separator: String) throws {
    let names = ["#A/1.jpg", "#A/2.jpg", "#A/3.jpg", "B/1.jpg", "B/2.jpg", "#A/1.jpg"]
    let records: [[String]] = [
      ["#A/1.jpg", "#A/2.jpg", "1"], ["#A/3.jpg", "B/1.jpg", "0"], ["B/2.jpg", "#A/1.jpg", "0"],
    ]
    let lines: [String] = records.map { $0.joined(separator: separator) }
    let before: [String] = ["# by hand", "#", "# fold one"] + lines
    let after: [String] = lines + ["# \"quoted"]
    for text in [lines, before, after] {
      let path = try folder.write(text.joined(separator: "\n"), to: "p.txt")
      let list = try PairList.labelled(path, foldCount: 2)
      #expect(list.pairs.flatMap { [$0.first, $0.second] } == names)
    }
    // A separator that ends every line.
    let ended = lines.map { $0 + separator }.joined(separator: "\n")
    #expect(try PairList.labelled(folder.write(ended, to: "e.txt"), foldCount: 2).pairs.count == 3)
  }

  @Test("are records where all lines begin so, and comments where none is a record")
  func allLines() throws {
    let path = try folder.write("# pairs of A\n#A/1,#A/2,1\n#A/1,#B/1,0\n", to: "p.csv")
    #expect(try PairList.labelled(path, foldCount: 2).members == ["#A/1", "#A/2", "#B/1"])
    let comments = try folder.write("# one\n# two\n", to: "c.txt")
    let error = dataError { _ = try PairList.labelled(comments, foldCount: 2) }
    #expect(error?.description.contains("has 0 lines, expected lines of 3 fields") == true)
  }

  @Test("are records in the lists of CALFW and of IJB, too")
  func others() throws {
    let cross = try folder.write(
      "# two lines a pair\n#a_1.jpg 1\n#a_2.jpg 1\nb_1.jpg 0\nc_1.jpg 0\n",
      to: "c"
    )
    let list = try PairList.crossLFW(cross, foldCount: 2)
    #expect(list.pairs.map(\.first) == ["#a/#a_1.jpg", "b/b_1.jpg"])
    let images = try folder.write("# image template medium\n#a.jpg 1 5\nb.jpg 2 6\n#c.jpg 2 7\n", to: "i")
    let pairs = try folder.write("1 2 0\n", to: "t")
    #expect(
      try IJBList.insightFace(images: images, pairs: pairs).images.map(\.path) == [
        "#a.jpg", "b.jpg", "#c.jpg",
      ]
    )
  }
}
