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
  /// The correlations that compute the gradient in the input.
  private let backwards: [Correlation]

  init(input: Value, output: Value, window: Window?, weight: Range<Int>, bias: Range<Int>?) {
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
    correlation = Correlation(window, from: input.view, to: output.view)
    if let slope = output.gradient, let target = input.gradient {
      backwards = Correlation.backward(window, from: slope, to: target)
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
      correlation = Correlation(window, from: input, to: output)
    }
    return true
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    [input.buffer] + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  var scratchCount: Int {
    let back = backwards.map(\.copyCount).max() ?? 0
    return max(back, slopesOffset + correlation.chunkPlaces * correlation.paddedUnits)
  }
  var sharedScratchCount: Int {
    let back = backwards.map { $0.length * $0.paddedUnits }.max() ?? 0
    return max(weightsOffset + packedCount, back, groupCount * groupStride)
  }

  var multiplyAdds: (forward: Int, backward: Int) {
    let product = output.rows * correlation.length * output.channels
    return (product, inputTarget == nil ? product : 2 * product)
  }

  private var packedCount: Int { correlation.length * correlation.paddedUnits }
  /// The offset of the weights in the shared scratch memory: behind the chunks' moments.
  private var weightsOffset: Int { batchNorm?.sharedScratchCount.roundedUpToLine ?? 0 }
  /// The offset of the slopes in a worker's scratch memory: behind the copy of the source.
  private var slopesOffset: Int { correlation.copyCount.roundedUpToLine }
  /// The number of groups of chunks that sum ∂W: fewer for large weights, since each group's sums are written and read once.
  var groupCount: Int {
    min(correlation.chunkCount, max(4, min(16, (1 << 21) / packedCount)))
  }
  private var groupStride: Int { (packedCount + output.channels).roundedUpToLine }

  func forward(_ run: Run<Element>) {
    let (x, y) = (run.pointer(input), run.pointer(output))
    let weights = run.sharedScratch + weightsOffset
    correlation.pack(
      run.values + weight.lowerBound,
      kernelWidth: window.kernelWidth,
      turned: false,
      into: weights
    )
    let biases = bias.map { run.values + $0.lowerBound }
    if let batchNorm, !batchNorm.isTraining { batchNorm.recall(run) }
    forEachOwnChunk(of: correlation, run) { scratch, chunk, number in
      let target = y + correlation.targetOffset(chunk)
      let patches = correlation.patches(chunk, x, scratch)
      correlation.multiply(patches, weights, into: target, chunk, accumulates: false)
      let rows = correlation.placeCount(chunk)
      if let biases {
        addToRows(target, biases, rows: rows, channels: output.channels, stride: output.stride)
      }
      if let number { batchNorm?.take(target, chunk: number, rows: rows, stride: output.stride, run) }
    }
  }

  /// Calls the body, in parallel, for the parts of chunks that lie in this process's images; `number` is that of a whole chunk.
  private func forEachOwnChunk(
    of correlation: Correlation,
    _ run: Run<Element>,
    _ body: (_ scratch: UnsafeMutablePointer<Element>, _ chunk: Correlation.Chunk, _ number: Int?) -> Void
  ) {
    let images = run.share.images
    let numbers = correlation.chunks(overlapping: images)
    Parallel.forEachWithWorker(numbers.count) { worker, index in
      let number = numbers.lowerBound + index
      var chunk = correlation.chunk(number)
      let own = chunk.images.clamped(to: images)
      let isWhole = own == chunk.images
      chunk.images = own
      body(run.scratch(of: worker), chunk, isWhole ? number : nil)
    }
  }

  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    let groups = ownGroups(run.share.rank, run.share)
    completeGroups(run, outputGradient)
    run.relay.sum(
      run.gradients + weight.lowerBound,
      count: weight.count + (bias?.count ?? 0),
      groupCount: groups.count * groupStride
    ) { [self] kept in
      sumGradients(run, outputGradient, groups, into: kept ?? run.sharedScratch)
    } add: { [self] kept, continues in
      reduce(kept ?? run.sharedScratch, groups.count, continues: continues, run)
    }
    guard let inputTarget else { return }
    let (slope, target) = (run.pointer(outputGradient), run.pointer(inputTarget.view))
    for correlation in backwards {
      correlation.pack(
        run.values + weight.lowerBound,
        kernelWidth: window.kernelWidth,
        turned: true,
        into: run.sharedScratch
      )
      forEachOwnChunk(of: correlation, run) { scratch, chunk, _ in
        correlation.multiply(
          correlation.patches(chunk, slope, scratch),
          run.sharedScratch,
          into: target + correlation.targetOffset(chunk),
          chunk,
          accumulates: inputTarget.accumulates
        )
      }
    }
  }

  /// The chunks of a group.
  func chunks(of group: Int) -> Range<Int> {
    group * correlation.chunkCount / groupCount..<(group + 1) * correlation.chunkCount / groupCount
  }

  /// The number of blocks of units that sums of ∂W can be shared out by.
  private var unitBlockCount: Int {
    (correlation.paddedUnits + Self.unitsOfBlock - 1) / Self.unitsOfBlock
  }
  /// The units that the kernel of ∂W takes at once.
  private static var unitsOfBlock: Int { 16 }

  /// Sums ∂W and ∂b over the chunks of each group.
  ///
  /// - Parameter sums: of each group, `groupStride` apart.
  private func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ groups: Range<Int>,
    into sums: UnsafeMutablePointer<Element>
  ) {
    // Where more threads than groups run, the units of a group are shared out as well: each unit's sum stays the same.
    let wanted = (Parallel.threadCount + groups.count - 1) / max(1, groups.count)
    let partCount = min(unitBlockCount, max(1, wanted))
    Parallel.forEachWithWorker(groups.count * partCount) { worker, index in
      let (place, part) = (index / partCount, index % partCount)
      let blocks = part * unitBlockCount / partCount..<(part + 1) * unitBlockCount / partCount
      let group = groups.lowerBound + place
      let scratch = run.scratch(of: worker)
      sumGradients(run, outputGradient, group, blocks, scratch, into: sums + place * groupStride)
    }
  }

  /// Sums ∂W of some blocks of units, and with the first block ∂b, over the chunks of a group.
  ///
  /// - Parameter blocks: blocks of `unitsOfBlock` units.
  private func sumGradients(
    _ run: Run<Element>,
    _ outputGradient: View,
    _ group: Int,
    _ blocks: Range<Int>,
    _ scratch: UnsafeMutablePointer<Element>,
    into ofGroup: UnsafeMutablePointer<Element>
  ) {
    let (x, dy) = (run.pointer(input), run.pointer(outputGradient))
    let firstUnit = blocks.lowerBound * Self.unitsOfBlock
    let endUnit = min(output.channels, blocks.upperBound * Self.unitsOfBlock)
    let sums = ofGroup + firstUnit * correlation.length
    let biasSums = bias != nil && firstUnit == 0 ? ofGroup + packedCount : nil
    let slopes = scratch + slopesOffset
    clear(sums, count: (endUnit - firstUnit + 7) / 8 * 8 * correlation.length)
    if let biasSums { clear(biasSums, count: output.channels) }
    for number in chunks(of: group) {
      let chunk = correlation.chunk(number)
      let count = correlation.placeCount(chunk)
      let given = dy + correlation.targetOffset(chunk)
      let stride = outputGradient.stride
      packRows(
        given + firstUnit,
        Rows(count: count, channels: endUnit - firstUnit, from: stride, to: 8),
        into: slopes
      )
      correlation.addWeightGradient(
        correlation.patches(chunk, x, scratch),
        slopes,
        to: sums,
        chunk,
        units: endUnit - firstUnit
      )
      if let biasSums {
        addRows(
          given,
          to: biasSums,
          rows: count,
          channels: output.channels,
          stride: stride
        )
      }
    }
  }

  /// Adds the groups' sums, in order, into the gradients of weights and biases, or to them.
  private func reduce(
    _ sums: UnsafeMutablePointer<Element>,
    _ groupCount: Int,
    continues: Bool,
    _ run: Run<Element>
  ) {
    guard groupCount > 0 else { return }
    let (length, units) = (correlation.length, output.channels)
    let piece = max(1, (1 << 12) / length)
    let blocks = correlation.paddedUnits / 8
    Parallel.forEach((blocks + piece - 1) / piece) { number in
      for block in number * piece..<min(blocks, (number + 1) * piece) {
        sumBlocks(
          sums + block * 8 * length,
          groupCount,
          apart: groupStride,
          continues: continues,
          into: run.gradients + weight.lowerBound + 8 * block,
          Rows(count: length, channels: min(8, units - 8 * block), from: 8, to: units)
        )
      }
    }
    guard let bias else { return }
    sumGroups(
      sums + packedCount,
      groupCount,
      apart: groupStride,
      continues: continues,
      into: run.gradients + bias.lowerBound,
      count: units
    )
  }
}
