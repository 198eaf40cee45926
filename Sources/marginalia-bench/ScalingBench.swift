internal import ArgumentParser
internal import Foundation
internal import Networks
internal import Tensors

/// A prediction of the time of a training step on more threads than the machine has.
///
/// For each number of threads T one step is traced: every chunk of every parallel region is timed on one thread, with the
/// chunks that T threads would get. The prediction is
///
///     time outside of regions + Σ over regions of (list schedule of its chunks on T threads + barrier(min(T, chunks)))
///
/// where barrier(n) is the measured time of a region of n empty chunks on n threads; with more threads than cores that is an
/// upper bound, since threads then wait for each other's cores. Memory bandwidth and caches that more threads share are not in
/// the model: the measured step at as many threads as there are cores shows how much that is here.
struct ScalingBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract:
      "Predict the time of a training step on 1 to 128 threads, from the measured time of each chunk.",
    discussion: """
      One JSON line for each number of threads: predicted seconds, speed-up, share of the ideal, the measured cost of a \
      barrier, the time outside of parallel regions, and the regions that lose most time to idle threads, with file and \
      line. Up to the number of cores the measured time stands beside it.
      """
  )

  @Option(help: "The network.") var network = NetworkBench.Architecture.inceptionResNetV1
  @Option(help: "Side of the images in pixels.") var size = 160
  @Option(help: "Images in a batch.") var batch = 90
  @Option(help: "Traced and measured steps of each number of threads; the fastest counts.") var steps = 3
  @Option(help: "The largest number of threads.") var threads = 128

  func validate() throws {
    guard size > 0, batch > 0, steps > 0, (1...1024).contains(threads) else {
      throw ValidationError("--size, --batch and --steps must be at least 1, --threads 1 to 1024")
    }
  }

  func run() throws {
    let training = try TrainingStep(network, size: size, batch: batch)
    let counts = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= threads })
    var single = Double.nan
    // The first step allocates memory.
    training.run()
    for count in counts {
      let prediction = (0..<steps).map { _ in trace(training, threads: count) }
        .min { $0.seconds < $1.seconds }
      guard let prediction else { return }
      if count == 1 { single = prediction.seconds }
      let speedUp = single / prediction.seconds
      var line: [String: Any] = [
        "bench": "scaling", "network": network.rawValue, "size": size, "batch": batch, "threads": count,
        "kernels": openBLASKernel, "predictedSeconds": prediction.seconds, "speedUp": speedUp,
        "shareOfIdeal": speedUp / Double(count), "barrierSeconds": prediction.barrier,
        "serialSeconds": prediction.serial, "regions": prediction.regionCount, "limits": prediction.limits,
      ]
      if count <= Parallel.availableCoreCount {
        let measured = (0..<steps).map { _ in Parallel.withThreads(count) { training.seconds() } }.min()
        line["measuredSeconds"] = measured
        line["measuredOverPredicted"] = measured.map { $0 / prediction.seconds }
      }
      let data = try JSONSerialization.data(
        withJSONObject: line,
        options: [.sortedKeys, .withoutEscapingSlashes]
      )
      FileHandle.standardOutput.write(data + Data("\n".utf8))
    }
  }

  private struct Prediction {
    var seconds: Double
    var barrier: Double
    var serial: Double
    var regionCount: Int
    /// The places that lose most time, with the lost seconds and the largest number of chunks.
    var limits: [[String: Any]]
  }

  private func trace(_ training: TrainingStep, threads: Int) -> Prediction {
    let trace = RegionTrace()
    let total = Parallel.withThreads(threads) { Parallel.$trace.withValue(trace) { training.seconds() } }
    let regions = trace.regions
    var barriers: [Int: Double] = [1: 0]
    func barrier(_ chunkCount: Int) -> Double {
      let workers = max(1, min(threads, chunkCount))
      let known = barriers[workers] ?? Self.barrier(workers)
      barriers[workers] = known
      return known
    }
    let serial = max(0, total - regions.reduce(0) { $0 + $1.work })
    var lost: [String: (seconds: Double, chunks: Int)] = [:]
    var sum = serial
    for region in regions {
      let seconds = region.seconds(onThreads: threads) + barrier(region.seconds.count)
      sum += seconds
      let old = lost[region.name] ?? (0, 0)
      lost[region.name] = (
        old.seconds + seconds - region.work / Double(threads), max(old.chunks, region.seconds.count)
      )
    }
    lost["outside of regions"] = (serial * (1 - 1 / Double(threads)), 1)
    let worst = lost.sorted { ($1.value.seconds, $0.key) < ($0.value.seconds, $1.key) }.prefix(
      threads == 1 ? 0 : 5
    )
    return Prediction(
      seconds: sum,
      barrier: barrier(threads),
      serial: serial,
      regionCount: regions.count,
      limits: worst.map { ["region": $0.key, "lostSeconds": $0.value.seconds, "chunks": $0.value.chunks] }
    )
  }

  /// The median time of a region of so many empty chunks, in seconds.
  private static func barrier(_ threads: Int) -> Double {
    let clock = ContinuousClock()
    let times = (0..<201).map { _ in
      clock.measure { Parallel.withThreads(threads) { Parallel.forEach(threads) { _ in } } } / .seconds(1)
    }
    return times.sorted()[times.count / 2]
  }
}

/// A training step on random images: forward, a gradient in the embedding, backward, an update.
private final class TrainingStep {
  private let model: Network<Float>
  private let images: Tensor<Float>
  private var optimiser = MomentumSGD<Float>(momentum: 0.9, weightDecay: 5e-4)
  private var number: UInt64 = 0

  init(_ network: NetworkBench.Architecture, size: Int, batch: Int) throws {
    model = try Network<Float>(network.layers, input: [size, size, 3], seed: 1)
    var generator = SeededGenerator(seed: 2)
    images = Tensor(
      (0..<batch * size * size * 3).map { _ in Float(generator.uniform(in: -1..<1)) },
      shape: [batch, size, size, 3]
    )
  }

  func run() {
    number += 1
    let output = model.forward(images, mode: .training(seed: number))
    model.backward(output)
    optimiser.update(&model.parameters, rate: 1e-4)
  }

  /// The seconds of a step.
  func seconds() -> Double { ContinuousClock().measure { run() } / .seconds(1) }
}
