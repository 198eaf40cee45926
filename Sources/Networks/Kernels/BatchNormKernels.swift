internal import CKernels
internal import Tensors

// Float runs in the kernels of `CKernels`; Double, which only checks gradients, runs in the same order in plain Swift.

/// The coefficients of a batch normalisation, `[channel]` each: its output is `x·scale + shift`, before the ReLU.
struct Normalisation<Element: Scalar> {
  /// μ, the mean of the channel.
  var mean: UnsafePointer<Element>
  /// 1/√(σ² + ε).
  var scale: UnsafePointer<Element>
  /// β − μ·scale.
  var shift: UnsafePointer<Element>
  /// Whether a ReLU follows.
  var hasReLU: Bool

  /// The coefficients from a channel on.
  func from(_ channel: Int) -> Normalisation {
    Normalisation(mean: mean + channel, scale: scale + channel, shift: shift + channel, hasReLU: hasReLU)
  }

  /// The coefficients for the kernels; `nil` for Double.
  @inline(__always)
  var ofFloat: rows_norm? {
    guard let mean = mean as? UnsafePointer<Float>, let scale = scale as? UnsafePointer<Float>,
      let shift = shift as? UnsafePointer<Float>
    else { return nil }
    return rows_norm(mean: mean, scale: scale, shift: shift, has_relu: hasReLU ? 1 : 0)
  }
}

/// The output of a batch normalisation as it can be computed anew from its input.
struct NormalisedRows<Element: Scalar> {
  /// The input, `[row, channel]`, `distance` apart.
  var x: UnsafePointer<Element>
  var distance: Int
  var channels: Int
  /// The first channel's place in an activation that several batch norms write.
  var firstChannel: Int
  var norm: Normalisation<Element>

  /// Writes some rows of the output, `stride` apart, beginning with `firstChannel`.
  @inline(__always)
  func write(_ rows: Range<Int>, into target: UnsafeMutablePointer<Element>, stride: Int) {
    scaleRows(
      x + rows.lowerBound * distance,
      norm,
      into: target + firstChannel,
      Rows(count: rows.count, channels: channels, from: distance, to: stride)
    )
  }
}

/// Computes `y = x·scale + shift`, or `max(x·scale + shift, 0)` with a ReLU.
///
/// - Parameters:
///   - x: `[row, channel]`, `rows.from` apart.
///   - y: `[row, channel]`, `rows.to` apart.
func scaleRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ norm: Normalisation<Element>,
  into y: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  if let x = x as? UnsafePointer<Float>, let norm = norm.ofFloat, let y = y as? UnsafeMutablePointer<Float> {
    return rows_scale(x, rows.from, norm, y, rows.to, rows.count, rows.channels)
  }
  let (scale, shift) = (norm.scale, norm.shift)
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let floors = SIMD8(repeating: floor)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, target) = (x + row * rows.from, y + row * rows.to)
    for channel in stride(from: 0, to: whole, by: 8) {
      let value = load(source, channel) * load(scale, channel) + load(shift, channel)
      store(Element.raise(value, to: floors), target, channel)
    }
    for channel in whole..<rows.channels {
      let value = source[channel] * scale[channel] + shift[channel]
      target[channel] = value < floor ? floor : value
    }
  }
}

/// Computes the mean and the sum of squared deviations of each channel.
///
/// - Parameters:
///   - x: `[row, channel]`, `stride` apart.
///   - mean: `[channel]`, overwritten.
///   - squares: `[channel]`, overwritten.
func momentsOfRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  rows: Int,
  channels: Int,
  stride: Int,
  mean: UnsafeMutablePointer<Element>,
  squares: UnsafeMutablePointer<Element>
) {
  clear(mean, count: channels)
  clear(squares, count: channels)
  addRows(x, to: mean, rows: rows, channels: channels, stride: stride)
  let share = 1 / Element(rows)
  let whole = channels / 8 * 8
  for channel in 0..<channels { mean[channel] *= share }
  if let x = x as? UnsafePointer<Float>, let mean = mean as? UnsafeMutablePointer<Float>,
    let squares = squares as? UnsafeMutablePointer<Float>
  {
    return rows_add_squares(x, stride, mean, rows, channels, squares)
  }
  forEachBand(rows) { band in
    for channel in Swift.stride(from: 0, to: whole, by: 8) {
      let middle = load(mean, channel)
      var sum = load(squares, channel)
      for row in band {
        let deviation = load(x + row * stride, channel) - middle
        sum += deviation * deviation
      }
      store(sum, squares, channel)
    }
    for channel in whole..<channels {
      for row in band {
        let deviation = x[row * stride + channel] - mean[channel]
        squares[channel] += deviation * deviation
      }
    }
  }
}

