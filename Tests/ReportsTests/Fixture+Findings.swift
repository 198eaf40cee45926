import Chapters
import Findings
import Foundation
import Reports
import Typesetting

/// The tables, charts and pictures of the book.
extension Fixture {
  static let schemes = Table(
    columns: [
      .init("Scheme"), .init("LFW-style", unit: .fraction, direction: .higherIsBetter, group: "Verification"),
      .init("YTF-style", unit: .fraction, direction: .higherIsBetter, group: "Verification"),
      .init("Distance", direction: .lowerIsBetter),
    ],
    rows: [
      .init(
        ["Softmax", .measurement(.init(0.95, unit: .fraction, spread: 0.004)), 0.9, 1.5],
        group: "Without centres"
      ),
      .init(
        ["Softmax + Centre", .measurement(.init(0.97, unit: .fraction, spread: 0.003)), 0.93, 0.75],
        group: "With centres"
      ),
      .init(
        [
          "Softmax + Centre + Minimum Margin", .measurement(.init(0.974, unit: .fraction, spread: 0.002)),
          .missing, 0.5,
        ],
        group: "With centres"
      ),
    ]
  )

  static let longTable = Table(
    columns: [.init("Pair"), .init("Score"), .init("Same", unit: .count)],
    rows: (0..<1000).map {
      .init([.text("pair \($0 + 1)"), .number(Double(($0 * 7919) % 1000) / 1000), .number(Double($0 % 2))])
    }
  )

  static let curve: Chart = {
    let steps = (0...40).map { Double($0) * 25 }
    let spans = steps.map { Chart.Span($0, 2.2 / (1 + $0 / 200), 2.8 / (1 + $0 / 200)) }
    let softmax = steps.map { Chart.Point($0, 2.5 / (1 + $0 / 200)) }
    let margin = steps.map { Chart.Point($0, 2.7 / (1 + $0 / 125)) }
    return Chart(
      x: .init("Step"),
      y: .init("Loss", domain: 0...3),
      marks: [
        .band(series: "Softmax", spans: spans), .line(series: "Softmax", points: softmax),
        .line(series: "Softmax + Centre + Minimum Margin", points: margin),
      ],
      summary: "Both losses fall; the one with the margin falls faster."
    )
  }()

  static let scatter: Chart = {
    let symbols: [Chart.Symbol] = [.circle, .square, .triangle, .diamond]
    var marks: [Chart.Mark] = []
    for (cluster, symbol) in symbols.enumerated() {
      let points = (0..<60).map { index in
        place(angle: Double(cluster) * 1.6 + Double(index % 10) * 0.05, radius: 3 + Double(index) / 20)
      }
      marks.append(.dots(series: "identity \(cluster + 1)", points: points, symbol: symbol))
    }
    let centres = (0..<4).map { place(angle: Double($0) * 1.6 + 0.2, radius: 4.5) }
    marks.append(.dots(series: "centres", points: centres, symbol: .cross))
    return Chart(
      x: .init("Feature 1"),
      y: .init("Feature 2"),
      marks: marks,
      summary: "Four clusters, one an identity.",
      aspectRatio: 1.2
    )
  }()

  private static func place(angle: Double, radius: Double) -> Chart.Point {
    Chart.Point(radius * cos(angle), radius * sin(angle))
  }

  static let histogram = Chart(
    x: .init("Squared distance"),
    y: .init("Pairs", unit: .count),
    marks: [
      .histogram(series: "genuine", values: (0..<500).map { Double(($0 * 37) % 101) / 60 }, binCount: 14)
    ],
    summary: "Most genuine pairs are near."
  )

  static let map: Chart = {
    let tiles = (0..<15).map { (index: Int) -> Chart.Tile in
      let accuracy: Double = 0.9 + Double((index * 7) % 15) / 200
      return Chart.Tile(Double(index % 5), Double(index / 5), accuracy)
    }
    return Chart(
      x: .init("Margin", scale: .categorical(["0", "70", "140", "210", "280"])),
      y: .init("Weight", scale: .categorical(["5e−9", "5e−8", "5e−7"])),
      marks: [.tiles(tiles, label: "Accuracy")],
      summary: "The middle is best.",
      aspectRatio: 2.2
    )
  }()

  static let panels = Chart(
    x: .init("False accept rate", scale: .log, unit: .fraction),
    y: .init("True accept rate", domain: 0...1, unit: .fraction),
    panels: [
      .init("Softmax", marks: [rising(0.24)]), .init("Softmax + Centre", marks: [rising(0.16)]),
      .init("Minimum Margin", marks: [rising(0.08)]),
    ],
    summary: "All rise.",
    aspectRatio: 1.3
  )

  private static func rising(_ slope: Double) -> Chart.Mark {
    let rates: [Double] = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]
    return .line(
      series: "",
      points: rates.enumerated().map { index, rate in Chart.Point(rate, 1 - slope * 0.9 * Double(5 - index)) }
    )
  }

  static let bars = Chart(
    x: .init("Benchmark", scale: .categorical(["LFW-style", "YTF-style", "SLLFW-style"])),
    y: .init("Accuracy", unit: .fraction),
    marks: [
      .bars(series: "Softmax", points: [.init(0, 0.95), .init(1, 0.9), .init(2, 0.8)]),
      .bars(series: "Minimum Margin", points: [.init(0, 0.974), .init(1, 0.94), .init(2, 0.88)]),
      .errorBars(
        series: "Softmax",
        spans: [.init(0, 0.93, 0.97), .init(1, 0.87, 0.93), .init(2, 0.76, 0.84)]
      ),
    ],
    summary: "The margin is ahead on all three."
  )

  static let faces = ImageGrid(
    columns: 6,
    images: (0..<6).map { index in
      let rgb = (0..<32 * 32).flatMap { pixel -> [UInt8] in
        let (x, y) = (Double(pixel % 32) - 16, Double(pixel / 32) - 16)
        let isFace = x * x + y * y * 0.7 < 150
        return isFace
          ? [UInt8(200 - 8 * index), UInt8(160 + 5 * index), 130] : [90, 110, UInt8(120 + 10 * index)]
      }
      return .init(width: 32, height: 32, rgb: rgb, label: "identity \(index + 1)")
    }
  )

}
