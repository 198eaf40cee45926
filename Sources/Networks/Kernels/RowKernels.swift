internal import CKernels
internal import Tensors

// Sums over rows `[row, channel]`. Each channel is summed by itself, in the order of the rows, so that vectorising over channels
// changes no bit.

/// Adds one vector to every row: `y += vector`.
///
/// - Parameters:
///   - y: `[row, channel]`, `stride` apart.
///   - vector: `[channel]`.
func addToRows<Element: Scalar>(
  _ y: UnsafeMutablePointer<Element>,
  _ vector: UnsafePointer<Element>,
  rows: Int,
  channels: Int,
  stride: Int
) {
  for row in 0..<rows {
    let target = y + row * stride
    for channel in 0..<channels { target[channel] += vector[channel] }
  }
}

/// Adds every row to one vector: `vector += Σ y`.
///
/// - Parameters:
///   - y: `[row, channel]`, `stride` apart.
///   - vector: `[channel]`.
func addRows<Element: Scalar>(
  _ y: UnsafePointer<Element>,
  to vector: UnsafeMutablePointer<Element>,
  rows: Int,
  channels: Int,
  stride: Int
) {
  if let y = y as? UnsafePointer<Float>, let vector = vector as? UnsafeMutablePointer<Float> {
    return rows_add(y, stride, rows, channels, vector)
  }
  let whole = channels / 8 * 8
  forEachBand(rows) { band in
    for channel in Swift.stride(from: 0, to: whole, by: 8) {
      var sum = load(vector, channel)
      for row in band { sum += load(y + row * stride, channel) }
      store(sum, vector, channel)
    }
    for channel in whole..<channels {
      for row in band { vector[channel] += y[row * stride + channel] }
    }
  }
}

/// Computes the sum of several vectors, added in order.
///
/// - Parameters:
///   - groups: `[group, count]`, `distance` apart.
///   - continues: whether the vectors are added to `sum`, in order, instead of overwriting it.
///   - sum: `[count]`.
func sumGroups<Element: Scalar>(
  _ groups: UnsafePointer<Element>,
  _ groupCount: Int,
  apart distance: Int,
  continues: Bool,
  into sum: UnsafeMutablePointer<Element>,
  count: Int
) {
  if !continues { sum.update(from: groups, count: count) }
  let first = continues ? 0 : 1
  for group in first..<max(first, groupCount) {
    let part = groups + group * distance
    for i in 0..<count { sum[i] += part[i] }
  }
}
