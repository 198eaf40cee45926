internal import Tensors

/// How many rows a kernel works on, and how far apart they lie in its two matrices.
struct Rows {
  var count: Int
  var channels: Int
  var from: Int
  var to: Int
}

/// What normalised a batch, by channel: `x·scale + shift` is what came out, before the ReLU.
struct Normalisation<Element: Scalar> {
  var mean: UnsafePointer<Element>
  var scale: UnsafePointer<Element>
  var shift: UnsafePointer<Element>
  var hasReLU: Bool
}

/// `y = x·scale + shift`, and `max(y, 0)` where there is a ReLU.
@specialized(where Element == Float)
@specialized(where Element == Double)
func scaleRows<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ scale: UnsafePointer<Element>,
  _ shift: UnsafePointer<Element>,
  hasReLU: Bool,
  into y: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  let floor: Element = hasReLU ? 0 : -.infinity
  let floors = SIMD8(repeating: floor)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, target) = (x + row * rows.from, y + row * rows.to)
    for channel in stride(from: 0, to: whole, by: 8) {
      var value = load(source, channel) * load(scale, channel) + load(shift, channel)
      value.replace(with: floors, where: value .< floors)
      store(value, target, channel)
    }
    for channel in whole..<rows.channels {
      let value = source[channel] * scale[channel] + shift[channel]
      target[channel] = value < floor ? floor : value
    }
  }
}

/// The mean and the sum of squared deviations of each channel.
@specialized(where Element == Float)
@specialized(where Element == Double)
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
  for row in 0..<rows {
    let source = x + row * stride
    for channel in Swift.stride(from: 0, to: whole, by: 8) {
      let deviation = load(source, channel) - load(mean, channel)
      store(load(squares, channel) + deviation * deviation, squares, channel)
    }
    for channel in whole..<channels {
      let deviation = source[channel] - mean[channel]
      squares[channel] += deviation * deviation
    }
  }
}

/// Σ∂y and Σ∂y·(x − μ) of each channel.
@specialized(where Element == Float)
@specialized(where Element == Double)
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
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let (floors, zeros) = (SIMD8(repeating: floor), SIMD8<Element>(repeating: 0))
  let (mean, scale, shift) = (norm.mean, norm.scale, norm.shift)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, given) = (x + row * rows.from, slope + row * rows.to)
    for channel in stride(from: 0, to: whole, by: 8) {
      let value = load(source, channel)
      var part = load(given, channel)
      let output = value * load(scale, channel) + load(shift, channel)
      part.replace(with: zeros, where: output .<= floors)
      store(load(slopes, channel) + part, slopes, channel)
      store(load(products, channel) + part * (value - load(mean, channel)), products, channel)
    }
    for channel in whole..<rows.channels {
      let output = source[channel] * scale[channel] + shift[channel]
      let part = output <= floor ? 0 : given[channel]
      slopes[channel] += part
      products[channel] += part * (source[channel] - mean[channel])
    }
  }
}

/// The gradient in the input of a normalisation: `∂x = scale·∂y + constant − x·pull`, where ∂y passes the ReLU.
///
/// Written over the target or added to it; the target may be the input itself, and its rows are as far apart.
@specialized(where Element == Float)
@specialized(where Element == Double)
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
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let (floors, zeros) = (SIMD8(repeating: floor), SIMD8<Element>(repeating: 0))
  let (scale, shift) = (norm.scale, norm.shift)
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    let (source, given, result) = (x + row * rows.from, slope + row * rows.to, target + row * rows.from)
    for channel in stride(from: 0, to: whole, by: 8) {
      let (value, factor) = (load(source, channel), load(scale, channel))
      var part = load(given, channel)
      part.replace(with: zeros, where: value * factor + load(shift, channel) .<= floors)
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
