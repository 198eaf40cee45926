import Archives
import Chapters
import Findings
import Foundation
import Testing

@Suite("A research crate")
struct ResearchCrateTests {
  @Test("describes book, report, run and cells, with every file and no id that leads nowhere")
  func graph() throws {
    var book = Book(
      folder: "/b",
      title: "A book",
      authors: [
        .init(name: "Ada", affiliation: "Here", orcid: "0000-0002-1825-0097"), "Bob",
        "{The Example Consortium}",
      ],
      chapterFiles: ["01 a.md"]
    )
    book.metadata.license = "CC-BY-4.0"
    // Named as an input that every book has.
    book.parameters = try [("seed", "5"), ("parameter-seed", "6")].map { name, text in
      .init(name: name, standard: try #require(ParameterValue(.integer, parsing: text)))
    }
    let source = "# A\n\n```swift id=one\nrecord(\"x\", 1)\n```\n\n```swift id=two\nlet y = 1\n```\n"
    let chapter = try Chapter(parsing: source, file: "01 a.md")
    let record = CellRecord(
      cell: "one",
      key: "k",
      outcome: .succeeded,
      provenance: .init(
        date: "2026-05-31T10:00:10Z",
        seconds: 10,
        profile: "small",
        seed: 1,
        machine: "m",
        toolchain: "t"
      )
    )
    let paths = ["book/book.yml", "book/01 a.md", "report/index.html", "report/findings.json"]
    let crate = ResearchCrate(
      book: book,
      chapters: [chapter],
      records: ["one": record],
      files: paths.map { ArchivedFile(path: $0, bytes: [1]) },
      description: .init(book: "A book", profile: "small", seed: .max, program: "Marginalia 1.0.0")
    )
    let bytes = try crate.bytes
    #expect(try crate.bytes == bytes)
    let root = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let graph = try #require(root?["@graph"] as? [[String: Any]])
    let ids = graph.compactMap { $0["@id"] as? String }
    #expect(Set(ids).count == ids.count)
    #expect(
      Set(ids).isSuperset(of: [
        "./", "ro-crate-metadata.json", "manifest.dsse.json", "book/book.yml", "book/01%20a.md",
        "report/index.html",
        "report/findings.json", "#run", "#cell-one", "https://orcid.org/0000-0002-1825-0097", "#author-2",
        "https://spdx.org/licenses/CC-BY-4.0",
      ])
    )
    #expect(!ids.contains("#cell-two"))
    // Every reference leads to an entity of the graph, or to a document elsewhere.
    func check(_ value: Any) {
      if let list = value as? [Any] { list.forEach(check) }
      guard let fields = value as? [String: Any] else { return }
      if fields.count == 1, let id = fields["@id"] as? String {
        #expect(ids.contains(id) || id.hasPrefix("http"), "\(id)")
      }
      fields.values.forEach(check)
    }
    graph.forEach(check)
    let cell = graph.first { $0["@id"] as? String == "#cell-one" }
    #expect(cell?["startTime"] as? String == "2026-05-31T10:00:00+00:00")
    #expect(cell?["endTime"] as? String == "2026-05-31T10:00:10+00:00")
    let seed = graph.first { $0["@id"] as? String == "#value-seed" }
    #expect(seed?["value"] as? String == "18446744073709551615")
    for (name, value) in [("seed", "5"), ("parameter-seed", "6")] {
      let own = graph.first { $0["@id"] as? String == "#value-parameter-\(name)" }
      #expect(own?["value"] as? String == value)
      #expect((own?["exampleOfWork"] as? [String: String]) == ["@id": "#parameter-\(name)"])
    }
    let kinds = ["#author-2", "#author-3"].map { id in graph.first { $0["@id"] as? String == id }?["@type"] }
    #expect(kinds as? [String] == ["Person", "Organization"])
    #expect(
      graph.first { $0["@id"] as? String == "#author-3" }?["name"] as? String == "The Example Consortium"
    )
    #expect(graph.first { $0["@id"] as? String == "./" }?["datePublished"] as? String == "2026-05-31")
  }
}
