internal import ArgumentParser
internal import Engine
internal import Foundation

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Make a small book that renders at once.")

  @Argument(help: "The folder to make; it must not exist or be empty.")
  var folder: String

  func run() throws {
    let path = BookOptions.absolute(folder)
    let there = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard there.isEmpty else {
      throw BookProblems(problems: ["'\(folder)' is not empty: name a new folder"])
    }
    try AtomicFile.makeFolder(path + "/Chapters")
    for (name, text) in Self.files {
      try AtomicFile.write(Data(text.utf8), to: path + "/Chapters/" + name)
    }
    try AtomicFile.write(Data(Self.ignored.utf8), to: path + "/.gitignore")
    print("a book is in '\(folder)/Chapters': cd '\(folder)' && marginalia render")
  }

  /// The store can be made again; the report is a record worth keeping.
  private static let ignored = """
    # Records, models and caches of marginalia.
    .marginalia/

    """

  private static let files = [
    "book.yml": """
    title: A small book
    authors:
      - name: You
        affiliation: Your place
    # Shown by "Cite this", search engines, 'marginalia export --to pdf', and the like:
    abstract: A number, a claim and a chart.
    date: 2026-01-31
    license: CC-BY-4.0
    keywords: [example]
    # The work whose claims the book checks; they are in output/claims.json.
    reproduces: knuth1984
    bibliography: references.bib
    math: dollars
    parameters:
      steps: { type: integer, default: 200, range: [10, 100000], description: Steps of the random walk. }

    """,
    "01-a-number.md": """
    # A number in a sentence

    A cell is a fence of Swift with an id. It runs when the book is rendered, and what it records can be named
    anywhere: the mean of the sample below is [about a half](finding:sample.mean).

    ```swift id=sample
    var generator = SeededGenerator(seed: Notebook.current.seed)
    let values = (0..<1000).map { _ in Double.random(in: 0..<1, using: &generator) }
    record("mean", values.reduce(0, +) / Double(values.count), caption: "The mean of the sample.")
    ```

    Sample
    : Numbers that were drawn independently from one distribution.

    The mean of a [sample](term:sample) is $\\bar x = \\frac{1}{n} \\sum_{i=1}^{n} x_i$. Literate programs are Knuth's idea [](cite:knuth1984).[^1]

    | Sample | Expected mean |
    |:-------|--------------:|
    | uniform on 0 to 1 | $\\frac{1}{2}$ |

    A claim is judged by a rule that is written down before the run:

    ```swift id=claim
    let mean = values.reduce(0, +) / Double(values.count)
    record(
      "half",
      Claim(
        statement: "The mean of the sample is one half.", place: "the first paragraph",
        published: .init(0.5, standing: .derived), reproduced: Measured(mean, sampleCount: values.count),
        rule: "The mean lies within 0.05 of one half.", verdict: abs(mean - 0.5) < 0.05 ? .reproduced : .contradicted))
    ```

    > [!TIP]
    > Change the seed in `book.yml`, render again, and the number in the first paragraph changes.

    [^1]: The chapter language has an example for each of its rules in `Tests/ChaptersTests/Spec.md`.

    """,
    "steps.svg": """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60" width="240" height="120">
      <path d="M10 40H40V20H70V50H110" fill="none" stroke="#0a5a96" stroke-width="3"/>
    </svg>

    """,
    "references.bib": """
    @article{knuth1984,
      author  = {Knuth, Donald E.},
      title   = {Literate Programming},
      journal = {The Computer Journal},
      volume  = {27},
      number  = {2},
      pages   = {97--111},
      year    = {1984},
      doi     = {10.1093/comjnl/27.2.97}
    }

    """,
    "02-a-chart.md": """
    # A chart

    Cells of one chapter share their variables. [The figure](figure:walk.path) shows a random walk; with
    `marginalia render --set steps=1000` it is longer, in a report of its own.

    ```swift id=walk
    let steps: Int = try Notebook.current.parameter("steps")
    var generator = SeededGenerator(seed: Notebook.current.seed)
    var height = 0.0
    let path = (0..<steps).map { step in
      height += Double.random(in: -1...1, using: &generator)
      return Chart.Point(Double(step), height)
    }
    record(
      "path",
      Chart(
        x: .init("step"), y: .init("height"), marks: [.line(series: "walk", points: path)],
        summary: "A random walk of \\(steps) steps."),
      caption: "A random walk.")
    ```

    A chart of panels has a control that shows one of them alone. Dates are seconds since 1970:

    ```swift id=sweep
    func walk(width: Double) -> Chart.Panel {
      var generator = SeededGenerator(seed: Notebook.current.seed)
      var height = 0.0
      let points = (0..<120).map { month in
        height += Double.random(in: -width...width, using: &generator)
        return Chart.Point(Double(month) * 30.4375 * 86_400 + 1_420_070_400, height)
      }
      return .init("width \\(width)", marks: [.line(series: "walk", points: points)])
    }
    let panels = [0.5, 1, 2].map(walk)
    record(
      "widths",
      Chart(
        x: .init("month", scale: .date), y: .init("height"), panels: panels,
        summary: "Three random walks over ten years; the wider the steps, the farther they go."),
      caption: "Random walks by the width $w$ of a *step*, as in [](equation:walk).")
    record(
      "ends",
      Table(
        columns: [.init("steps"), .init("height at the end")],
        rows: zip(panels, ["narrow", "middle", "wide"]).map { panel, name in
          guard case .line(_, let points)? = panel.marks.first, let last = points.last else { return .init([.text(name), .missing]) }
          return .init([.text(name), .number(last.y)])
        }),
      caption: "Where the walks end.")
    record(
      "faces",
      ImageGrid(
        columns: 3,
        images: (0..<3).map { index in
          let rgb = (0..<32 * 32).flatMap { pixel -> [UInt8] in
            let isInside = (pixel % 32 - 16) * (pixel % 32 - 16) + (pixel / 32 - 16) * (pixel / 32 - 16) < 64 * (index + 1)
            return isInside ? [0, 90, 150] : [235, 235, 235]
          }
          return .init(width: 32, height: 32, rgb: rgb, label: "size \\(index + 1)")
        }),
      caption: "Three small pictures.")
    ```

    The readers find them in [](figure:sweep.widths) and [](table:sweep.ends); [](figure:steps) is a file of the book.

    ![Three steps, each to the right and up or down](steps.svg#steps "A walk goes *up* or *down* by at most $w$.")

    ```math label=walk
    h_t = h_{t-1} + u_t, \\qquad u_t \\sim \\mathcal{U}(-w, w)
    ```

    By [](equation:walk) the variance of a walk grows with its length [see @knuth1984, p. 97](cite:knuth1984).

    - [x] draw a figure
    - [ ] `marginalia export --to pdf`, `marginalia archive`, `marginalia verify --badge badge.svg`

    """,
  ]
}
