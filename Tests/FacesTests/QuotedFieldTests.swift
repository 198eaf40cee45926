internal import Faces
internal import Testing

@Suite("Fields of a line")
struct QuotedFieldTests {
  private func fields(_ line: String, _ separator: FieldSeparator) -> [String]? {
    Array(line.utf8).withUnsafeBytes { bytes in
      QuotedField.fields(of: bytes, between: separator)?.map { $0.text ?? "not UTF-8" }
    }
  }

  @Test(
    "lie between a separator, which is text within double quotes",
    arguments: [
      ("a,b", .comma, ["a", "b"]), ("a , b", .comma, ["a", "b"]), ("", .comma, [""]),
      (",", .comma, ["", ""]),
      ("a,,b,", .comma, ["a", "", "b", ""]), ("\"a,b\",c", .comma, ["a,b", "c"]),
      (" \"a\" , \"b\" ", .comma, ["a", "b"]), ("\"a\"\"b\",c", .comma, ["a\"b", "c"]),
      ("\"\",c", .comma, ["", "c"]),
      ("\"\"\"\"", .comma, ["\""]), ("a\"b,c\"", .comma, ["a\"b", "c\""]), ("a\"\"b", .comma, ["a\"\"b"]),
      ("a b;c,d", .semicolon, ["a b", "c,d"]), ("a b\tc", .tab, ["a b", "c"]),
      ("a\t\tc", .tab, ["a", "", "c"]),
      ("a  b\t c", .blanks, ["a", "b", "c"]), ("\"a b\" c", .blanks, ["a b", "c"]), ("", .blanks, []),
      ("\u{A0}a\u{A0},\u{A0}b", .comma, ["a", "b"]), ("é,\"ü\"", .comma, ["é", "ü"]),
    ] as [(String, FieldSeparator, [String])]
  )
  func fields(line: String, separator: FieldSeparator, expected: [String]) {
    #expect(fields(line, separator) == expected)
  }

  @Test(
    "are none where a double quote does not close its field",
    arguments: ["\"a,b", "a,\"", "\"a\"b,c", "\"a\" b,c", "\"a\"\",b"]
  )
  func open(line: String) { #expect(fields(line, .comma) == nil) }

  @Test("with a quote that does not close name the line, in every list")
  func message() throws {
    let folder = try Folder()
    let images = try folder.write("a 1 1\nb 2 2\n", to: "i.txt")
    let table = "TEMPLATE_ID,SUBJECT_ID,FILENAME,MEDIA_ID\n1,1,a,1\n2,2,\"b,2\n"
    let readers: [(text: String, read: (String) throws -> Void, line: Int)] = [
      ("a,b,1\n\"c,d,0\n", { _ = try PairList.labelled($0, foldCount: 2) }, 2),
      ("1 A/0 A/1 1\n1 \"A/0 B/1 0\n", { _ = try PairList.ytf($0) }, 2),
      ("1\t1\nA\t1\t\"2\nA\t1\tB\t1\n", { _ = try PairList.lfw($0) }, 2),
      ("1 2 0\n\"1 2 0\n", { _ = try IJBList.insightFace(images: images, pairs: $0) }, 2),
      (table, { _ = try IJBList.official(images: [$0], matches: images) }, 3),
    ]
    for (text, read, line) in readers {
      let path = try folder.write(text, to: "x.txt")
      let error = dataError { try read(path) }
      #expect(error?.line == line)
      #expect(
        error?.description.contains("has a double quote that does not close its field") == true,
        "\(text)"
      )
    }
  }
}
