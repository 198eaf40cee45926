internal import Tensors

/// A convolution, or a dense layer as the convolution of single places: a product of patches and weights.
///
/// ```
/// y = patches(x)·W + b        ∂W = patches(x)ᵀ·∂y        ∂b = Σ ∂y        ∂x = patchesᵀ(∂y·Wᵀ)
/// ```
/// Going forward the output's lines are cut into chunks whose patches stay in cache. Going backward the images are
/// cut into groups, each sums its own ∂W, and the groups' sums are added in order.
final class ConvolutionOperation<Element: Scalar>: Operation {
  private let patches: Patches
  private var output: View
  private let outputGradient: View?
  private let input: View
  private let inputTarget: GradientTarget?
  private let weight: Range<Int>
  private let bias: Range<Int>?
  /// The batch norm that reads the output and nothing else does.
  private var batchNorm: BatchNormOperation<Element>?

  init(input: Value, output: Value, window: Window?, weight: Range<Int>, bias: Range<Int>?) {
    let window =
      window
      ?? Window(kernelHeight: 1, kernelWidth: 1, stride: 1, padding: .valid, input: input.view.shape)
    patches = Patches(window: window, input: input.view, output: output.view)
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.weight = weight
    self.bias = bias
  }

  /// Takes over work of the batch norm that alone reads the output, while the output's chunks are in cache: in training
  /// their moments, in inference all of it, so that only the normalised output is written.
  ///
  /// - Returns: False where the batch norm does not read this output.
  func absorb(_ batchNorm: BatchNormOperation<Element>) -> Bool {
    guard batchNorm.input == output else { return false }
    self.batchNorm = batchNorm
    if batchNorm.isTraining {
      batchNorm.momentChunks = RowChunks(rows: output.rows, length: patches.chunkLines * patches.outputWidth)
    } else {
      output = batchNorm.output
    }
    return true
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    [input.buffer] + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }
  var scratchCount: Int { patches.chunkRows * patches.length }
  var sharedScratchCount: Int { isSplitByInput ? 0 : groupCount * (weight.count + output.channels) }

  var multiplyAdds: (forward: Int, backward: Int) {
    let product = output.rows * inner * units
    return (product, inputTarget == nil ? product : 2 * product)
  }

  private var groupCount: Int { min(input.batch, 8) }
  private var inner: Int { patches.length }
  /// Whether ∂W is cut by input channels instead of images: no copies to add, where that leaves enough of each product.
  private var isSplitByInput: Bool { patches.isDirect && inner >= 128 }
  private var units: Int { output.channels }

