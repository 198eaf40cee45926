internal import Tensors

/// How many rows a kernel works on, and how far apart they lie in its two matrices.
struct Rows {
  var count: Int
  var channels: Int
  var from: Int
  var to: Int
}

/// What normalised a batch, by channel.
struct Normalisation<Element: Scalar> {
  var mean: UnsafePointer<Element>
  var inverse: UnsafePointer<Element>
  var beta: UnsafePointer<Element>
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
  for row in 0..<rows.count {
    let (source, target) = (x + row * rows.from, y + row * rows.to)
    for channel in 0..<rows.channels {
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
  mean.update(repeating: 0, count: channels)
  squares.update(repeating: 0, count: channels)
  addRows(x, to: mean, rows: rows, channels: channels, stride: stride)
  let share = 1 / Element(rows)
  for channel in 0..<channels { mean[channel] *= share }
  for row in 0..<rows {
    let source = x + row * stride
    for channel in 0..<channels {
      let deviation = source[channel] - mean[channel]
      squares[channel] += deviation * deviation
    }
  }
}

/// Σ∂y and Σ∂y·x̂ of each channel.
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
  slopes.update(repeating: 0, count: rows.channels)
  products.update(repeating: 0, count: rows.channels)
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let (mean, inverse, beta) = (norm.mean, norm.inverse, norm.beta)
  for row in 0..<rows.count {
    let (source, given) = (x + row * rows.from, slope + row * rows.to)
    for channel in 0..<rows.channels {
      let normalised = (source[channel] - mean[channel]) * inverse[channel]
      let part = normalised + beta[channel] > floor ? given[channel] : 0
      slopes[channel] += part
      products[channel] += part * normalised
    }
  }
}

/// The gradient in the input of a normalisation, written over the target or added to it.
///
/// The target may be the input itself, and its rows are then as far apart.
@specialized(where Element == Float)
@specialized(where Element == Double)
func slopesOfNormalised<Element: Scalar>(
  _ x: UnsafePointer<Element>,
  _ slope: UnsafePointer<Element>,
  _ norm: Normalisation<Element>,
  means: UnsafePointer<Element>,
  accumulates: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  let floor: Element = norm.hasReLU ? 0 : -.infinity
  let (mean, inverse, beta, productMeans) = (norm.mean, norm.inverse, norm.beta, means + rows.channels)
  for row in 0..<rows.count {
    let (source, given, result) = (x + row * rows.from, slope + row * rows.to, target + row * rows.from)
    for channel in 0..<rows.channels {
      let normalised = (source[channel] - mean[channel]) * inverse[channel]
      let part = normalised + beta[channel] > floor ? given[channel] : 0
      let value = (part - means[channel] - normalised * productMeans[channel]) * inverse[channel]
      result[channel] = accumulates ? result[channel] + value : value
    }
  }
}
