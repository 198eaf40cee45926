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
  let floor: Element = hasReLU ? 0 : -.infinity
  let floors = SIMD8(repeating: floor)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, branch, target) = (x + row * rows.from, f + row * branchStride, y + row * rows.to)
    for channel in stride(from: 0, to: whole, by: 8) {
      let value = load(source, channel) + scale * load(branch, channel)
      store(Element.raise(value, to: floors), target, channel)
    }
    for channel in whole..<rows.channels {
      let value = source[channel] + scale * branch[channel]
      target[channel] = value < floor ? floor : value
    }
  }
}

/// Computes `target = factor·slope`, or `target += factor·slope`, where the slope counts as 0 wherever y is not above 0.
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
  let mask = y ?? slope
  let floor: Element = y == nil ? -.infinity : 0
  let floors = SIMD8(repeating: floor)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (given, gate, result) = (slope + row * rows.from, mask + row * rows.from, target + row * rows.to)
    for channel in stride(from: 0, to: whole, by: 8) {
      var value = Element.pass(factor * load(given, channel), where: load(gate, channel), isAbove: floors)
      if accumulates { value += load(result, channel) }
      store(value, result, channel)
    }
    for channel in whole..<rows.channels {
      let value: Element = gate[channel] <= floor ? 0 : factor * given[channel]
      result[channel] = accumulates ? result[channel] + value : value
    }
  }
}
