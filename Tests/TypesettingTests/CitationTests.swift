internal import Foundation
internal import Testing

internal import Typesetting

@Suite("Citations")
struct CitationTests {
  static func cite(
    _ groups: [CitationRequest.Group],
    in bibliography: String,
    named name: String = "r.bib",
    style: String? = nil,
    language: String = "en"
  ) throws -> Citations {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(bibliography.utf8).write(to: folder.appendingPathComponent(name))
    if let style { try Data(style.utf8).write(to: folder.appendingPathComponent("style.csl")) }
    let request = CitationRequest(groups: groups, language: language)
    let (output, messages) = try Pandoc.run(
      CitationRequest.arguments(bibliographies: [name], style: style == nil ? nil : "style.csl"),
      input: request.input(),
      folder: folder
    )
    return try #require(Citations(output: output, request: request), "\(messages)")
  }

  private static func group(_ items: CitationRequest.Item...) -> CitationRequest.Group { .init(items: items) }
  private static func plain(_ text: [CitedText]) -> String { text.map(\.plainText).joined() }

  private static let bibliography = """
    @article{wen, author={Wen, Yandong and Zhang, Kaipeng}, title={On {$\\alpha$}-stable laws}, journal={J},
      year={2016}, doi={10.1000/1}}
    @misc{who, author={{World Health Organization}}, title={One \\foo{x}}, year={2020}}
    """

  @Test("have dashes where TeX has hyphens")
  func dashes() {
    let item = CitationRequest.Item(key: "k", prefix: "a---b", suffix: "pp. 3--5")
    let input = String(
      decoding: CitationRequest(groups: [.init(items: [item])], language: "en").input(),
      as: UTF8.self
    )
    #expect(input.contains("3\u{2013}5") && input.contains("a\u{2014}b"))
  }

  @Test("are grouped, with prefixes and places")
  func groups() throws {
    let citations = try Self.cite(
      [
        Self.group(.init(key: "wen", prefix: "see", suffix: "p. 12"), .init(key: "who")),
        Self.group(.init(key: "wen", mode: .inText)),
        Self.group(.init(key: "wen", mode: .suppressAuthor)),
      ],
      in: Self.bibliography
    )
    #expect(
      citations.labels.map(Self.plain)
        == ["(see Wen and Zhang 2016, 12; World Health Organization 2020)", "Wen and Zhang (2016)", "(2016)"]
    )
    #expect(citations.entries.map(\.key) == ["wen", "who"])
    var formulas: [String] = []
    for text in citations.entries[0].text { text.visitFormulas { formulas.append($0) } }
    #expect(formulas == ["\\alpha"])
    let title = Self.plain(citations.entries[1].text)
    #expect(title.contains("One") && !title.contains("foo"), "\(title)")
  }

  @Test("are in the language of the book")
  func language() throws {
    let citations = try Self.cite(
      [Self.group(.init(key: "x"))],
      in: "[{\"id\": \"x\", \"type\": \"book\", \"title\": \"T\", \"editor\": [{\"family\": \"F\"}]}]",
      named: "r.json",
      language: "de"
    )
    #expect(
      citations.entries.map { Self.plain($0.text).replacing("\u{A0}", with: " ") } == ["F, Hrsg. o. J. T."]
    )
  }

  @Test("are read from nothing but what a citation can hold")
  func untrusted() {
    let request = CitationRequest(groups: [Self.group(.init(key: "x"))], language: "en")
    let answers = [
      "", "{}", "[]", #"{"blocks": []}"#, #"{"blocks": [{"t": "RawBlock", "c": ["html", "<script>"]}]}"#,
      #"{"blocks": [{"t": "Para", "c": [{"t": "Image", "c": [["", [], []], [], ["x", ""]]}]}]}"#,
      #"{"blocks": [{"t": "Para", "c": [{"t": "Str", "c": 1}]}]}"#,
      #"{"blocks": [{"t": "Para", "c": []}, {"t": "Para", "c": []}]}"#,
    ]
    for answer in answers { #expect(Citations(output: answer, request: request) == nil) }
    let script = Citations(
      output: #"""
        {"blocks": [{"t": "Para", "c": [{"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "x"}],
        ["javascript:alert(1)", ""]]}, {"t": "RawInline", "c": ["html", "<script>"]}]}]}
        """#,
      request: request
    )
    #expect(script?.labels == [[.text("x")]])
  }

  @Test("say where a bibliography is wrong")
  func failures() {
    let message = "Error reading bibliography file a/r.bib:\n(line 3, column 1):\nunexpected '@'\n"
    let failure = Citations.failure(in: message)
    #expect(failure.path == "a/r.bib")
    #expect(failure.line == 3)
    #expect(failure.reason == "unexpected '@'")
  }

  @Test("write et al. where a style would show others")
  func others() {
    #expect(
      CitationReader.abbreviated([.text("First, A.others. (in press).")]) == [
        .text("First, A. et al. (in press).")
      ]
    )
    #expect(
      CitationReader.abbreviated([.text("First, A., others, in press.")]) == [
        .text("First, A., et al., in press.")
      ]
    )
    #expect(
      CitationReader.abbreviated([.text("In B. Jonesothers (Eds.), by Warner Brothers.")]) == [
        .text("In B. Jones et al. (Eds.), by Warner Brothers.")
      ]
    )
  }
}
