internal import Tensors

/// Batch normalisation without a learned scale, fused with the ReLU that follows it, if any.
///
/// ```
/// x̂ = (x − μ)/√(σ² + ε)        y = x̂ + β
/// ∂x = (∂y − mean(∂y) − x̂·mean(∂y·x̂))/√(σ² + ε)        ∂β = Σ ∂y
/// ```
/// Means are over batch, height and width; with a ReLU, ∂y is 0 where y is not above 0.
///
/// Source: Ioffe and Szegedy, ICML 2015; slim's default of no learned scale.
final class BatchNormOperation<Element: Scalar>: Operation {
  let input: View
  let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let beta: Range<Int>
  private let movingMean: Range<Int>
  private let movingVariance: Range<Int>
  private let epsilon: Double
  private let decay: Double
  private let hasReLU: Bool
  let isTraining: Bool
  private let chunks: RowChunks
  /// Whether the forward pass writes the output; false where the only operation that reads it computes it itself.
  var writesOutput = true
  /// The chunks of the convolution before this operation, where it left their moments in the shared scratch memory; else nil.
  var momentChunks: RowChunks?
  /// Mean, scale 1/√(σ² + ε) and shift β − μ·scale, by channel, from forward to backward.
  private let coefficients: AlignedMemory<Element>
  /// The sums over the chunks so far, two by channel.
  private let pooled: AlignedMemory<Double>

  init(
    input: Value,
    output: Value,
    beta: Range<Int>,
    movingMean: Range<Int>,
    movingVariance: Range<Int>,
    epsilon: Double,
    decay: Double,
    hasReLU: Bool,
    isTraining: Bool
  ) {
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.beta = beta
    self.movingMean = movingMean
    self.movingVariance = movingVariance
    self.epsilon = epsilon
    self.decay = decay
    self.hasReLU = hasReLU
    self.isTraining = isTraining
    chunks = RowChunks(rows: input.view.rows, channels: input.view.channels)
    coefficients = AlignedMemory(count: 3 * input.view.channels)
    pooled = AlignedMemory(count: 2 * input.view.channels)
  }