/// Computes Σ∂y and Σ∂y·(x − μ) of each channel, where ∂y counts as 0 wherever the ReLU's output is 0.
///
/// - Parameters:
///   - x: the input of the normalisation, `[row, channel]`, `rows.from` apart.
///   - slope: ∂y, `[row, channel]`, `rows.to` apart.
///   - slopes: Σ∂y, `[channel]`, overwritten.
///   - products: Σ∂y·(x − μ), `[channel]`, overwritten.
func sumSlopes<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ slope: UnsafePointer<Element>,
  _ norm: Normalisation<Element>,
  slopes: UnsafeMutablePointer<Element>,
  products: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  clear(slopes, count: rows.channels)
  clear(products, count: rows.channels)
  if let x = x as? UnsafePointer<Float>, let slope = slope as? UnsafePointer<Float>, let norm = norm.ofFloat,
    let slopes = slopes as? UnsafeMutablePointer<Float>,
    let products = products as? UnsafeMutablePointer<Float>
  {
    return rows_add_slopes(
      x,
      rows.from,
      slope,
      rows.to,
      norm,
      rows.count,
      rows.channels,
      slopes,
      products
    )
  }
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let floors = SIMD8(repeating: floor)
  let whole = rows.channels / 8 * 8
  forEachBand(rows.count) { band in
    for channel in stride(from: 0, to: whole, by: 8) {
      let (mean, scale) = (load(norm.mean, channel), load(norm.scale, channel))
      let shift = load(norm.shift, channel)
      var (sum, product) = (load(slopes, channel), load(products, channel))
      for row in band {
        let value = load(x + row * rows.from, channel)
        let given = load(slope + row * rows.to, channel)
        let part = Element.pass(given, where: value * scale + shift, isAbove: floors)
        sum += part
        product += part * (value - mean)
      }
      store(sum, slopes, channel)
      store(product, products, channel)
    }
    for channel in whole..<rows.channels {
      for row in band {
        let value = x[row * rows.from + channel]
        let output = value * norm.scale[channel] + norm.shift[channel]
        let part = output <= floor ? 0 : slope[row * rows.to + channel]
        slopes[channel] += part
        products[channel] += part * (value - norm.mean[channel])
      }
    }
  }
}

/// Computes the gradient in the input of a normalisation: `∂x = scale·∂y + constant − x·pull`, where ∂y counts as 0 wherever
/// the ReLU's output is 0.
///
/// - Parameters:
///   - x: the input of the normalisation, `[row, channel]`, `rows.from` apart.
///   - slope: ∂y, `[row, channel]`, `rows.to` apart.
///   - constant: `[channel]`, see `poolSlopes`.
///   - pull: `[channel]`, see `poolSlopes`.
///   - accumulates: whether ∂x is added to the target, or overwrites it.
///   - target: `[row, channel]`, `rows.from` apart; it may be `x` itself.
func slopesOfNormalised<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ slope: UnsafePointer<Element>,
  _ norm: Normalisation<Element>,
  constant: UnsafePointer<Element>,
  pull: UnsafePointer<Element>,
  accumulates: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  if let x = x as? UnsafePointer<Float>, let slope = slope as? UnsafePointer<Float>, let norm = norm.ofFloat,
    let constant = constant as? UnsafePointer<Float>, let pull = pull as? UnsafePointer<Float>,
    let target = target as? UnsafeMutablePointer<Float>
  {
    return rows_slopes(
      x,
      rows.from,
      slope,
      rows.to,
      norm,
      constant,
      pull,
      target,
      accumulates ? 1 : 0,
      rows.count,
      rows.channels
    )
  }
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let floors = SIMD8(repeating: floor)
  let (scale, shift) = (norm.scale, norm.shift)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, given, result) = (x + row * rows.from, slope + row * rows.to, target + row * rows.from)
    for channel in stride(from: 0, to: whole, by: 8) {
      let (value, factor) = (load(source, channel), load(scale, channel))
      let output = value * factor + load(shift, channel)
      let part = Element.pass(load(given, channel), where: output, isAbove: floors)
      var sum = (part * factor + load(constant, channel)) - value * load(pull, channel)
      if accumulates { sum += load(result, channel) }
      store(sum, result, channel)
    }
    for channel in whole..<rows.channels {
      let output = source[channel] * scale[channel] + shift[channel]
      let part = output <= floor ? 0 : given[channel]
      let sum = (part * scale[channel] + constant[channel]) - source[channel] * pull[channel]
      result[channel] = accumulates ? result[channel] + sum : sum
    }
  }
}
