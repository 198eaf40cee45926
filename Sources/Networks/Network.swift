public import Tensors

/// A neural network: a list of layers with its parameters, which runs forward and backward on a batch.
///
/// ```swift
/// let network = try Network<Float>([.dense(64), .batchNorm(), .relu, .dense(2)], input: [2], seed: 1)
/// let features = network.forward(batch, mode: .training(seed: 1))   // [batch, 2]
/// network.backward(gradient)                                        // fills network.parameters.gradients
/// optimiser.update(&network.parameters, rate: 0.05)
/// ```
/// Memory is planned once for each batch size and mode, and reused; a step allocates its result alone. The same parameters
/// and batch give the same bits for any number of threads.
public final class Network<Element: Scalar> {
  /// Whether a pass trains or infers.
  public enum Mode: Sendable, Hashable {
    /// Batch statistics, dropout with masks drawn from the seed; backward may follow.
    case training(seed: UInt64)
    /// Moving statistics, no dropout.
    case inference
  }

  /// The layers, from first to last.
  public let layers: [Layer]
  /// The axes of one input: `[feature]`, or `[height, width, channel]`.
  public let inputShape: [Int]
  /// The axes of one output: `[feature]`, or `[height, width, channel]`.
  public let outputShape: [Int]
  /// Weights, biases and betas, with their gradients.
  public var parameters: Parameters<Element>
  /// The moving means and variances of batch norm; their gradients stay 0.
  public var statistics: Parameters<Element>

  private struct PlanKey: Hashable {
    var batch: Int
    var isTraining: Bool
  }

  /// The ranks that compute one batch together, each its share of the images; nil for this process alone. All call `forward`
  /// and `backward` with the same arguments, of which a batch need hold only the rank's own images, and get the same bits as
  /// one process. A training batch has at least as many images as there are ranks. After a failure the results are undefined:
  /// see ``Communicator/failure``.
  package var ranks: (any Communicator)?

  /// The bytes that a rank sends in a training step: forward and backward.
  package func sentBytes(batch: Int, rank: Int, of rankCount: Int) -> Int {
    guard rankCount > 1 else { return 0 }
    let share = BatchShare<Element>(batch: batch, rank: rank, of: rankCount)
    let plan = plan(for: PlanKey(batch: batch, isTraining: true))
    let parts = plan.operations.map { $0.traffic(share) }
    let outputs = share.images.count * plan.output.view.extent / batch * (rankCount - 1)
    return parts.reduce(outputs * MemoryLayout<Element>.stride) {
      $0 + $1.elements * MemoryLayout<Element>.stride + $1.sums * MemoryLayout<Double>.stride
    }
  }

  /// The images of a training batch that this process computes.
  package func ownImages(ofBatch batch: Int) -> Range<Int> {
    BatchShare(batch: batch, ranks: ranks, workspace.exchange).images
  }

  private let shape: ImageShape
  private let wantsInputGradient: Bool
  private var plans: [PlanKey: Plan<Element>] = [:]
  private var workspace = Workspace<Element>()
  /// The last forward pass in training mode, to which `backward` belongs.
  private var trained: (key: PlanKey, seed: UInt64)?

  /// Creates a network with Xavier-uniform weights; betas and biases are 0.
  ///
  /// A weight is drawn from `[−l, l)` with `l = √(6/(fan in + fan out))`, where a fan is the number of channels times the area
  /// of the kernel; each tensor has its own stream of the seed.
  ///
  /// - Parameter wantsInputGradient: whether `backward` computes the gradient in the batch.
  /// - Throws: `NetworkError` where a layer does not fit what comes to it.
  public init(
    _ layers: [Layer],
    input inputShape: [Int],
    seed: UInt64,
    wantsInputGradient: Bool = false
  ) throws(NetworkError) {
    shape = try ImageShape(inputShape)
    _ = try Layer.shape(after: layers, shape, place: "")
    if layers.isEmpty { throw .layer(place: "1", problem: "a network needs at least one layer") }
    self.layers = layers
    self.inputShape = inputShape
    self.wantsInputGradient = wantsInputGradient
    let parts = Builder<Element>.plan(
      layers,
      input: shape,
      batch: 1,
      isTraining: false,
      wantsInputGradient: wantsInputGradient
    )
    outputShape = parts.plan.outputShape
    parameters = Parameters(parts.parameters.tensors)
    statistics = Parameters(parts.statistics.tensors)
    parameters.drawXavierUniform(seed: seed)
    for (index, entry) in statistics.entries.enumerated() where entry.name.hasSuffix("movingVariance") {
      let ones = [Element](repeating: 1, count: entry.range.count)
      statistics.setValue(Tensor(ones, shape: entry.shape), at: index)
    }
  }

