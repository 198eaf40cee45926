internal import ArgumentParser
internal import Foundation

/// Time and memory of `marginalia evaluate` and of a Python script on the same files, in turns, as one JSON line.
struct BesidePython: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "beside-python",
    abstract: "Measure `marginalia evaluate` and a Python script in turns on the same files.",
    discussion: """
      lfw, ijb or megaface at their published size times --scale; Tests/Scripts/evaluators-by-python.py draws the files and \
      evaluates them as the scripts do that people use. Each figure must be the same; the ratios are Python's medians \
      divided by ours. Whole processes are measured, from their start to their end.
      """
  )

  enum Kind: String, ExpressibleByArgument, CaseIterable { case lfw, ijb, megaface }

  @Argument(help: "lfw, ijb or megaface.") var kind: Kind
  @Option(help: "A Python with numpy, scipy, pandas and scikit-learn.") var python: String
  @Option(help: "The script.") var script = "Tests/Scripts/evaluators-by-python.py"
  @Option(help: "The part of the published size.") var scale = 1.0
  @Option(help: "Runs of each; the medians are reported.") var steps = 3
  @Option(help: "The folder of the files, which stay; a temporary one unless given.") var folder: String?

  /// Why there is nothing to report.
  struct Failure: Error, CustomStringConvertible { var description: String }

  func validate() throws {
    guard steps > 0, scale > 0, scale <= 1 else {
      throw ValidationError("--steps is 1 or more, --scale above 0 and at most 1.")
    }
  }

  func run() throws {
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let folder = folder ?? temporary
    if !FileManager.default.fileExists(atPath: folder + "/features.npy"),
      !FileManager.default.fileExists(atPath: folder + "/probes.npy")
    {
      _ = try ProgramRun(python, [script, "make", kind.rawValue, folder, "\(scale)"])
    }
    let result = folder + "/result.json"
    var (ours, theirs): ([ProgramRun], [ProgramRun]) = ([], [])
    var figures: [String: Double] = [:]
    for _ in 0..<steps {
      ours.append(try ProgramRun(ProgramRun.marginalia, arguments(folder) + ["--json", result]))
      let run = try ProgramRun(python, [script, "run", kind.rawValue, folder])
      theirs.append(run)
      figures = try JSONDecoder().decode([String: Double].self, from: run.output)
    }
    let sheet = try JSONDecoder().decode(Sheet.self, from: Data(contentsOf: URL(fileURLWithPath: result)))
    for (name, value) in figures {
      let own = sheet.scores.first { $0.name == name }?.value
      // A pair whose single-precision score lies at a threshold may fall on its other side.
      guard let own, abs(own - value) <= 0.002 else {
        throw Failure(description: "\(name): \(own.map { "\($0)" } ?? "none") here, \(value) by Python")
      }
    }
    let seconds = (ProgramRun.median(ours.map(\.seconds)), ProgramRun.median(theirs.map(\.seconds)))
    let memory = (ProgramRun.median(ours.map(\.peakMiB)), ProgramRun.median(theirs.map(\.peakMiB)))
    let line: [String: Any] = [
      "bench": "beside-python", "kind": kind.rawValue, "scale": scale, "steps": steps, "figures": figures,
      "seconds": seconds.0, "pythonSeconds": seconds.1, "timeRatio": seconds.1 / seconds.0,
      "peakMiB": memory.0, "pythonPeakMiB": memory.1, "memoryRatio": memory.1 / memory.0,
      "allSeconds": ours.map(\.seconds), "allPythonSeconds": theirs.map(\.seconds),
    ]
    let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys])
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  private struct Sheet: Decodable {
    struct Score: Decodable {
      var name: String
      var value: Double
    }
    var scores: [Score]
  }

  private func arguments(_ folder: String) -> [String] {
    switch kind {
    case .lfw:
      ["evaluate", "lfw", "--pairs", folder + "/pairs.txt", "--features", folder + "/features.npy"]
    case .ijb:
      [
        "evaluate", "ijb", "--official", folder + "/images.csv", "--matches", folder + "/matches.csv",
        "--features", folder + "/features.npy",
      ]
    case .megaface:
      [
        "evaluate", "megaface", "--probes", folder + "/probes.npy", "--probe-list", folder + "/probes.json",
        "--distractors", folder + "/distractors.npy",
      ]
    }
  }
}
