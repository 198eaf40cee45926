import Findings
import Testing

@Suite("A chart as data")
struct ChartTests {
  @Test("sorts values into bins of equal width, the last closed on both sides")
  func histogram() {
    let mark = Chart.Mark.histogram(series: "s", values: [0, 1, 1, 2, 4, .nan, .infinity], binCount: 4)
    #expect(mark == .histogram(series: "s", edges: [0, 1, 2, 3, 4], counts: [1, 2, 1, 1]))
  }

  @Test("gives one bin to equal values and none to no values")
  func degenerateHistogram() {
    #expect(
      Chart.Mark.histogram(series: "s", values: [3, 3])
        == .histogram(series: "s", edges: [3, 4], counts: [2])
    )
    #expect(
      Chart.Mark.histogram(series: "s", values: [.nan]) == .histogram(series: "s", edges: [], counts: [])
    )
  }

  @Test(
    "sorts the largest and the smallest numbers",
    arguments: [
      [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], [-1e308, 0, 1e308],
      [0, .leastNonzeroMagnitude],
    ]
  )
  func extremeHistogram(values: [Double]) {
    guard case .histogram(_, let edges, let counts) = Chart.Mark.histogram(series: "s", values: values) else {
      Issue.record("no histogram")
      return
    }
    #expect(counts.reduce(0, +) == Double(values.count))
    #expect(edges.count == counts.count + 1 && edges.allSatisfy(\.isFinite) && edges == edges.sorted())
  }

  @Test("survives its JSON form, values that are not finite too")
  func coding() throws {
    let chart = Chart(
      x: .init("step", scale: .log),
      y: .init("loss", unit: .fraction),
      marks: [.line(series: "a", points: [.init(1, .nan), .init(2, .infinity)])],
      panels: [.init("left", marks: [.tiles([.init(0, 0, 1)], label: "count")])],
      summary: "Falls."
    )
    let data = try FindingsCoding.encode(chart)
    let back = try FindingsCoding.decode(Chart.self, from: data)
    #expect(try FindingsCoding.encode(back) == data)
    #expect(back.panels == chart.panels)
  }
}
