import Findings
import Foundation
import Testing

@Suite("Findings as JSON")
struct CodingTests {
  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try FindingsCoding.encode(value), as: UTF8.self)
  }

  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws -> Bool {
    try FindingsCoding.decode(Value.self, from: try FindingsCoding.encode(value)) == value
  }

  @Test(
    "name their kind and their units in words",
    arguments: [
      (
        Finding.Content.measurement(.init(0.5, unit: .fraction, values: [0.4, 0.6])),
        #"{"kind":"measurement","measurement":{"direction":"neutral","sampleCount":1,"unit":"fraction","value":0.5,"values":[0.4,0.6]}}"#
      ),
      (
        .measurement(.init(2, unit: .symbol("images/s"))),
        #"{"kind":"measurement","measurement":{"direction":"neutral","sampleCount":1,"unit":{"symbol":"images/s"},"value":2}}"#
      ),
      (.note(.init("a")), #"{"kind":"note","note":{"kind":"remark","text":"a"}}"#),
      (
        .table(
          .init(
            columns: [.init("a", unit: .count)],
            rows: [.init([.number(.nan)]), .init(["NaN"]), .init([.missing])]
          )
        ),
        #"{"kind":"table","table":{"columns":[{"direction":"neutral","title":"a","unit":"count"}],"#
          + #""rows":[{"values":[{"number":"NaN"}]},{"values":["NaN"]},{"values":[null]}]}}"#
      ),
    ]
  )
  func words(content: Finding.Content, text: String) throws { #expect(try json(content) == text) }

  @Test(
    "refuse a table with a short row, and a picture whose bytes do not fill it",
    arguments: [
      #"{"kind":"table","table":{"columns":[{"direction":"neutral","title":"a","unit":"count"}],"rows":[{"values":[]}]}}"#,
      #"{"images":{"columns":1,"images":[{"height":1,"label":"","rgb":"AAAA","width":2}]},"kind":"images"}"#,
      // Three times the product is 0 where it overflows.
      #"{"images":{"columns":1,"images":[{"height":4611686018427387904,"label":"","rgb":"","width":4611686018427387904}]},"kind":"images"}"#,
    ]
  )
  func invalid(text: String) {
    let found = #expect(throws: DecodingError.self) {
      try FindingsCoding.decode(Finding.Content.self, from: Data(text.utf8))
    }
    let reason = /row 1 has 0 values for 1 columns|bytes for \d+ x \d+ RGB pixels/
    #expect("\(found, default: "")".contains(reason))
  }

  @Test("write marks as objects and places as lists of numbers")
  func marks() throws {
    #expect(
      try json(Chart.Mark.line(series: "a", points: [.init(0, 1)]))
        == #"{"kind":"line","points":[[0,1]],"series":"a"}"#
    )
    #expect(
      try json(Chart.Mark.tiles([.init(0, 1, .infinity)], label: "t"))
        == #"{"kind":"tiles","label":"t","tiles":[[0,1,"Infinity"]]}"#
    )
    #expect(try json([Chart.Scale.log, .categorical(["a"])]) == #"["log",{"categories":["a"]}]"#)
  }

  @Test("are read back as they were, whichever their kind")
  func roundTrips() throws {
    let points = [Chart.Point(0, 1), .init(1.5, -2)]
    let spans = [Chart.Span(0, 1, 2)]
    let marks: [Chart.Mark] = [
      .line(series: "s", points: points), .dots(series: "s", points: points, symbol: .diamond),
      .rule(series: "s", from: points[0], to: points[1]), .text(points[0], "here"),
      .band(series: "s", spans: spans), .area(series: "s", points: points),
      .bars(series: "s", points: points), .errorBars(series: "s", spans: spans),
      .histogram(series: "s", edges: [0, 1, 2], counts: [3, 4]), .tiles([.init(0, 1, 2)], label: "t"),
    ]
    let scales: [Chart.Scale] = [.linear, .log, .date, .categorical(["a", "b"])]
    for scale in scales {
      let chart = Chart(
        x: .init("x", scale: scale, domain: 0...1, unit: .seconds),
        y: .init("y", unit: .bytes),
        marks: marks,
        panels: [.init("p", marks: marks)],
        summary: "All."
      )
      #expect(try roundTrip(Finding(name: "a", content: .chart(chart))))
    }
    let measured = Measured(
      1,
      unit: .fraction,
      spread: 0.1,
      sampleCount: 3,
      interval: .init(0, 2),
      values: [0.9, 1, 1.1]
    )
    let rows: [Table.Row] = [.init([.text("5"), .number(5), .measurement(measured), .missing], group: "g")]
    #expect(
      try roundTrip(Table(columns: ["a", "b", "c", "d"].map { .init($0, unit: .symbol("x")) }, rows: rows))
    )
    let claim = Claim(
      statement: "s",
      place: "p",
      published: .init(1, standing: .read),
      reproduced: measured,
      rule: "r",
      verdict: .equivalent,
      atEqualTraining: .init(verdict: .reproduced, reproduced: measured)
    )
    #expect(try roundTrip(Finding.Content.claim(claim)))
    let images = ImageGrid(columns: 1, images: [.init(width: 1, height: 1, rgb: [1, 2, 3], label: "l")])
    #expect(try roundTrip(Finding.Content.images(images)))
  }

  @Test(
    "are refused where they are of no known kind or form",
    arguments: [
      #"{"kind":"movie"}"#, #"{"kind":"note"}"#, #"{"kind":"chart","chart":{"marks":[{"kind":"line"}]}}"#,
      #"{"measurement":{"_0":{}}}"#, "[]", "1",
    ]
  )
  func refused(text: String) {
    #expect(throws: DecodingError.self) {
      try FindingsCoding.decode(Finding.Content.self, from: Data(text.utf8))
    }
  }
}
