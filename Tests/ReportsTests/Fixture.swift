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
}

extension Report {
  /// The files of the report by their paths, as texts.
  func texts() throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try pages().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    )
  }
}
