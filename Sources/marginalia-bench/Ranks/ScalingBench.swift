internal import ArgumentParser
internal import Foundation
internal import Networks
internal import Tensors

/// A prediction of the time of a training step on more threads, and more ranks, than the machine has.
///
/// One step of one rank is traced: every chunk of every parallel region is timed on one thread, with the chunks that T threads
/// would get. The computation of a rank then takes
///
///     time outside of regions + Σ over regions of (list schedule of its chunks on T threads + barrier(min(T, chunks)))
///
/// where barrier(n) is the measured time of a region of n empty chunks on n threads; with more threads than cores that is an
/// upper bound, since threads then wait for each other's cores. Memory bandwidth and caches that more threads share are not in
/// the model: the measured step at as many threads as there are cores shows how much that is here.
///
/// With R ranks, a rank computes its images, and with the others what all have; the slowest of the first, the middle and the last rank counts.
/// What it sends is counted, not estimated. With the link's latency l and bandwidth b, both options, the exchange adds
///
///     turns·R·l + 2(R − 1)·bytes of turns/b + waiting for rows and parts + max(0, bytes of gradients/b − time of the backward pass) + 2R·l
///
/// : sums that go from rank to rank in turn; rows of chunks that ranks share, outputs and small sums that all get; and gradients, on
/// their way while earlier layers are computed. A rank may ask for rows before it needs them; the link brings one after the other,
/// each after bytes/b and l, and the rank waits for what is not there yet.
struct ScalingBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract:
      "Predict the time of a training step on many threads and ranks, from the measured time of each chunk.",
    discussion: """
      One JSON line for each number of threads, or for each of --layouts: predicted seconds, speed-up, share of the \
      ideal, hours of the paper's run, the measured cost of a barrier, the time outside of parallel regions, and what \
      loses most time, with file and line of a region. For one rank, up to the number of cores, the measured time \
      stands beside it.
      """
  )

  @Option(help: "The network.") var network = NetworkBench.Architecture.inceptionResNetV1
  @Option(help: "Side of the images in pixels.") var size = 160
  @Option(help: "Images in a batch.") var batch = 90
  @Option(help: "Classes of softmax, centre loss and minimum margin; 0 leaves the losses out.") var classes =
    0
  @Option(help: "Traced and measured steps of each number of threads; the fastest time of each chunk counts.")
  var steps = 3
  @Option(help: "The largest number of threads.") var threads = 128
  @Option(help: "Ranks x threads, for example 1x64,4x32,8x32,16x64, instead of 1 to --threads threads.")
  var layouts: String?
  @Option(help: "Bandwidth between two ranks, in Gbit/s.") var bandwidth = 10.0
  @Option(help: "Time of a short message, in microseconds.") var latency = 30.0
  @Option(help: "Steps of a whole run, for its hours: the paper's.") var runSteps = 275_000

  func validate() throws {
    guard size > 0, batch > 0, steps > 0, (1...1024).contains(threads), classes >= 0, runSteps > 0 else {
      throw ValidationError(
        "--size, --batch, --steps and --run-steps must be at least 1, --threads 1 to 1024"
      )
    }
    guard bandwidth > 0, latency >= 0 else {
      throw ValidationError("--bandwidth must be above 0, --latency 0 or more")
    }
    for layout in try plan() where layout.ranks > batch {
      throw ValidationError(
        "--batch \(batch) is too small for \(layout.ranks) ranks: each needs at least one image"
      )
    }
  }

  private func plan() throws -> [(ranks: Int, threads: Int)] {
    guard let layouts else {
      return sequence(first: 1) { $0 * 2 }.prefix { $0 <= threads }.map { (1, $0) }
    }
    return try layouts.split(separator: ",").map { text in
      let parts = text.split(separator: "x").map { Int($0) ?? 0 }
      guard parts.count == 2, parts[0] > 0, (1...1024).contains(parts[1]) else {
        throw ValidationError("'\(text)' is not RANKSxTHREADS, such as 4x32")
      }
      return (parts[0], parts[1])
    }
  }

  func run() throws {
    let single = try prediction(ranks: 1, threads: 1).seconds
    for (ranks, threads) in try plan() {
      let found = try prediction(ranks: ranks, threads: threads)
      let speedUp = single / found.seconds
      var line: [String: Any] = [
        "bench": "scaling", "network": network.rawValue, "size": size, "batch": batch, "classes": classes,
        "ranks": ranks, "threads": threads, "kernels": openBLASKernel, "predictedSeconds": found.seconds,
        "speedUp": speedUp, "shareOfIdeal": speedUp / Double(ranks * threads),
        "barrierSeconds": found.barrier, "serialSeconds": found.serial, "regions": found.regionCount,
        "hours": found.seconds * Double(runSteps) / 3600, "limits": found.limits,
      ]
      if ranks > 1 {
        line["sentBytes"] = found.sentBytes
        line["exchangeSeconds"] = found.exchange
        line["gradientSeconds"] = found.gradients
      } else if threads <= Parallel.availableCoreCount {
        let step = try ScalingStep(network, size: size, batch: batch, classes: classes, nil)
        step.run()
        let measured = (0..<steps).map { _ in Parallel.withThreads(threads) { step.seconds() } }.min()
        line["measuredSeconds"] = measured
        line["measuredOverPredicted"] = measured.map { $0 / found.seconds }
      }
      let data = try JSONSerialization.data(
        withJSONObject: line,
        options: [.sortedKeys, .withoutEscapingSlashes]
      )
      FileHandle.standardOutput.write(data + Data("\n".utf8))
    }
  }

  /// The slowest of the first, the middle and the last rank.
  private func prediction(ranks: Int, threads: Int) throws -> ScalingPrediction {
    let link = ScalingPrediction.Link(latency: latency * 1e-6, bytesPerSecond: bandwidth * 1e9 / 8)
    let found = try Set([0, ranks / 2, ranks - 1]).sorted().map { rank in
      let silent = ranks > 1 ? SilentRank(rank, of: ranks) : nil
      let step = try ScalingStep(network, size: size, batch: batch, classes: classes, silent)
      // The first step allocates memory.
      step.run()
      return ScalingPrediction(step, silent, steps: steps, threads: threads, link)
    }
    guard let slowest = found.max(by: { $0.seconds < $1.seconds }) else {
      preconditionFailure("there is a step and a rank")
    }
    return slowest
  }
}
