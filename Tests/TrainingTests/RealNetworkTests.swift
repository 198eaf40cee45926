internal import Losses
internal import Networks
internal import Tensors
internal import Testing
internal import Training

/// The paper's own network and objective, at a size that a test can pay for.
@Suite("The paper's network trains to the same bits")
struct RealNetworkTests {
  static let networks: [(name: String, layers: [Layer], side: Int)] = [
    ("Inception-ResNet-v1", .inceptionResNetV1(), 96), ("its small sibling", .smallInceptionResNet(), 32),
  ]

  @Test("with 1 and 2 threads, and across a resume", arguments: networks.indices)
  func bits(index: Int) throws {
    let (name, layers, side) = Self.networks[index]
    var generator = SeededGenerator(seed: 1)
    let elements = (0..<(4 * side * side * 3)).map { _ in Float(generator.uniform(in: -1..<1)) }
    let set = MemorySet(Tensor(elements, shape: [4, side, side, 3]), labels: [0, 1, 1, 2])
    let recipe = Recipe(
      name,
      network: layers,
      input: [side, side, 3],
      objective: Objective(
        .softmax,
        .centre(weight: 5e-5),
        .minimumMargin(weight: 5e-8, margin: 280, by: .throughUpdate)
      ),
      schedule: .constant(0.05),
      steps: 2,
      sampling: .shuffled(batch: 3),
      augmentation: Augmentation(flips: true),
      seed: 1
    )
    let folder = try TemporaryFolder()
    let file = CheckpointFile(folder.path + "/run", everySeconds: .infinity, everySteps: 1)
    let one = try Parallel.withThreads(1) { try Trainer(recipe, on: set).train() }
    #expect(throws: Stop.self) {
      try Parallel.withThreads(2) {
        try Trainer(recipe, on: set).train(keeping: file) { if $0.step == 2 { throw Stop() } }
      }
    }
    let resumed = try Trainer(recipe, on: set)
    try resumed.resume(from: file)
    #expect(resumed.step == 1)
    let two = try Parallel.withThreads(2) { try resumed.train() }
    #expect(try TrainingTests.bits(one) == TrainingTests.bits(two))
    #expect(one.log == two.log)
  }
}
