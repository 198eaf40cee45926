internal import ArgumentParser
internal import Foundation

/// The whole program on books of prose alone: every chapter read, parsed, checked, drawn and written, from nothing.
struct ProseBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prose",
    abstract:
      "Render books of prose of growing length; a JSON line with median seconds, speed and peak memory for each."
  )

  @Option(parsing: .upToNextOption, help: "How many chapters the books have.")
  var chapters = [10, 100, 1000, 10_000]

  @Option(help: "Bytes of each chapter, at least.") var bytes = 10_000
  @Option(help: "Runs that are timed; the median is reported.") var runs = 3

  func validate() throws {
    guard chapters.allSatisfy({ $0 > 0 }), bytes > 0, runs > 0 else {
      throw ValidationError("--chapters, --bytes and --runs must be at least 1")
    }
  }

  func run() throws {
    let root = NSTemporaryDirectory() + "/marginalia-bench-\(getpid())"
    // Only at the end: for minutes an ext4 without a journal passes over the places of files removed last, one by one for
    // each new file, and with thousands of these that takes longer than all the rest.
    defer { try? FileManager.default.removeItem(atPath: root) }
    for count in chapters {
      let folder = "\(root)/\(count)"
      let size = try write(count, to: folder)
      let bench = RenderTiming(folder: folder)
      let results = try (1...runs).map { try bench.render("--output", "\(folder)/output-\($0)") }
      let seconds = results.map(\.seconds).sorted()[results.count / 2]
      let peak = results.map(\.peakMemory).max() ?? 0
      print(
        "{\"bench\":\"prose\",\"chapters\":\(count),\"bytes\":\(size),\"median_seconds\":"
          + String(format: "%.3f,\"megabytesPerSecond\":%.1f", seconds, Double(size) / 1e6 / seconds)
          + ",\"peak_megabytes\":\(peak >> 20)}"
      )
    }
  }

  /// Writes a book and returns how many bytes its chapters have.
  private func write(_ count: Int, to folder: String) throws -> Int {
    let chapters = folder + "/Chapters"
    try FileManager.default.createDirectory(atPath: chapters, withIntermediateDirectories: true)
    try Data("title: A book of prose\n".utf8).write(to: URL(fileURLWithPath: chapters + "/book.yml"))
    var writer = ChapterWriter(seed: 1, isProse: true)
    var size = 0
    for number in 1...count {
      let text = Data(writer.chapter(ofAtLeast: bytes).utf8)
      size += text.count
      try text.write(to: URL(fileURLWithPath: chapters + String(format: "/%05d-part-%d.md", number, number)))
    }
    return size
  }
}
