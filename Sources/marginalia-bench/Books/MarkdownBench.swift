internal import ArgumentParser
internal import Chapters
internal import Foundation
internal import Markup
internal import Reports

/// Speed of reading chapters and writing their prose as HTML, as one JSON line.
///
/// The chapters are made from a seed: headings, paragraphs with emphasis, links, references and formulas, lists,
/// quotes and listings, about 10 kB each. They are kept as text beside each other, as files would be, and each is
/// parsed, rendered and dropped.
struct MarkdownBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "markdown",
    abstract: "Measure Markdown to HTML."
  )

  @Option(help: "How many chapters.") var chapters = 10_000
  @Option(help: "Bytes of each chapter, at least.") var bytes = 10_000
  @Option(help: "Threads, each with its own chapters.") var threads = 1
  @Option(help: "Runs that are timed; the median is reported.") var runs = 3

  func validate() throws {
    guard chapters > 0, bytes > 0, threads > 0, runs > 0 else {
      throw ValidationError("--chapters, --bytes, --threads and --runs must be at least 1")
    }
  }

  func run() throws {
    var writer = ChapterWriter(seed: 1)
    let texts = (0..<chapters).map { _ in writer.chapter(ofAtLeast: bytes) }
    let size = texts.reduce(0) { $0 + $1.utf8.count }
    var timing = StepTiming()
    var written = 0
    for run in 0...runs {
      written = timing.measure("parse and render") { render(texts) }
      timing.endStep(counted: run > 0)
    }
    timing.print([
      "bench": "markdown", "chapters": chapters, "bytes": size, "htmlBytes": written, "threads": threads,
      "megabytesPerSecond": Double(size) / 1e6 / timing.median,
    ])
  }

  private func render(_ texts: [String]) -> Int {
    let parts = (0..<threads).map { part in
      stride(from: part, to: texts.count, by: threads).map { texts[$0] }
    }
    let counts = Counts(parts.count)
    DispatchQueue.concurrentPerform(iterations: parts.count) { part in
      var count = 0
      for text in parts[part] {
        guard let chapter = try? Chapter(parsing: text, file: "chapter.md") else {
          fatalError("a bad chapter")
        }
        count += ProseMarkup(cells: chapter.cells).node(chapter.blocks).html.utf8.count
      }
      counts.set(part, to: count)
    }
    return counts.sum
  }

  /// One number for each thread.
  private final class Counts: @unchecked Sendable {
    private var values: [Int]
    private let lock = NSLock()

    init(_ count: Int) { values = Array(repeating: 0, count: count) }

    func set(_ index: Int, to value: Int) { lock.withLock { values[index] = value } }

    var sum: Int { values.reduce(0, +) }
  }
}
