internal import ArgumentParser
internal import Digests
internal import Foundation
internal import Losses
internal import Networks
internal import Tensors
internal import Training

/// Training on ranks: seconds of a step, bytes on the way, and a digest of the model, which does not depend on the ranks.
struct RanksBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranks",
    abstract: "Measure training on several ranks, and print the digest of the model.",
    discussion: """
      One JSON line from rank 0. 'mpirun -n 4 marginalia-bench ranks --mpi' trains on four ranks, without --mpi this \
      process trains alone; the digest is the same. Images and labels are random, so that no set is needed.
      """
  )

  @Option(help: "The network.") var network = NetworkBench.Architecture.book
  @Option(help: "Side of the images in pixels.") var size = 32
  @Option(help: "Images in a batch.") var batch = 90
  @Option(help: "Steps; the median after the first counts.") var steps = 6
  @Flag(help: "Exchange by MPI, which has started this process.") var mpi = false
  @Option(help: "Seconds after which a silent rank counts as hanging.") var patience = 600.0
  @Option(help: "Keep checkpoints in this file, and continue from it where it exists.") var checkpoint:
    String?
  @Option(help: "End a rank by SIGKILL, as RANK@STEP, to see what the others say.") var kill: String?
  @Option(help: "Stop a rank by SIGSTOP, as RANK@STEP.") var stop: String?

  func validate() throws {
    guard size > 0, batch > 0, steps > 0, patience > 0 else {
      throw ValidationError("--size, --batch, --steps and --patience must be above 0")
    }
    for text in [kill, stop].compactMap(\.self) where place(text) == nil {
      throw ValidationError("'\(text)' is not RANK@STEP")
    }
  }

  private func place(_ text: String) -> (rank: Int, step: Int)? {
    let parts = text.split(separator: "@").compactMap { Int($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  func run() throws {
    let ranks = mpi ? try MPICommunicator(patience: patience) : nil
    let trainer = try Trainer(recipe, on: images)
    let file = checkpoint.map { CheckpointFile($0, everySeconds: .infinity, everySteps: 2) }
    if let file, FileManager.default.fileExists(atPath: file.path) { try trainer.resume(from: file) }
    let program = try Digest(of: Data(contentsOf: URL(fileURLWithPath: "/proc/self/exe"))).hex
    if let ranks { try trainer.join(ranks, program: program) }
    let rank = ranks?.rank ?? 0
    var (times, bytes): ([Double], [Int]) = ([], [])
    var (last, sent) = (ContinuousClock.now, ranks?.sentByteCount ?? 0)
    let model = try trainer.train(keeping: file) { progress in
      times.append((ContinuousClock.now - last) / .seconds(1))
      bytes.append((ranks?.sentByteCount ?? 0) - sent)
      ranks?.note("ended at step \(progress.step + 1) by the launcher, since another rank is gone")
      if let (who, when) = kill.flatMap(place), who == rank, when == progress.step { raise(SIGKILL) }
      if let (who, when) = stop.flatMap(place), who == rank, when == progress.step { raise(SIGSTOP) }
      (last, sent) = (.now, ranks?.sentByteCount ?? 0)
    }
    if rank == 0 { try print(model, times, bytes, ranks) }
    ranks?.end()
  }

  private func print(_ model: Model, _ times: [Double], _ bytes: [Int], _ ranks: MPICommunicator?) throws {
    let path = NSTemporaryDirectory() + "/ranks-\(UUID().uuidString).safetensors"
    defer { unlink(path) }
    try model.write(to: path)
    let own = try Network<Float>(network.layers, input: [size, size, 3], seed: 1)
    let count = ranks?.rankCount ?? 1
    let seconds = times.dropFirst().sorted()
    let line: [String: Any] = [
      "bench": "ranks", "network": network.rawValue, "size": size, "batch": batch, "ranks": count,
      "threads": Parallel.threadCount, "kernels": openBLASKernel,
      "secondsPerStep": seconds.isEmpty ? 0 : seconds[seconds.count / 2],
      "sentBytesPerStep": bytes.last ?? 0,
      "predictedBytesPerStep": (0..<count).map { own.sentBytes(batch: batch, rank: $0, of: count) },
      "model": try Digest(of: Data(contentsOf: URL(fileURLWithPath: path))).hex,
    ]
    let data = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }

  private var recipe: Recipe {
    Recipe(
      "ranks",
      network: network.layers,
      input: [size, size, 3],
      objective: Objective(
        .softmax,
        .centre(weight: 0.01),
        .minimumMargin(weight: 0.001, margin: 50, by: .throughUpdate)
      ),
      schedule: .constant(0.01),
      steps: steps,
      sampling: .shuffled(batch: batch),
      augmentation: Augmentation(flips: true, randomCrop: false),
      seed: 1
    )
  }

  private var images: MemorySet {
    var generator = SeededGenerator(seed: 2)
    let count = 2 * batch
    let pixels = (0..<count * size * size * 3).map { _ in Float(generator.uniform(in: -1..<1)) }
    return MemorySet(Tensor(pixels, shape: [count, size, size, 3]), labels: (0..<count).map { $0 % 10 })
  }
}
