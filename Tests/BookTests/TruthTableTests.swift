internal import Foundation
internal import Testing

/// After one change exactly the cells that it can affect run again, and the page shows the right number.
@Suite("A cell runs again exactly if something that it depends on changed", .serialized)
struct TruthTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var ran: Set<String>
    /// 10·x + data + module + variable.
    var value: Int
    var change: @Sendable (Program) throws -> Void
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    .init(name: "nothing", ran: [], value: 1111) { _ in },
    .init(name: "prose", ran: [], value: 1111) { try $0.edit("02-b.md", "The sum", "The whole sum") },
    .init(name: "a comment in B", ran: [], value: 1111) { try $0.edit("02-b.md", "// add", "// add up all") },
    .init(name: "A's code", ran: ["a", "b"], value: 2111) { try $0.edit("01-a.md", "1000", "2000") },
    .init(name: "the data file that B reads", ran: ["b"], value: 1211) { try $0.write("data.txt", "200\n") },
    .init(name: "the module that B imports", ran: ["a", "b"], value: 1121) {
      try $0.edit("Shared.swift", "10", "20")
    },
    .init(name: "the environment variable that B reads", ran: ["a", "b"], value: 1112) {
      $0.environment["PROBE"] = "2"
    },
    .init(name: "an option of B that only shows", ran: [], value: 1111) {
      try $0.edit("02-b.md", "id=b", "id=b echo=fold")
    },
  ]

  private static func makeBook() throws -> Program {
    let book = try Program([
      "book.yml": "title: Probe\nenvironment: [PROBE]\nsources: [Shared.swift]\n",
      "Shared.swift": "func shared() -> Double { 10 }\n",
      "data.txt": "100\n",
      "01-a.md": "# A\n\n```swift id=a\nrecord(\"x\", 1000)\n```\n",
      "02-b.md": """
      # B

      The sum is [?](finding:b.sum).

      ```swift id=b needs=a reads=data.txt
      import Foundation
      // add
      let notebook = Notebook.current
      let text = String(decoding: try notebook.data(contentsOf: "data.txt"), as: UTF8.self)
      let data = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
      let probe = notebook.variable("PROBE").flatMap { Double($0) } ?? 0
      record("sum", try notebook.measurement("a.x").value + data + shared() + probe)
      ```

      """,
    ])
    book.environment["PROBE"] = "1"
    return book
  }

  @Test("after a change of", arguments: rows)
  func row(row: Row) throws {
    let book = try Self.makeBook()
    let first = try book.run("render", "--json")
    #expect(first.status == 0, "\(first.errors)")
    #expect(Set(first.ran) == ["a", "b"])
    #expect(try book.sum() == 1111)
    try row.change(book)
    let second = try book.run("render", "--json")
    #expect(second.status == 0, "\(second.errors)")
    #expect(Set(second.ran) == row.ran)
    #expect(try book.sum() == row.value)
    #expect(try book.run("render", "--json").ran == [])
  }

  @Test("going back to an old version finds its old record")
  func goingBack() throws {
    let book = try Self.makeBook()
    let first = try book.run("render", "--json")
    #expect(first.status == 0, "\(first.errors)")
    try book.edit("01-a.md", "1000", "2000")
    #expect(Set(try book.run("render", "--json").ran) == ["a", "b"])
    try book.edit("01-a.md", "2000", "1000")
    #expect(try book.run("render", "--json").ran == [])
    #expect(try book.sum() == 1111)
  }

  /// Whether the change comes before the chapter's files are digested or after, the number must be right.
  @Test(
    "a file that changes during a render leaves no record of its earlier content",
    arguments: ["chapter-began", "\"cell\":\"a\"", "\"cell\":\"b\""]
  )
  func changesMeanwhile(event: String) throws {
    let book = try Self.makeBook()
    // The cell itself waits for the change, so that no clock decides which comes first.
    try book.edit(
      "02-b.md",
      "record(\"sum\"",
      "var s = stat()\nwhile stat(\"data.txt\", &s) == 0, s.st_size == 4 { usleep(10_000) }\nrecord(\"sum\""
    )
    let (process, output, errors) = try book.start(["render", "--json"])
    try book.wait(for: event, in: output, of: process)
    try book.write("data.txt", "0300\n")
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      let text = try String(contentsOf: errors, encoding: .utf8) + String(contentsOf: output, encoding: .utf8)
      #expect(text.contains("'data.txt' changed while the cell ran"), "\(text)")
    }
    let again = try book.run("render", "--json")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try book.sum() == 1311)
  }
}

extension Program {
  /// The value of `b.sum` in the report's own file.
  fileprivate func sum() throws -> Int {
    let file = try page("findings.json")
    let object = try JSONSerialization.jsonObject(with: Data(file.utf8))
    return try #require(Self.find("sum", in: object))
  }

  /// Looks for the measurement of a finding anywhere in JSON.
  private static func find(_ name: String, in object: Any) -> Int? {
    if let list = object as? [Any] { return list.lazy.compactMap { find(name, in: $0) }.first }
    guard let fields = object as? [String: Any] else { return nil }
    if fields["name"] as? String == name, let value = value(in: fields) { return value }
    return fields.values.lazy.compactMap { find(name, in: $0) }.first
  }

  private static func value(in object: Any) -> Int? {
    guard let fields = object as? [String: Any] else { return nil }
    if let value = fields["value"] as? Double { return Int(value) }
    return fields.values.lazy.compactMap { value(in: $0) }.first
  }
}
