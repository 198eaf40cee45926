import Chapters
import Findings
import Foundation
import Reports
import Testing
import Typesetting

@Suite("A reader of findings")
struct FindingReaderTests {
  @Test("is not stalled by a table of a thousand rows or a chart of a hundred thousand points")
  func large() throws {
    let points = (0..<100_000).map { Chart.Point(Double($0), Double(($0 * 7919) % 1000)) }
    var report = try Fixture.report()
    report.records["features"] = Fixture.record(
      "features",
      [
        Finding(
          name: "many",
          caption: "Many points.",
          content: .chart(
            .init(x: .init("x"), y: .init("y"), marks: [.dots(series: "a", points: points)], summary: "Many.")
          )
        )
      ]
    )
    let page = try #require(try report.texts()["01-kinds.html"])
    #expect(page.utf8.count < 600_000, "\(page.utf8.count) bytes")
    #expect(page.contains("99,000 more are in") && page.contains("class=\"scroll tall"))
  }

  @Test(
    "sees NaN, infinity and missing values of a table as such",
    arguments: [
      (Table.Value.number(.nan), "not a number"), (.number(.infinity), "∞"), (.number(-.infinity), "−∞"),
      (.measurement(.init(.nan, spread: .nan)), "not a number"), (.missing, "–"),
      (.text("<script>alert(1)</script>"), "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"),
      (.text("שלום"), "<bdi>שלום</bdi>"),
      (.text(String(repeating: "long", count: 50)), String(repeating: "long", count: 50)),
    ]
  )
  func badValues(value: Table.Value, text: String) throws {
    var report = try Fixture.report()
    let table = Table(
      columns: [.init("a"), .init("b", direction: .higherIsBetter)],
      rows: [.init(["x", value])]
    )
    let empty = Table(columns: table.columns)
    report.records["schemes"] = Fixture.record(
      "schemes",
      [
        Finding(name: "table", content: .table(table)), Finding(name: "curve", content: .table(empty)),
      ]
    )
    let page = try #require(try report.texts()["01-kinds.html"])
    #expect(page.contains(text))
  }

  private func page(_ findings: Finding...) throws -> String {
    var report = try Fixture.report()
    report.records["features"] = Fixture.record("features", findings)
    return try #require(try report.texts()["01-kinds.html"])
  }

  @Test("sees all that reads like the best marked as the best")
  func best() throws {
    let columns = [Table.Column("loss", direction: .lowerIsBetter, digits: 3)]
    let rows = [1.2311, 1.2313, 1.24].map { Table.Row([.number($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: columns, rows: rows))))
    #expect(page.ranges(of: "<strong>1.231</strong>").count == 2 && !page.contains("<strong>1.240"))
  }

  @Test("sees nothing marked as the best within the spread")
  func chance() throws {
    let columns = [Table.Column("rate", unit: .fraction, direction: .higherIsBetter)]
    let means = [(0.95, 0.001), (0.92, 0.01), (0.5, 0.01)]
    func marks(_ first: Double) throws -> Int {
      let rows = ([(first, 0.02)] + means).map { mean, spread in
        Table.Row([.measurement(Measured(mean, unit: .fraction, spread: spread))])
      }
      let table = Table(columns: columns, rows: rows)
      return try page(Finding(name: "table", content: .table(table))).ranges(of: "<strong>").count
    }
    let (near, far) = try (marks(0.96), marks(0.99))
    #expect(far == near + 1)
  }

  @Test("sees the numbers of a grid that spans powers of ten")
  func grid() throws {
    let rows = [2.4e-4, 1.92e-3, 0.5, 2].map { Table.Row([.number($0)]) }
    let table = Table(columns: [.init("weight")], rows: rows)
    let page = try page(Finding(name: "table", content: .table(table)))
    for text in ["0.00024", "0.00192", "0.5", "2"] {
      #expect(page.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("sees on which side of zero an interval ends")
  func interval() throws {
    let measured = Measured(
      0.054,
      unit: .fraction,
      spread: 0.043,
      sampleCount: 5,
      interval: .init(-0.000206, 0.1075)
    )
    let page = try page(Finding(name: "gain", content: .measurement(measured)))
    #expect(page.contains("interval −0.021 to 10.750\u{A0}%, n\u{A0}=\u{A0}5"), "\(page)")
  }

  @Test("sees the small numbers of a column in one notation")
  func notation() throws {
    let rows = [7.45e-5, 2.979e-4, 0].map { Table.Row([.number($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: [.init("force")], rows: rows))))
    for text in ["7.45\u{A0}×\u{A0}10⁻⁵", "2.98\u{A0}×\u{A0}10⁻⁴", "0"] {
      #expect(page.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("sees each number of a column of several units with the digits of its own spread")
  func units() throws {
    let values: [Measured] = [
      .init(-0.021, spread: 0.047), .init(2.87, unit: .symbol("points"), spread: 1.3),
      .init(1.3482, unit: .fraction),
    ]
    let rows = values.map { Table.Row([.measurement($0)]) }
    let page = try page(Finding(name: "table", content: .table(.init(columns: [.init("a")], rows: rows))))
    let bare = page.replacing(#/<span[^>]*>/#, with: "").replacing("</span>", with: "")
    for text in ["−0.021 ±\u{A0}0.047", "2.9 ±\u{A0}1.3\u{A0}points", "134.82\u{A0}%"] {
      #expect(bare.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
  }

  @Test("finds many numbers without captions folded, and few or described ones in sight", arguments: [4, 5])
  func numbers(count: Int) throws {
    func findings(_ caption: String) throws -> String {
      var report = try Fixture.report()
      report.records["features"] = Fixture.record(
        "features",
        (0..<count).map { .init(name: "n-\($0)", caption: caption, content: .measurement(.init(Double($0)))) }
      )
      return try #require(try report.texts()["01-kinds.html"])
    }
    #expect(try findings("").contains("<summary>5 numbers, by their names</summary>") == (count > 4))
    #expect(try !findings("Images a second").contains("class=\"numbers\""))
  }
}