  /// Returns the outputs of a batch: `[batch]` and `outputShape`.
  ///
  /// - Precondition: the batch is `[batch]` and `inputShape`, with at least one row.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func forward(_ batch: Tensor<Element>, mode: Mode) -> Tensor<Element> {
    require(
      batch.rowCount > 0 && Array(batch.shape.dropFirst()) == inputShape,
      "the network takes [batch] + \(inputShape), not \(batch.shape)"
    )
    let (key, seed): (PlanKey, UInt64) =
      switch mode {
      case .training(let seed): (PlanKey(batch: batch.rowCount, isTraining: true), seed)
      case .inference: (PlanKey(batch: batch.rowCount, isTraining: false), 0)
      }
    trained = key.isTraining ? (key, seed) : nil
    workspace.exchange.begin(ranks)
    let plan = plan(for: key)
    var output = Tensor<Element>(uninitialized: [batch.rowCount] + outputShape)
    perform(plan, key, seed: seed) { run in
      let (images, length) = (run.share.images, batch.rowLength)
      batch.withUnsafePointer {
        let (source, target) = ($0, run.pointer(plan.input.view))
        // In parallel, so that each thread first touches what it may read later.
        Parallel.forEach(images.count) {
          let first = (images.lowerBound + $0) * length
          (target + first).update(from: source + first, count: length)
        }
      }
      for operation in plan.operations { operation.forward(run) }
      run.share.gather(run.pointer(plan.output.view), plan.output.view)
      output.withUnsafeMutablePointer {
        $0.update(from: run.pointer(plan.output.view), count: plan.output.view.extent)
      }
    }
    return output
  }

  /// Fills the gradients of all parameters from the gradient of the loss in the last outputs.
  ///
  /// Earlier gradients are overwritten.
  ///
  /// - Returns: The gradient in the batch, where the network was made with `wantsInputGradient`.
  /// - Precondition: the last forward pass was in training mode, and the gradient has its output's shape.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @discardableResult
  public func backward(_ gradient: Tensor<Element>) -> Tensor<Element>? {
    guard let trained else { fatalError("backward needs a forward pass in training mode before it") }
    require(
      gradient.shape == [trained.key.batch] + outputShape,
      "the outputs are \([trained.key.batch] + outputShape), their gradient \(gradient.shape)"
    )
    self.trained = nil
    let plan = plan(for: trained.key)
    var inputGradient: Tensor<Element>?
    perform(plan, trained.key, seed: trained.seed) { run in
      if let target = plan.output.gradient {
        gradient.withUnsafePointer { run.pointer(target).update(from: $0, count: gradient.count) }
      }
      for operation in plan.operations.reversed() { operation.backward(run) }
      run.relay.finish()
      guard let source = plan.input.gradient else { return }
      run.share.gather(run.pointer(source), source)
      var copy = Tensor<Element>(uninitialized: [trained.key.batch] + inputShape)
      copy.withUnsafeMutablePointer {
        $0.update(from: run.pointer(source), count: source.rows * source.channels)
      }
      inputGradient = copy
    }
    return inputGradient
  }

  /// The number of multiply-adds of convolutions and dense layers for one input: in inference, and in a training step (forward
  /// and backward).
  public var multiplyAdds: (forward: Int, training: Int) {
    let plan = Builder<Element>.plan(
      layers,
      input: shape,
      batch: 1,
      isTraining: true,
      wantsInputGradient: wantsInputGradient
    ).plan
    let parts = plan.operations.map(\.multiplyAdds)
    let forward = parts.map(\.forward).reduce(0, +)
    return (forward, forward + parts.map(\.backward).reduce(0, +))
  }

  /// About how many bytes a training run takes: activations and scratch memory of one batch, and for each parameter its
  /// value, its gradient, two moments and a copy. 0 where the layers do not fit the input.
  package static func trainingMemory(layers: [Layer], input: [Int], batch: Int) -> Int {
    guard let shape = try? ImageShape(input), !layers.isEmpty, batch > 0,
      (try? Layer.shape(after: layers, shape, place: "")) != nil
    else { return 0 }
    let (plan, parameters, _) = Builder<Element>.plan(
      layers,
      input: shape,
      batch: batch,
      isTraining: true,
      wantsInputGradient: false
    )
    let learned = parameters.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
    return (plan.arenaCount + plan.sharedScratchCount + 5 * learned) * MemoryLayout<Element>.stride
  }

  private func plan(for key: PlanKey) -> Plan<Element> {
    if let plan = plans[key] { return plan }
    let plan = Builder<Element>.plan(
      layers,
      input: shape,
      batch: key.batch,
      isTraining: key.isTraining,
      wantsInputGradient: wantsInputGradient
    ).plan
    plans[key] = plan
    return plan
  }

  /// Calls the body with the plan's memory.
  private func perform(
    _ plan: Plan<Element>,
    _ key: PlanKey,
    seed: UInt64,
    _ body: (Run<Element>) -> Void
  ) {
    let share = BatchShare(batch: key.batch, ranks: key.isTraining ? ranks : nil, workspace.exchange)
    require(key.batch >= share.rankCount, "\(key.batch) images for \(share.rankCount) ranks")
    workspace.reserve(arena: plan.arenaCount, scratch: plan.scratchCount, shared: plan.sharedScratchCount)
    parameters.values.withUnsafePointer { values in
      parameters.gradients.withUnsafeMutablePointer { gradients in
        statistics.values.withUnsafeMutablePointer { statistics in
          body(
            Run(
              arena: workspace.arena.pointer,
              offsets: plan.offsets,
              values: values,
              gradients: gradients,
              statistics: statistics,
              scratch: workspace.scratch.pointer,
              scratchStride: plan.scratchCount,
              sharedScratch: workspace.shared.pointer,
              seed: seed,
              share: share,
              relay: GradientRelay(share, workspace)
            )
          )
        }
      }
    }
  }
}

extension ImageShape {
  fileprivate init(_ axes: [Int]) throws(NetworkError) {
    guard axes.allSatisfy({ $0 > 0 }), axes.count == 1 || axes.count == 3 else {
      throw .layer(place: "input", problem: "\(axes) is neither [feature] nor [height, width, channel]")
    }
    self =
      axes.count == 1
      ? ImageShape(height: 1, width: 1, channels: axes[0])
      : ImageShape(height: axes[0], width: axes[1], channels: axes[2])
  }
}
