internal import Tensors

/// A convolution; a dense layer is a convolution of 1 x 1 images.
///
/// ```
/// y = patches(x)·W + b        ∂W = patches(x)ᵀ·∂y        ∂b = Σ ∂y        ∂x = patches(∂y)·Wᵀ
/// ```
/// Patches are read in place: see `Correlation`. In the backward pass ∂W is summed for groups of chunks, and the groups'
/// sums are added in order.
final class ConvolutionOperation<Element: Scalar>: Operation {
  private(set) var output: View
  let outputGradient: View?
  let input: View
  private let inputTarget: GradientTarget?
  private let window: Window
  let weight: Range<Int>
  let bias: Range<Int>?
  /// The batch norm that follows; nothing else reads the output.
  private var batchNorm: BatchNormOperation<Element>?
  private(set) var correlation: Correlation
  /// The correlation of the gradient in the weights: the chunks are those of the forward pass.
  let weightCorrelation: Correlation
  /// The correlations that compute the gradient in the input.
  private let backwards: [Correlation]
  /// The input as the backward pass computes it, and the forward pass where it is not stored; nil where both read it.
  private(set) var recomputedInput: RecomputedActivation<Element>?

  init(
    input: Value,
    recomputedInput: RecomputedActivation<Element>?,
    output: Value,
    window: Window?,
    weight: Range<Int>,
    bias: Range<Int>?
  ) {
    let window =
      window
      ?? Window(
        kernelHeight: 1,
        kernelWidth: 1,
        stride: 1,
        padding: .valid,
        input: input.view.shape
      )
    self.window = window
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.weight = weight
    self.bias = bias
    self.recomputedInput = recomputedInput
    let isFloat = Element.self == Float.self
    correlation = Correlation(window, from: input.view, to: output.view, allowsWinograd: isFloat)
    weightCorrelation =
      recomputedInput == nil
      ? correlation
      : Correlation(
        window,
        from: input.view,
        to: output.view,
        allowsWinograd: isFloat,
        alwaysCopies: true
      )
    if let slope = output.gradient, let target = input.gradient {
      backwards = Correlation.backward(window, from: slope, to: target, allowsWinograd: isFloat)
    } else {
      backwards = []
    }
  }

  /// Fuses the batch norm that follows, while the output's chunks are in cache: in training its moments, in inference all of
  /// it, so that only the normalised output is written.
  ///
  /// - Returns: false where the batch norm does not read this output.
  func absorb(_ batchNorm: BatchNormOperation<Element>) -> Bool {
    guard batchNorm.input == output else { return false }
    self.batchNorm = batchNorm
    if batchNorm.isTraining {
      batchNorm.momentChunks = correlation.rowChunks
    } else {
      output = batchNorm.output
      correlation = Correlation(window, from: input, to: output, allowsWinograd: Element.self == Float.self)
    }
    return true
  }

  /// Fuses the batch norm before, whose output nothing else reads: it is computed where this operation copies it, with zeros
  /// around it, and is never stored. Does nothing where the input is not copied, or is not the whole of that output.
  func normaliseCopies(by batchNorm: BatchNormOperation<Element>) {
    guard batchNorm.output == input, correlation.needsCopy else { return }
    recomputedInput = RecomputedActivation(writtenBy: batchNorm)
    batchNorm.writesOutput = false
  }

  /// Whether the input is stored.
  private var isInputStored: Bool { recomputedInput?.isStored ?? true }

