internal import Tensors

/// Dropout: keeps each value with probability `keep` and divides it by `keep`, else puts 0; a copy in inference.
///
/// Whether value i is kept depends on the pass's seed, the layer's number and i alone: no mask is stored, and the number of
/// threads does not matter.
final class DropoutOperation<Element: Scalar>: Operation {
  private let input: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let keep: Double
  private let stream: UInt64
  private let isTraining: Bool
  private let chunks: RowChunks

  init(input: Value, output: Value, keep: Double, stream: UInt64, isTraining: Bool) {
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    self.keep = isTraining ? keep : 1
    self.stream = stream
    self.isTraining = isTraining
    chunks = RowChunks(rows: input.view.rows, channels: input.view.channels)
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] { [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self) }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    drop(run.pointer(input), input, into: run.pointer(output), output, accumulates: false, run)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient, let inputTarget else { return }
    drop(
      run.pointer(outputGradient),
      outputGradient,
      into: run.pointer(inputTarget.view),
      inputTarget.view,
      accumulates: inputTarget.accumulates,
      run
    )
  }

  private func drop(
    _ x: UnsafePointer<Element>,
    _ source: View,
    into y: UnsafeMutablePointer<Element>,
    _ target: View,
    accumulates: Bool,
    _ run: Run<Element>
  ) {
    let generator = SeededGenerator(seed: run.seed, stream: stream)
    run.share.forEachOwn(chunks, of: source) { rows in
      dropRows(
        x + rows.lowerBound * source.stride,
        keep: keep,
        generator: generator,
        firstIndex: UInt64(rows.lowerBound * source.channels),
        accumulates: accumulates,
        into: y + rows.lowerBound * target.stride,
        Rows(count: rows.count, channels: source.channels, from: source.stride, to: target.stride)
      )
    }
  }
}

/// Computes `y = x/keep` where a value is kept, else 0; or adds it to y.
///
/// - Parameters:
///   - x: `[row, channel]`, `rows.from` apart.
///   - firstIndex: the index of the first value among all values of the layer.
///   - y: `[row, channel]`, `rows.to` apart.
private func dropRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  keep: Double,
  generator: SeededGenerator,
  firstIndex: UInt64,
  accumulates: Bool,
  into y: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  let factor = Element(1 / keep)
  var index = firstIndex
  for row in 0..<rows.count {
    let (source, target) = (x + row * rows.from, y + row * rows.to)
    for channel in 0..<rows.channels {
      let value: Element = generator.uniform(at: index) < keep ? source[channel] * factor : 0
      index &+= 1
      target[channel] = accumulates ? target[channel] + value : value
    }
  }
}
