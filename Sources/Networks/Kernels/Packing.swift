internal import CKernels
internal import Tensors

// Weights and slopes in the order in which the kernels of `CKernels` read them: in blocks of 16 units, packed by halves.

extension Correlation {
  /// Packs weights for the kernels: in the order of a patch's elements, in blocks of 16 units.
  ///
  /// - Parameters:
  ///   - weights: `[kernel row, kernel column, input, output]`.
  ///   - turned: whether the units are the weights' inputs, as in the gradient in the input.
  ///   - packed: `[unit / 16, length, 16]`, overwritten; the last eight units are filled up with zeros. For Winograd's algorithm
  ///     the transformed weights: see `withHalf`.
  func pack<Element: Scalar>(
    _ weights: UnsafePointer<Element>,
    kernelWidth: Int,
    turned: Bool,
    into packed: UnsafeMutablePointer<Element>
  ) {
    let (inner, units) = (source.channels, target.channels)
    let taps = kernelRows.flatMap { row in
      kernelColumns.map { (row * kernelWidth + $0) * inner * units }
    }
    let distances = turned ? (inner: 1, unit: inner) : (inner: units, unit: 1)
    let halves = (units + 7) / 8
    let halvesOfPiece = max(1, (1 << 12) / max(1, 8 * length))
    Parallel.forEach((halves + halvesOfPiece - 1) / halvesOfPiece) { piece in
      for half in piece * halvesOfPiece..<min(halves, (piece + 1) * halvesOfPiece) {
        withHalf(half, of: packed) { plain in
          for (index, tap) in taps.enumerated() {
            packHalf(
              weights + tap + 8 * half * distances.unit,
              inner: inner,
              lanes: min(8, units - 8 * half),
              distances,
              into: plain + index * inner * 16
            )
          }
        }
      }
    }
  }
}

/// Packs half a block of weights.
///
/// - Parameters:
///   - weights: the element of the half's first unit and first input channel; `distances` lead to the others.
///   - lanes: the units of the half, at most 8; the rest is filled up with zeros.
///   - packed: `[inner, 16]`, of which the first eight units are overwritten.
private func packHalf<Element: Scalar>(
  _ weights: UnsafePointer<Element>,
  inner: Int,
  lanes: Int,
  _ distances: (inner: Int, unit: Int),
  into packed: UnsafeMutablePointer<Element>
) {
  if lanes == 8, distances.inner == 1, let weights = weights as? UnsafePointer<Float>,
    let packed = packed as? UnsafeMutablePointer<Float>
  {
    convolution_pack_rows(weights, distances.unit, inner, packed)
  } else if lanes == 8, distances.unit == 1 {
    for k in 0..<inner { store(load(weights, k * distances.inner), packed, 16 * k) }
  } else {
    for k in 0..<inner {
      for lane in 0..<8 {
        packed[16 * k + lane] = lane < lanes ? weights[k * distances.inner + lane * distances.unit] : 0
      }
    }
  }
}

/// Packs rows into blocks of 16 units, as `convolution_pack_slopes` does for Float.
///
/// - Parameters:
///   - slopes: `[row, unit]`, `rows.from` apart.
///   - packed: `[unit / 16, row, 16]`, overwritten; the last block is filled up with zeros.
func packRows<Element: Scalar>(
  _ slopes: UnsafePointer<Element>,
  _ rows: Rows,
  into packed: UnsafeMutablePointer<Element>
) {
  for row in 0..<rows.count {
    for unit in 0..<(rows.channels + 15) / 16 * 16 {
      packed[unit / 16 * 16 * rows.count + 16 * row + unit % 16] =
        unit < rows.channels ? slopes[row * rows.from + unit] : 0
    }
  }
}

/// Computes the sum of several groups for at most 16 units, added in order.
///
/// - Parameters:
///   - groups: `[group, row, 16]`, groups `distance` apart.
///   - continues: whether the groups are added to the target, in order, instead of overwriting it.
///   - target: `[row, unit]`, `rows.to` apart; `rows.channels` is the number of units, at most 16.
func sumBlocks<Element: Scalar>(
  _ groups: UnsafePointer<Element>,
  _ groupCount: Int,
  apart distance: Int,
  continues: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  if let groups = groups as? UnsafePointer<Float>, let target = target as? UnsafeMutablePointer<Float> {
    return convolution_sum_groups(
      groups,
      groupCount,
      distance,
      continues ? 1 : 0,
      target,
      rows.to,
      rows.count,
      rows.channels
    )
  }
  for row in 0..<rows.count {
    for unit in 0..<rows.channels {
      var sum = continues ? target[row * rows.to + unit] : groups[16 * row + unit]
      for group in (continues ? 0 : 1)..<max(1, groupCount) {
        sum += groups[group * distance + 16 * row + unit]
      }
      target[row * rows.to + unit] = sum
    }
  }
}
