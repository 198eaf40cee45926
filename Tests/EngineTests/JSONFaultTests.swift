internal import Engine
internal import Foundation
internal import Testing

@Suite("A file in JSON of another form")
struct JSONFaultTests {
  private struct Item: Decodable {
    var count: Int
    var names: [String]
  }

  private static func fault(_ text: String) throws -> JSONFault {
    let data = Data(text.utf8)
    let error = #expect(throws: (any Error).self) {
      try JSONDecoder().decode([String: Item].self, from: data)
    }
    return JSONFault(try #require(error), in: data, expected: "items")
  }

  @Test(
    "is described by the place of the fault, what was found, and what was expected",
    arguments: [
      (#"{"a":{"count":"x","names":[]}}"#, "a.count: found the text 'x', expected a whole number"),
      (#"{"a":{"count":1}}"#, "a: found no field 'names', expected one"),
      (#"{"a":{"count":1,"names":["b",2]}}"#, "a.names[1]: found the number 2.0, expected a text"),
      (#"{"a":{"count":1,"names":null}}"#, "a.names: found null, expected a list"),
      ("[]", "found a list of 0, expected an object"), ("", "found an empty file, expected items"),
    ]
  )
  func faults(text: String, expected: String) throws { #expect(try Self.fault(text).description == expected) }

  @Test(
    "is described where nobody else words the error, as are errors of the file system; others are left alone"
  )
  func sentences() throws {
    let decoding = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Item.self, from: Data(#"{"names":[],"count":"x"}"#.utf8))
    }
    #expect(
      JSONFault.sentence(for: try #require(decoding))
        == "a file in JSON that this program needs is damaged or of another version at 'count': expected a whole number; "
        + "render the book again, or remove the file"
    )
    let missing = #expect(throws: CocoaError.self) {
      try Data(contentsOf: URL(fileURLWithPath: "/nowhere/file"))
    }
    #expect(
      JSONFault.sentence(for: try #require(missing))
        == "'/nowhere/file' cannot be read or written (there is no such file): is its folder there, and may it be used?"
    )
    #expect(JSONFault.sentence(for: CancellationError()) == nil)
  }
}
