internal import CKernels
internal import Tensors

/// A scaled residual sum, fused with the ReLU that follows it, if any: `y = x + scale·f`; `∂x += ∂y`, `∂f = scale·∂y`.
///
/// With a ReLU ∂y counts as 0 where y is not above 0.
final class ResidualOperation<Element: Scalar>: Operation {
  private let input: View
  private let branch: View
  private let output: View
  private let outputGradient: View?
  private let inputTarget: GradientTarget?
  private let branchTarget: GradientTarget?
  private let scale: Element
  private let hasReLU: Bool
  private let chunks: RowChunks

  init(input: Value, branch: Value, output: Value, scale: Element, hasReLU: Bool) {
    self.input = input.view
    self.branch = branch.view
    self.output = output.view
    outputGradient = output.gradient
    inputTarget = input.gradient.map(GradientTarget.init)
    branchTarget = branch.gradient.map(GradientTarget.init)
    self.scale = scale
    self.hasReLU = hasReLU
    chunks = RowChunks(rows: input.view.rows, channels: input.view.channels)
  }

  var forwardBuffers: [Int] { [input.buffer, branch.buffer, output.buffer] }
  var backwardBuffers: [Int] {
    [
      hasReLU ? output.buffer : nil, outputGradient?.buffer, inputTarget?.view.buffer,
      branchTarget?.view.buffer,
    ]
    .compactMap(\.self)
  }
  var gradientTargets: [GradientTarget] { [inputTarget, branchTarget].compactMap(\.self) }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func forward(_ run: Run<Element>) {
    let (x, f, y) = (run.pointer(input), run.pointer(branch), run.pointer(output))
    run.share.forEachOwn(chunks, of: input) { rows in
      addScaledRows(
        x + rows.lowerBound * input.stride,
        f + rows.lowerBound * branch.stride,
        branchStride: branch.stride,
        scale: scale,
        hasReLU: hasReLU,
        into: y + rows.lowerBound * output.stride,
        Rows(count: rows.count, channels: input.channels, from: input.stride, to: output.stride)
      )
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func backward(_ run: Run<Element>) {
    guard let outputGradient else { return }
    let (y, slope) = (run.pointer(output), run.pointer(outputGradient))
    let targets = [(inputTarget, Element(1)), (branchTarget, scale)]
    // Rows for both targets in turn, while they are in cache.
    run.share.forEachOwn(chunks, of: input) { rows in
      for case (let target?, let factor) in targets {
        scaleMaskedRows(
          slope + rows.lowerBound * output.stride,
          by: hasReLU ? y + rows.lowerBound * output.stride : nil,
          factor: factor,
          accumulates: target.accumulates,
          into: run.pointer(target.view) + rows.lowerBound * target.view.stride,
          Rows(count: rows.count, channels: input.channels, from: output.stride, to: target.view.stride)
        )
      }
    }
  }
}

/// Computes `y = x + scale·f`, or `max(x + scale·f, 0)` with a ReLU.
///
/// - Parameters:
///   - x: `[row, channel]`, `rows.from` apart.
///   - f: `[row, channel]`, `branchStride` apart.
///   - y: `[row, channel]`, `rows.to` apart.
private func addScaledRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ f: UnsafePointer<Element>,
  branchStride: Int,
  scale: Element,
  hasReLU: Bool,
  into y: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  if let x = x as? UnsafePointer<Float>, let f = f as? UnsafePointer<Float>, let scale = scale as? Float,
    let y = y as? UnsafeMutablePointer<Float>
  {
    let relu: Int32 = hasReLU ? 1 : 0
    return rows_add_scaled(x, rows.from, f, branchStride, scale, relu, y, rows.to, rows.count, rows.channels)
  }
  for row in 0..<rows.count {
    for channel in 0..<rows.channels {
      let value = x[row * rows.from + channel] + scale * f[row * branchStride + channel]
      y[row * rows.to + channel] = hasReLU && value < 0 ? 0 : value
    }
  }
}

/// Computes `target = factor·slope`, or `target += factor·slope`, where the slope counts as 0 wherever y is 0 or less.
///
/// - Parameters:
///   - slope: `[row, channel]`, `rows.from` apart.
///   - y: `[row, channel]`, `rows.from` apart; nil for no mask.
///   - target: `[row, channel]`, `rows.to` apart.
func scaleMaskedRows<Element: Scalar>(
  _ slope: UnsafePointer<Element>,
  by y: UnsafePointer<Element>?,
  factor: Element,
  accumulates: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  if let slope = slope as? UnsafePointer<Float>, let factor = factor as? Float,
    let target = target as? UnsafeMutablePointer<Float>
  {
    let (y, adds) = (y as? UnsafePointer<Float>, accumulates ? 1 : 0 as Int32)
    return rows_scale_masked(slope, y, rows.from, factor, adds, target, rows.to, rows.count, rows.channels)
  }
  for row in 0..<rows.count {
    for channel in 0..<rows.channels {
      let (source, place) = (row * rows.from + channel, row * rows.to + channel)
      let isMasked = y.map { $0[source] <= 0 } ?? false
      let value = isMasked ? 0 : factor * slope[source]
      target[place] = accumulates ? target[place] + value : value
    }
  }
}
