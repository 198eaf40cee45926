internal import ArgumentParser
internal import Foundation
internal import Tensors

/// The engine on a book of ten chapters with sixty charts: nothing changed, a sentence, a cell, lost pages, cold.
struct BookBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book",
    abstract:
      "Render a generated book in each state; a JSON line with median seconds, in all, of compiling and beside it, and peak memory for each."
  )

  @Option(help: "How often each state is measured.")
  var repeats = 5

  @Option(help: "Chapters of the book.")
  var chapters = 10

  @Option(help: "Cells of a chapter; each draws one chart.")
  var cells = 6

  func run() throws {
    let folder = NSTemporaryDirectory() + "/marginalia-bench-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try GeneratedBook(chapters: chapters, cells: cells).write(to: folder)
    let bench = RenderTiming(folder: folder)
    _ = try bench.render()
    try measure("nothing changed", bench) { _ in }
    try measure("a sentence edited", bench) { number in
      try bench.edit("03-part-3.md", "Sentence", "Sentence \(number) and Sentence")
    }
    try measure("a cell edited", bench) { number in
      try bench.edit("05-part-5.md", "let start = ", "let start = \(number).0 + ")
    }
    try measure("pages lost", bench) { _ in try FileManager.default.removeItem(atPath: folder + "/output") }
    try measure("cold", bench) { _ in
      try FileManager.default.removeItem(atPath: folder + "/output")
      try FileManager.default.removeItem(atPath: folder + "/.marginalia/records")
    }
  }

  private func measure(_ name: String, _ bench: RenderTiming, _ prepare: (Int) throws -> Void) throws {
    let results = try (1...max(1, repeats)).map { number in
      try prepare(number)
      return try bench.render()
    }
    let memory = results.map(\.peakMemory).max() ?? 0
    func median(_ value: (RenderTiming.Result) -> Double) -> String {
      String(format: "%.4f", results.map(value).sorted()[results.count / 2])
    }
    print(
      "{\"bench\":\"book\",\"state\":\"\(name)\",\"chapters\":\(chapters),\"charts\":\(chapters * cells),"
        + "\"median_seconds\":\(median(\.seconds)),\"median_seconds_of_compiling\":\(median(\.compileSeconds)),"
        + "\"median_seconds_beside\":\(median { $0.seconds - $0.compileSeconds }),"
        + "\"peak_megabytes\":\(memory >> 20)}"
    )
  }
}

/// A book of prose, formulas, tables and charts; the same arguments give the same bytes.
private struct GeneratedBook {
  var chapters: Int
  var cells: Int

  private static let words = """
    margin loss feature centre class identity network batch gradient rate protocol accuracy threshold pair fold \
    gallery probe rank distance minimum sample image softmax angle weight decay schedule figure table result paper \
    interval variance seed machine record stage claim evidence estimate ratio bound
    """.split(separator: " ").map(String.init)
  private static let equations = [
    "L_S = -\\frac{1}{N} \\sum_{i=1}^{N} \\log \\frac{e^{W_{y_i} x_i}}{\\sum_{j=1}^{K} e^{W_j x_i}}",
    "L_C = \\frac{1}{2} \\sum_{i=1}^{m} \\|x_i - c_{y_i}\\|_2^2",
    "L_M = \\sum_{i,j=1}^{K} \\max(\\|c_i - c_j\\|_2^2 - M, 0)",
  ]

  func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder + "/Chapters", withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/Chapters/" + name))
    }
    try write("book.yml", "title: A generated book\n")
    for number in 1...chapters {
      let name = number < 10 ? "0\(number)" : "\(number)"
      try write("\(name)-part-\(number).md", chapter(number))
    }
  }

  private func chapter(_ number: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(number))
    var text = "# Chapter \(number)\n\nSentence. " + prose(120, &generator)
    for cell in 0..<cells {
      text += "\n\n## Section \(cell)\n\n" + prose(230, &generator)
      text += "\n\nThe weight $`\\alpha`$ acts on $`x_i`$.\n"
      for equation in Self.equations.prefix(2) {
        text += "\n```math\n\(equation) + \(number * 10 + cell)\n```\n"
      }
      text += "\n" + code(number, cell)
    }
    return text
  }

  private func prose(_ count: Int, _ generator: inout SeededGenerator) -> String {
    (0..<count).map { index in
      let word = Self.words[Int.random(in: 0..<Self.words.count, using: &generator)]
      return index % 14 == 13 ? word + "." : index % 37 == 5 ? "*\(word)*" : word
    }.joined(separator: " ")
  }

  private func code(_ chapter: Int, _ cell: Int) -> String {
    """
    ```swift id=chart-\(chapter)-\(cell)
    do {
      let start = 0.0
      var generator = SeededGenerator(seed: \(chapter * 100 + cell))
      let marks = (0..<4).map { run in
        var height = start
        let points = (0..<200).map { step in
          height += Double.random(in: -1...1, using: &generator)
          return Chart.Point(Double(step), height)
        }
        return Chart.Mark.line(series: "run \\(run)", points: points)
      }
      record("walk", Chart(x: .init("progress"), y: .init("value"), marks: marks, summary: "Four walks."), caption: "Walks.")
    }
    ```

    """
  }
}
