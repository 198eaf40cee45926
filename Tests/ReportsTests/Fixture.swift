import Chapters
import Findings
import Foundation
import Reports
import Typesetting

/// A book of two chapters with every kind of finding, and with cells that failed or were not run.
enum Fixture {
  static let book = Book(
    folder: "/book",
    title: "Every Kind of Finding",
    subtitle: "A book to look at",
    authors: ["A. Author", "B. Author"],
    chapterFiles: ["01-kinds.md", "02-troubles.md"]
  )

  static func chapters() throws -> [Chapter] {
    try [Chapter(parsing: kinds, file: "01-kinds.md"), Chapter(parsing: troubles, file: "02-troubles.md")]
  }

  static func report() throws -> Report {
    var report = Report(book: book, chapters: try chapters(), records: records)
    report.mathematics = [
      .init(tex: "L_S = -\\log p_y", isDisplay: true): mathML(
        "<mi>L</mi><mo>=</mo><mo>−</mo><mi>log</mi><mi>p</mi>",
        isDisplay: true
      ),
      .init(tex: "c_j", isDisplay: false): mathML("<msub><mi>c</mi><mi>j</mi></msub>", isDisplay: false),
    ]
    let works: [CitedText] = [
      .text("Wen et al. "), .styled(.emphasis, [.text("A work on centres")]), .text(". 2016. "),
      .link(address: "https://example.org/w", [.text("https://example.org/w")]),
    ]
    let label: [CitedText] = [.text("("), .entry(key: "wen-2016", [.text("Wen et al., 2016")]), .text(")")]
    let groups = report.chapters.flatMap(\.mentions.citations)
    report.citations = .init(
      labels: Dictionary(groups.map { ($0, label) }) { first, _ in first },
      entries: [.init(key: "wen-2016", text: works)]
    )
    report.pictures = ["figures/a dot.png": Array(dot)]
    return report
  }

  /// A PNG of one grey pixel.
  static let dot =
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    ) ?? Data()

  private static func mathML(_ content: String, isDisplay: Bool) -> String {
    "<math\(isDisplay ? " display=\"block\"" : "")>\(content)</math>"
  }

  static func provenance(_ seconds: Double = 1.25) -> Provenance {
    Provenance(
      date: "2026-01-02T03:04:05Z",
      seconds: seconds,
      profile: "small",
      seed: 7,
      machine: "EPYC, Haswell kernel, 2 threads",
      toolchain: "Swift 6.3.1, laboratory 0123456789ab",
      commit: "abcdef0+"
    )
  }

  static func record(
    _ cell: String,
    _ findings: [Finding] = [],
    output: String = "",
    outcome: Outcome = .succeeded
  ) -> CellRecord {
    CellRecord(
      cell: cell,
      key: String(repeating: "0a", count: 32),
      outcome: outcome,
      findings: findings,
      output: output,
      outputWasCut: output.count > 200,
      inputs: [
        .init(kind: .file, name: "data/pairs.txt", digest: String(repeating: "f1", count: 32)),
        .init(kind: .variable, name: "HOME", digest: nil),
      ],
      provenance: provenance()
    )
  }

  static let records: [String: CellRecord] = [
    "accuracy": record(
      "accuracy",
      [
        Finding(
          name: "lfw",
          content: .measurement(
            .init(
              0.9963,
              unit: .fraction,
              spread: 0.0012,
              sampleCount: 10,
              interval: .init(0.9951, 0.9972),
              direction: .higherIsBetter
            )
          ),
          lineInCell: 2
        ),
        Finding(
          name: "speed",
          caption: "Images a second",
          content: .measurement(.init(181.5, unit: .symbol("images/s"))),
          lineInCell: 3
        ),
      ],
      output: "epoch 1\nepoch 2 <done>\n"
    ),
    "schemes": record(
      "schemes",
      [
        Finding(
          name: "table",
          caption: "Accuracy of three schemes.",
          content: .table(schemes),
          lineInCell: 1
        ),
        Finding(
          name: "curve",
          caption: "The loss of two schemes over the steps.",
          content: .chart(curve),
          lineInCell: 4
        ),
      ]
    ),
    "features": record(
      "features",
      [
        Finding(name: "scatter", caption: "Features in the plane.", content: .chart(scatter)),
        Finding(name: "faces", caption: "Three faces.", content: .images(faces)),
        Finding(name: "histogram", caption: "Distances of pairs.", content: .chart(histogram)),
        Finding(name: "map", caption: "Accuracy by margin and weight.", content: .chart(map)),
        Finding(name: "panels", caption: "One panel a scheme.", content: .chart(panels)),
        Finding(name: "bars", caption: "Accuracy by benchmark.", content: .chart(bars)),
        Finding(name: "remark", content: .note(.init("The set is synthetic."))),
        Finding(name: "beware", content: .note(.init("Only one seed was run.", kind: .warning))),
      ]
    ),
    "claims": record(
      "claims",
      [
        Finding(
          name: "ordering",
          content: .claim(
            .init(
              statement: "Minimum margin beats softmax on LFW-style pairs.",
              place: "table 3, row 5",
              published: .init(0.9963, unit: .fraction, standing: .read),
              reproduced: .init(0.974, unit: .fraction, spread: 0.004, sampleCount: 3),
              rule: "The interval of the difference lies above 0.",
              verdict: .reproduced
            )
          )
        ),
        Finding(
          name: "megaface",
          content: .claim(
            .init(
              statement: "It leads at a million distractors.",
              place: "table 2",
              rule: "Rank 1 is higher.",
              verdict: .notRun
            )
          )
        ),
      ]
    ),
    "long-table": record(
      "long-table",
      [Finding(name: "rows", caption: "A thousand rows.", content: .table(longTable))]
    ),
    "broken": record(
      "broken",
      output: "before\n",
      outcome: .failed(
        .init(kind: .trap, message: "Index out of range.", lineInCell: 2, details: "Fatal error\n  at <main>")
      )
    ),
    "after": record("after", outcome: .notRun(.skipped("the cell “broken” above it failed"))),
  ]

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