  var forwardBuffers: [Int] { writesOutput ? [input.buffer, output.buffer] : [input.buffer] }
  var backwardBuffers: [Int] {
    [input.buffer] + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  var sharedScratchCount: Int { 2 * channels * (max(chunks.count, momentChunks?.count ?? 0) + 1) }

  func traffic(_ share: BatchShare<Element>) -> (elements: Int, sums: Int) {
    func rows(_ view: View, _ lifetime: BatchShare<Element>.Lifetime, _ chunks: RowChunks) -> Int {
      share.lentRows(view, lifetime) { share.rows(of: chunks, view, by: $0) }
    }
    var moved = rows(input, .step, momentChunks ?? chunks)
    if let outputGradient { moved += rows(input, .step, chunks) + rows(outputGradient, .moment, chunks) }
    moved *= channels
    var sums = 0
    let passes = outputGradient == nil ? [momentChunks ?? chunks] : [momentChunks ?? chunks, chunks]
    for chunks in passes {
      if share.addsEverywhere(2 * channels * chunks.count) {
        moved +=
          share.owned(chunks, of: input, by: share.rank).count * 2 * channels * (share.rankCount - 1)
      } else {
        sums += (share.rank == share.rankCount - 1 ? share.rankCount - 1 : 1) * 2 * channels
      }
    }
    return (moved, sums)
  }

  private var channels: Int { input.channels }

  private var norm: Normalisation<Element> {
    let mean = coefficients.pointer
    return Normalisation(mean: mean, scale: mean + channels, shift: mean + 2 * channels, hasReLU: hasReLU)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    if isTraining { measure(run) } else { recall(run) }
    guard writesOutput else { return }
    let (y, normalised) = (run.pointer(output), rows(run, firstChannel: 0))
    run.share.forEachOwn(chunks, of: input) { rows in
      normalised.write(rows, into: y + rows.lowerBound * output.stride, stride: output.stride)
    }
  }

  /// The rows of the output as they can be computed anew until the backward pass of this operation.
  func rows(_ run: Run<Element>, firstChannel: Int) -> NormalisedRows<Element> {
    NormalisedRows(
      x: run.pointer(input),
      distance: input.stride,
      channels: channels,
      firstChannel: firstChannel,
      norm: norm
    )
  }

  /// Processes some channels of one chunk of the input that has just been computed: in training computes their moments, in
  /// inference normalises them in place.
  func take(
    _ rows: UnsafeMutablePointer<Element>,
    chunk: Int,
    rows count: Int,
    channels taken: Range<Int>,
    stride: Int,
    _ run: Run<Element>
  ) {
    let rows = rows + taken.lowerBound
    if isTraining {
      let parts = run.sharedScratch + chunk * 2 * channels + taken.lowerBound
      momentsOfRows(
        rows,
        rows: count,
        channels: taken.count,
        stride: stride,
        mean: parts,
        squares: parts + channels
      )
    } else {
      let (shape, norm) = (
        Rows(count: count, channels: taken.count, from: stride, to: stride), norm.from(taken.lowerBound)
      )
      scaleRows(rows, norm, into: rows, shape)
    }
  }

  /// Computes mean and variance of the batch, and updates the moving ones.
  private func measure(_ run: Run<Element>) {
    let (x, parts) = (run.pointer(input), run.sharedScratch)
    let chunks = momentChunks ?? chunks
    let owned = run.share.owned(chunks, of: input, by: run.share.rank)
    run.share.complete(x, input, .step, chunks)
    // The convolution before has taken the chunks that lie in this rank's images as a whole.
    let end = run.share.rows(input, of: run.share.rank).upperBound
    let isLastMissing = !owned.isEmpty && chunks.range(owned.upperBound - 1).upperBound > end
    let missing =
      momentChunks == nil ? owned : owned.upperBound - (isLastMissing ? 1 : 0)..<owned.upperBound
    forEachPart(missing) { chunk, channels in
      let rows = chunks.range(chunk)
      let first = x + rows.lowerBound * input.stride
      take(first, chunk: chunk, rows: rows.count, channels: channels, stride: input.stride, run)
    }
    addUp(chunks, run) { numbers, channels in
      poolMoments(parts, chunks, numbers, channels, of: self.channels, into: pooled.pointer)
    }
    finishMoments(
      pooled.pointer,
      rows: chunks.rows,
      channels: channels,
      BatchNormSettings(epsilon: epsilon, decay: decay),
      beta: run.values + beta.lowerBound,
      movingMean: run.statistics + movingMean.lowerBound,
      movingVariance: run.statistics + movingVariance.lowerBound,
      into: coefficients.pointer
    )
  }

  /// Calls the body, in parallel, for some chunks and parts of their channels.
  private func forEachPart(_ numbers: Range<Int>, _ body: (_ chunk: Int, _ channels: Range<Int>) -> Void) {
    Parallel.forEachPart(numbers.count, channels: channels, overhead: 0.05) {
      body(numbers.lowerBound + $1, $2)
    }
  }

  /// Adds up the parts of all chunks in `pooled`, on every rank: of some chunks and bands of channels in the body, in parallel.
  private func addUp(
    _ chunks: RowChunks,
    _ run: Run<Element>,
    _ body: (_ chunks: Range<Int>, _ channels: Range<Int>) -> Void
  ) {
    func add(_ numbers: Range<Int>) {
      // Some 4,096 sums: less does not make up for waking a thread.
      let width = max(8, (1 << 12) / max(1, numbers.count))
      Parallel.forEach((channels + width - 1) / width) {
        body(numbers, $0 * width..<min(channels, ($0 + 1) * width))
      }
    }
    let (share, length) = (run.share, 2 * channels)
    let isEverywhere = share.addsEverywhere(length * chunks.count)
    if isEverywhere || share.rank == 0 { clear(pooled.pointer, count: length) }
    if isEverywhere {
      share.gatherParts(run.sharedScratch, length: length, chunks, of: input)
      add(0..<chunks.count)
    } else {
      share.inTurn(pooled.pointer, count: length) { add(share.owned(chunks, of: input, by: share.rank)) }
    }
  }

  /// Uses the moving mean and variance.
  func recall(_ run: Run<Element>) {
    normalise(
      mean: run.statistics + movingMean.lowerBound,
      variance: run.statistics + movingVariance.lowerBound,
      beta: run.values + beta.lowerBound,
      epsilon: epsilon,
      channels: channels,
      into: coefficients.pointer
    )
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    let (x, slope, norm) = (run.pointer(input), run.pointer(outputGradient), norm)
    let parts = run.sharedScratch
    let owned = run.share.owned(chunks, of: input, by: run.share.rank)
    run.share.complete(run.pointer(input), input, .step, chunks)
    run.share.complete(run.pointer(outputGradient), outputGradient, .moment, chunks)
    forEachPart(owned) { chunk, taken in
      let (rows, first) = (chunks.range(chunk), taken.lowerBound)
      sumSlopes(
        x + rows.lowerBound * input.stride + first,
        slope + rows.lowerBound * outputGradient.stride + first,
        norm.from(first),
        slopes: parts + chunk * 2 * channels + first,
        products: parts + (chunk * 2 + 1) * channels + first,
        Rows(count: rows.count, channels: taken.count, from: input.stride, to: outputGradient.stride)
      )
    }
    let constant = parts + 2 * channels * chunks.count
    addUp(chunks, run) { numbers, channels in
      poolSlopes(parts, numbers, channels, of: self.channels, into: pooled.pointer)
    }
    finishSlopes(
      pooled.pointer,
      rows: chunks.rows,
      channels: channels,
      norm,
      into: run.gradients + beta.lowerBound,
      constant: constant
    )
    guard let inputTarget else { return }
    let target = run.pointer(inputTarget.view)
    run.share.forEachOwn(chunks, of: input) { rows in
      slopesOfNormalised(
        x + rows.lowerBound * input.stride,
        slope + rows.lowerBound * outputGradient.stride,
        norm,
        constant: constant,
        pull: constant + channels,
        accumulates: inputTarget.accumulates,
        into: target + rows.lowerBound * inputTarget.view.stride,
        Rows(count: rows.count, channels: channels, from: input.stride, to: outputGradient.stride)
      )
    }
  }
}
