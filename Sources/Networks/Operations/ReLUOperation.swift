internal import Tensors

/// The rectifier: `y = max(x, 0)`; `∂x = ∂y` where y is above 0, else 0.
final class ReLUOperation<Element: Scalar>: Operation {
  private let input: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let chunks: RowChunks

  init(input: Value, output: Value) {
    self.input = input.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    chunks = RowChunks(rows: input.view.rows, channels: input.view.channels)
  }

  var forwardBuffers: [Int] { [input.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    [output.buffer] + [outputGradient?.buffer, inputTarget?.view.buffer].compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { inputTarget.map { [$0] } ?? [] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    let (x, y) = (run.pointer(input), run.pointer(output))
    run.share.forEachOwn(chunks, of: input) { rows in
      rectifyRows(
        x + rows.lowerBound * input.stride,
        into: y + rows.lowerBound * output.stride,
        Rows(count: rows.count, channels: input.channels, from: input.stride, to: output.stride)
      )
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient, let inputTarget else { return }
    let (y, slope, target) = (run.pointer(output), run.pointer(outputGradient), run.pointer(inputTarget.view))
    run.share.forEachOwn(chunks, of: input) { rows in
      scaleMaskedRows(
        slope + rows.lowerBound * output.stride,
        by: y + rows.lowerBound * output.stride,
        factor: 1,
        accumulates: inputTarget.accumulates,
        into: target + rows.lowerBound * inputTarget.view.stride,
        Rows(count: rows.count, channels: input.channels, from: output.stride, to: inputTarget.view.stride)
      )
    }
  }
}

/// Computes `y = max(x, 0)`; NaN stays NaN.
///
/// - Parameters:
///   - x: `[row, channel]`, `rows.from` apart.
///   - y: `[row, channel]`, `rows.to` apart.
private func rectifyRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  into y: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  for row in 0..<rows.count {
    let (source, target) = (x + row * rows.from, y + row * rows.to)
    for channel in 0..<rows.channels { target[channel] = source[channel] < 0 ? 0 : source[channel] }
  }
}
