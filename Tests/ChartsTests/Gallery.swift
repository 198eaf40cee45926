import Findings
import Testing

/// One chart of each kind, for snapshots and for pages to look at.
struct Gallery: CustomTestStringConvertible, Sendable {
  var name: String
  var chart: Chart
  var testDescription: String { name }

  static let hostileValues: [Double] = [
    .nan, .infinity, -.infinity, 1.7e308, -1.7e308, .leastNonzeroMagnitude, 0,
  ]

  static func marks(with value: Double) -> [Chart.Mark] {
    let points = [Chart.Point(0, 1), .init(1, value), .init(2, 2)]
    let spans = [Chart.Span(0, 1, 2), .init(1, value, 1), .init(2, 1, 3)]
    return [
      .line(series: "s", points: points), .dots(series: "s", points: points),
      .area(series: "s", points: points),
      .bars(series: "s", points: points), .band(series: "s", spans: spans),
      .errorBars(series: "s", spans: spans),
      .rule(series: "s", from: .init(0, 0), to: .init(1, value)), .text(.init(1, value), "here"),
      .histogram(series: "s", edges: [0, 1, 2], counts: [value, 1]),
      .tiles([.init(0, value, 1), .init(1, 1, 1)], label: "t"),
    ]
  }

  static let all: [Gallery] = [
    Gallery(
      name: "line-and-band",
      chart: Chart(
        x: .init("Step"),
        y: .init("Loss"),
        marks: [
          .band(
            series: "softmax",
            spans: (0..<6).map { .init(Double($0) * 20, 2 / Double($0 + 1), 3 / Double($0 + 1)) }
          ),
          .line(series: "softmax", points: (0..<6).map { .init(Double($0) * 20, 2.5 / Double($0 + 1)) }),
          .line(
            series: "minimum margin",
            points: [.init(0, 2), .init(40, .nan), .init(60, 1), .init(100, 0.4)]
          ),
        ],
        summary: "Both losses fall."
      )
    ),
    Gallery(
      name: "dots",
      chart: Chart(
        x: .init("Feature 1"),
        y: .init("Feature 2"),
        marks: Chart.Symbol.allForTests.enumerated().map { index, symbol in
          .dots(
            series: symbol.rawValue,
            points: [.init(Double(index) - 2, 1), .init(0.5, Double(index))],
            symbol: symbol
          )
        } + [.text(.init(0, 3), "a centre"), .rule(series: "limit", from: .init(-2, 2), to: .init(2, 2))],
        summary: "Five symbols.",
        aspectRatio: 1
      )
    ),
    Gallery(
      name: "roc",
      chart: Chart(
        x: .init("False accept rate", scale: .log, unit: .fraction),
        y: .init("True accept rate", domain: 0...1, unit: .fraction),
        marks: [
          .line(
            series: "",
            points: [.init(1e-5, 0.5), .init(1e-3, 0.8), .init(0.1, 0.97), .init(1, 1), .init(0, 0)]
          )
        ],
        summary: "Rises."
      )
    ),
    Gallery(
      name: "bars",
      chart: Chart(
        x: .init("Scheme", scale: .categorical(["A", "B", "C"])),
        y: .init("Accuracy", unit: .fraction),
        marks: [
          .bars(series: "LFW-style", points: [.init(0, 0.9), .init(1, 0.95), .init(2, 0.97)]),
          .bars(series: "YTF-style", points: [.init(0, 0.8), .init(1, 0.85)]),
          .errorBars(series: "LFW-style", spans: [.init(0, 0.88, 0.92)]),
        ],
        summary: "Bars."
      )
    ),
    Gallery(
      name: "bars-across",
      chart: Chart(
        x: .init("Images", unit: .count),
        y: .init("Identity", scale: .categorical(["Ada", "Grace"])),
        marks: [.bars(series: "", points: [.init(120, 0), .init(7, 1)])],
        summary: "Bars across."
      )
    ),
    Gallery(
      name: "histogram-and-area",
      chart: Chart(
        x: .init("Distance"),
        y: .init("Pairs"),
        marks: [
          .histogram(series: "genuine", edges: [0, 1, 2, 3], counts: [5, 3, 1]),
          .area(series: "impostor", points: [.init(0, 0), .init(2, 2), .init(3, 4)]),
        ],
        summary: "Two heaps."
      )
    ),
    Gallery(
      name: "heat-map",
      chart: Chart(
        x: .init("Margin", scale: .categorical(["0", "140", "280"])),
        y: .init("Weight", scale: .categorical(["low", "high"])),
        marks: [
          .tiles((0..<6).map { .init(Double($0 % 3), Double($0 / 3), Double($0 * $0)) }, label: "Accuracy")
        ],
        summary: "A map."
      )
    ),
    Gallery(
      name: "panels",
      chart: Chart(
        x: .init("x"),
        y: .init("y"),
        marks: [.rule(series: "zero", from: .init(0, 0), to: .init(4, 0))],
        panels: ["left", "right"].enumerated().map { index, title in
          .init(title, marks: [.dots(series: "points", points: [.init(1, Double(index)), .init(4, -1)])])
        },
        summary: "Two panels."
      )
    ),
  ]
}

extension Chart.Symbol {
  static let allForTests: [Chart.Symbol] = [.circle, .cross, .square, .triangle, .diamond]
}