  var forwardBuffers: [Int] {
    (isInputStored ? [input.buffer] : recomputedInput?.buffers ?? []) + [output.buffer]
  }
  var backwardBuffers: [Int] {
    (recomputedInput?.buffers ?? [input.buffer])
      + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  var scratchCount: Int {
    let products = ([correlation] + backwards).map { $0.workOffset + $0.workCount }
    let gradient = weightCorrelation.workOffset + weightCorrelation.gradientWorkCount
    return max(gradient, products.max() ?? 0)
  }
  var sharedScratchCount: Int {
    let back = backwards.map(\.packedCount).max() ?? 0
    return max(weightsOffset + correlation.packedCount, back, groupCount * groupStride)
  }

  var multiplyAdds: (forward: Int, backward: Int) {
    let product = output.rows * correlation.length * output.channels
    return (product, inputTarget == nil ? product : 2 * product)
  }

  var sumsCount: Int { correlation.sumsCount }
  /// The offset of the weights in the shared scratch memory: behind the chunks' moments.
  private var weightsOffset: Int { batchNorm?.sharedScratchCount.roundedUpToLine ?? 0 }
  /// The number of groups of chunks that sum ∂W: fewer for large weights, since each group's sums are written and read once; more
  /// for long sums, so that many threads and ranks share them evenly.
  var groupCount: Int {
    let most = multiplyAdds.forward < 1 << 27 ? 16 : 64
    return min(correlation.chunkCount, max(4, min(most, (1 << 21) / sumsCount)))
  }
  var groupStride: Int { (sumsCount + output.channels).roundedUpToLine }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    beginInputs(run)
    let (y, source) = (run.pointer(output), source(run, isNormalised: !isInputStored))
    let weights = run.sharedScratch + weightsOffset
    correlation.pack(
      run.values + weight.lowerBound,
      kernelWidth: window.kernelWidth,
      turned: false,
      into: weights
    )
    let biases = bias.map { run.values + $0.lowerBound }
    if let batchNorm, !batchNorm.isTraining { batchNorm.recall(run) }
    forEachOwnPart(of: correlation, run) { scratch, chunk, units, number in
      let target = y + correlation.targetOffset(chunk)
      correlation.multiply(
        correlation.patches(chunk, source, scratch),
        weights,
        into: target,
        chunk,
        units: units,
        accumulates: false,
        work: scratch + correlation.workOffset
      )
      let rows = correlation.placeCount(chunk)
      if let biases {
        let first = units.lowerBound
        addToRows(
          target + first,
          biases + first,
          rows: rows,
          channels: units.count,
          stride: output.stride
        )
      }
      if let number {
        batchNorm?.take(target, chunk: number, rows: rows, channels: units, stride: output.stride, run)
      }
    }
  }

  /// What patches are read from: the stored input, or the batch norms before.
  func source(_ run: Run<Element>, isNormalised: Bool) -> PatchSource<Element> {
    guard isNormalised, let recomputedInput else { return .stored(run.pointer(input)) }
    return .normalised(recomputedInput.rows(run))
  }

  /// Calls the body, in parallel, for the parts of chunks that lie in this process's images and for parts of their units;
  /// `number` is that of a chunk with all its images.
  private func forEachOwnPart(
    of correlation: Correlation,
    _ run: Run<Element>,
    _ body: (
      _ scratch: UnsafeMutablePointer<Element>, _ chunk: Correlation.Chunk, _ units: Range<Int>,
      _ number: Int?
    ) -> Void
  ) {
    let images = run.share.images
    let numbers = correlation.chunks(overlapping: images)
    Parallel.forEachPart(
      numbers.count,
      channels: correlation.target.channels,
      overhead: correlation.partOverhead
    ) { worker, index, units in
      let number = numbers.lowerBound + index
      var chunk = correlation.chunk(number)
      let own = chunk.images.clamped(to: images)
      let isWhole = own == chunk.images
      chunk.images = own
      body(run.scratch(of: worker), chunk, units, isWhole ? number : nil)
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    beginSlopes(run, outputGradient)
    // While other ranks' rows are on their way.
    if let inputTarget { propagate(run, outputGradient, to: inputTarget) }
    finishGroups(run, outputGradient)
    let groups = ownGroups(run.share.rank, run.share)
    run.relay.sum(
      run.gradients + weight.lowerBound,
      count: weight.count + (bias?.count ?? 0),
      groupCount: groups.count * groupStride
    ) { [self] kept in
      sumGradients(run, outputGradient, groups, into: kept ?? run.sharedScratch)
    } add: { [self] kept, continues in
      reduce(kept ?? run.sharedScratch, groups.count, continues: continues, run)
    }
  }

  /// Computes the gradient in the input.
  private func propagate(_ run: Run<Element>, _ outputGradient: View, to inputTarget: GradientTarget) {
    let (slope, target) = (run.pointer(outputGradient), run.pointer(inputTarget.view))
    for correlation in backwards {
      correlation.pack(
        run.values + weight.lowerBound,
        kernelWidth: window.kernelWidth,
        turned: true,
        into: run.sharedScratch
      )
      forEachOwnPart(of: correlation, run) { scratch, chunk, units, _ in
        correlation.multiply(
          correlation.patches(chunk, .stored(slope), scratch),
          run.sharedScratch,
          into: target + correlation.targetOffset(chunk),
          chunk,
          units: units,
          accumulates: inputTarget.accumulates,
          work: scratch + correlation.workOffset
        )
      }
    }
  }
}
