internal import ArgumentParser
internal import Networks
internal import Tensors

/// Speed of one network, training or inference, as one JSON line.
///
/// A training step is what PyTorch's is in a fair comparison: forward, a gradient in the embedding, backward, one step of
/// SGD with momentum and weight decay. FLOPs count the multiply-adds of convolutions and dense layers, twice.
struct NetworkBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Measure training or inference of a network."
  )

  enum Architecture: String, ExpressibleByArgument, CaseIterable {
    case inceptionResNetV1 = "inception-resnet-v1"
    case small
    /// The network that the book trains: see `Study.network` in its chapters.
    case book

    var layers: [Layer] {
      switch self {
      case .inceptionResNetV1: .inceptionResNetV1()
      case .small: .smallInceptionResNet()
      case .book:
        [
          .named(
            "stem",
            [
              InceptionResNet.unit("conv1", 16, 5, 5, stride: 2),
              InceptionResNet.unit("conv2", 32, 3, 3, stride: 2),
            ]
          )
        ]
          + InceptionResNet.blockA("A1", width: 32, branch: 8)
          + [InceptionResNet.reductionA(direct: 24, inner: 16, outer: 24)]
          + InceptionResNet.blockC("C1", width: 80, branch: 16)
          + InceptionResNet.head(embedding: 128, keep: 1)
      }
    }
  }

  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case training, inference
  }

  @Option(help: "The network.") var network = Architecture.inceptionResNetV1
  @Option(help: "Side of the images in pixels.") var size = 160
  @Option(help: "Images in a batch.") var batch = 32
  @Option(help: "training or inference.") var mode = Mode.training
  @Option(help: "Steps that are timed; the median is reported.") var steps = 5
  @OptionGroup var vectors: VectorOptions

  func validate() throws {
    guard size > 0, batch > 0, steps > 0 else {
      throw ValidationError("--size, --batch and --steps must be at least 1")
    }
  }

  func run() throws {
    let width = vectors.apply()
    let model = try Network<Float>(network.layers, input: [size, size, 3], seed: 1)
    var generator = SeededGenerator(seed: 2)
    let count = batch * size * size * 3
    let images = Tensor(
      (0..<count).map { _ in Float(generator.uniform(in: -1..<1)) },
      shape: [batch, size, size, 3]
    )
    var optimiser = MomentumSGD<Float>(momentum: 0.9, weightDecay: 5e-4)
    var timing = StepTiming()
    for step in 0...steps {
      switch mode {
      case .inference:
        timing.measure("forward") { _ = model.forward(images, mode: .inference) }
      case .training:
        let output = timing.measure("forward") { model.forward(images, mode: .training(seed: UInt64(step))) }
        timing.measure("backward") { _ = model.backward(output) }
        timing.measure("update") { optimiser.update(&model.parameters, rate: 1e-4) }
      }
      timing.endStep(counted: step > 0)
    }
    let operations = model.multiplyAdds
    let work = 2e-9 * Double(mode == .training ? operations.training : operations.forward) * Double(batch)
    timing.print([
      "bench": "network", "network": network.rawValue, "mode": mode.rawValue, "size": size, "batch": batch,
      "threads": Parallel.threadCount, "kernels": openBLASKernel, "vectors": width,
      "parameters": model.parameters.count,
      "imagesPerSecond": Double(batch) / timing.median, "gflops": work / timing.median,
      "gflopAnImage": work / Double(batch),
    ])
  }
}
