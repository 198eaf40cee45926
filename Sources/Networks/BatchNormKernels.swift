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
      let value = load(source, channel) * load(scale, channel) + load(shift, channel)
      store(Element.raise(value, to: floors), target, channel)
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
