internal import ArgumentParser
internal import Chapters
internal import Foundation

/// Feeds damaged chapters, `book.yml` files and bibliographies to their readers, from a seed.
///
/// A case fails if a reader crashes (the process ends, and the case's seed is in the file of `--trace`), takes
/// longer than `--limit`, gives an error a place outside the text, or if the page gets a tag that no Markdown
/// makes. One JSON line at the end; exit status 1 if a case failed.
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Feed damaged chapters and book files to their readers."
  )

  @Option(help: "How many mutations.") var cases = 100_000
  @Option(help: "The first case's seed; case n has seed + n.") var seed: UInt64 = 1
  @Option(help: "The longest that a case may take, in seconds of the processor.") var limit = 1.0
  @Option(help: "A file that names the seed of the case at work.") var trace: String?

  func run() throws {
    var outcomes: [String: Int] = [:]
    var slowest = 0.0
    var failures = 0
    let handle = trace.flatMap { path -> FileHandle? in
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      return FileHandle(forWritingAtPath: path)
    }
    for number in 0..<UInt64(max(0, cases)) {
      let caseSeed = seed &+ number
      handle?.seek(toFileOffset: 0)
      handle?.write(Data("\(caseSeed)          \n".utf8))
      // The processor's time, in millionths of a second by POSIX: a clock would blame the reader for what else the
      // machine does.
      let start = clock()
      let (outcome, failure) = FuzzCase(seed: caseSeed).run()
      let seconds = Double(clock() - start) / 1e6
      outcomes[outcome, default: 0] += 1
      slowest = max(slowest, seconds)
      let late = seconds > limit ? "took \(seconds) s" : nil
      guard let failure = failure ?? late else { continue }
      failures += 1
      FileHandle.standardError.write(Data("seed \(caseSeed): \(outcome): \(failure)\n".utf8))
    }
    let line: [String: Any] = [
      "bench": "fuzz", "cases": cases, "seed": seed, "outcomes": outcomes, "slowestSeconds": slowest,
      "failures": failures,
    ]
    let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys])
    FileHandle.standardOutput.write(data + Data("\n".utf8))
    if failures > 0 { throw ExitCode(1) }
  }
}