  func forward(_ run: Run<Element>) {
    let (x, y) = (run.pointer(input), run.pointer(output))
    let weights = run.values + weight.lowerBound
    let biases = bias.map { run.values + $0.lowerBound }
    if let batchNorm, !batchNorm.isTraining { batchNorm.recall(run) }
    Parallel.forEachWithWorker(patches.chunkCount) { worker, chunk in
      let rows = patches.rows(ofLines: patches.lines(chunk))
      let (a, aStride) = gather(x, patches.lines(chunk), run.scratch(of: worker))
      let target = y + rows.lowerBound * output.stride
      Element.multiply(
        rows: rows.count,
        columns: units,
        inner: inner,
        scale: 1,
        a,
        stride: aStride,
        transposed: false,
        weights,
        stride: units,
        transposed: false,
        keeping: 0,
        into: target,
        stride: output.stride
      )
      if let biases { addToRows(target, biases, rows: rows.count, channels: units, stride: output.stride) }
      batchNorm?.take(target, chunk: chunk, rows: rows.count, stride: output.stride, run)
    }
  }

  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    if isSplitByInput { return backwardByInput(run, outputGradient) }
    let (x, dy) = (run.pointer(input), run.pointer(outputGradient))
    let dx = inputTarget.map { run.pointer($0.view) }
    let weights = run.values + weight.lowerBound
    let count = weight.count + units
    Parallel.forEachWithWorker(groupCount) { worker, group in
      let images = group * input.batch / groupCount..<(group + 1) * input.batch / groupCount
      let sums = run.sharedScratch + group * count
      clear(sums, count: count)
      if let dx, !patches.isDirect, inputTarget?.accumulates == false {
        let size = input.height * input.width * input.stride
        clear((dx + images.lowerBound * size), count: images.count * size)
      }
      for lines in patches.chunks(ofImages: images) {
        let rows = patches.rows(ofLines: lines)
        let slope = dy + rows.lowerBound * outputGradient.stride
        let (a, aStride) = gather(x, lines, run.scratch(of: worker))
        Element.multiply(
          rows: inner,
          columns: units,
          inner: rows.count,
          scale: 1,
          a,
          stride: aStride,
          transposed: true,
          slope,
          stride: outputGradient.stride,
          transposed: false,
          keeping: 1,
          into: sums,
          stride: units
        )
        if bias != nil {
          addRows(
            slope,
            to: sums + weight.count,
            rows: rows.count,
            channels: units,
            stride: outputGradient.stride
          )
        }
        if let dx { hand(slope, lines, weights, to: dx, run.scratch(of: worker)) }
      }
    }
    reduce(run, count: count)
  }

  /// The backward pass where each place is taken by itself and has many channels.
  private func backwardByInput(_ run: Run<Element>, _ outputGradient: View) {
    let (x, dy) = (run.pointer(input), run.pointer(outputGradient))
    let piece = max(64, (inner + 127) / 128 * 16)
    let pieceCount = (inner + piece - 1) / piece
    Parallel.forEach(pieceCount + (bias == nil ? 0 : 1)) { number in
      guard number < pieceCount else {
        let sums = run.gradients + (bias?.lowerBound ?? 0)
        clear(sums, count: units)
        return addRows(dy, to: sums, rows: output.rows, channels: units, stride: outputGradient.stride)
      }
      let first = number * piece
      Element.multiply(
        rows: min(piece, inner - first),
        columns: units,
        inner: output.rows,
        scale: 1,
        x + first,
        stride: input.stride,
        transposed: true,
        dy,
        stride: outputGradient.stride,
        transposed: false,
        keeping: 0,
        into: run.gradients + weight.lowerBound + first * units,
        stride: units
      )
    }
    guard let inputTarget else { return }
    let dx = run.pointer(inputTarget.view)
    Parallel.forEachWithWorker(patches.chunkCount) { worker, chunk in
      let lines = patches.lines(chunk)
      let slope = dy + patches.rows(ofLines: lines).lowerBound * outputGradient.stride
      hand(slope, lines, run.values + weight.lowerBound, to: dx, run.scratch(of: worker))
    }
  }

  /// Returns the patches of some lines as a matrix: the input itself where a patch is one place.
  private func gather(
    _ x: UnsafePointer<Element>,
    _ lines: Range<Int>,
    _ scratch: UnsafeMutablePointer<Element>
  ) -> (UnsafePointer<Element>, Int) {
    if patches.isDirect {
      return (x + patches.rows(ofLines: lines).lowerBound * input.stride, input.stride)
    }
    gatherPatches(patches, x, lines, into: scratch)
    return (UnsafePointer(scratch), inner)
  }

  /// Adds ∂y·Wᵀ of some lines to the input's gradient.
  private func hand(
    _ slope: UnsafePointer<Element>,
    _ lines: Range<Int>,
    _ weights: UnsafePointer<Element>,
    to dx: UnsafeMutablePointer<Element>,
    _ scratch: UnsafeMutablePointer<Element>
  ) {
    guard let outputGradient, let inputTarget else { return }
    let rows = patches.rows(ofLines: lines)
    let isDirect = patches.isDirect
    let stride = isDirect ? inputTarget.view.stride : inner
    Element.multiply(
      rows: rows.count,
      columns: inner,
      inner: units,
      scale: 1,
      slope,
      stride: outputGradient.stride,
      transposed: false,
      weights,
      stride: units,
      transposed: true,
      keeping: isDirect && inputTarget.accumulates ? 1 : 0,
      into: isDirect ? dx + rows.lowerBound * stride : scratch,
      stride: stride
    )
    if !isDirect { scatterPatches(patches, scratch, lines, to: dx) }
  }

  /// Adds the groups' sums, in order, into the gradients of weights and biases.
  private func reduce(_ run: Run<Element>, count: Int) {
    let piece = 1 << 14
    Parallel.forEach((weight.count + piece - 1) / piece) { number in
      let range = number * piece..<min(weight.count, (number + 1) * piece)
      let target = run.gradients + weight.lowerBound + range.lowerBound
      sumGroups(
        run.sharedScratch + range.lowerBound,
        groupCount,
        apart: count,
        into: target,
        count: range.count
      )
    }
    if let bias {
      let sums = run.sharedScratch + weight.count
      sumGroups(sums, groupCount, apart: count, into: run.gradients + bias.lowerBound, count: units)
    }
  }
}
