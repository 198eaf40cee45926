internal import CKernels
internal import Tensors

// Weights and slopes in the order in which the kernels of `CKernels` read them: in blocks of eight units.

extension Correlation {
  /// Packs weights for the kernels: in the order of a patch's elements, in blocks of eight units.
  ///
  /// - Parameters:
  ///   - weights: `[kernel row, kernel column, input, output]`.
  ///   - turned: whether the units are the weights' inputs, as in the gradient in the input.
  ///   - packed: `[unit / 8, length, 8]`, overwritten; the last block is filled up with zeros. For Winograd's algorithm the
  ///     transformed weights: see `withBlock`.
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
    let blocks = paddedUnits / 8
    let blocksOfPiece = max(1, (1 << 12) / max(1, 8 * length))
    Parallel.forEach((blocks + blocksOfPiece - 1) / blocksOfPiece) { piece in
      for block in piece * blocksOfPiece..<min(blocks, (piece + 1) * blocksOfPiece) {
        withBlock(block, of: packed) { plain in
          for (index, tap) in taps.enumerated() {
            packBlock(
              weights + tap + 8 * block * distances.unit,
              inner: inner,
              lanes: min(8, units - 8 * block),
              distances,
              into: plain + index * inner * 8
            )
          }
        }
      }
    }
  }
}

/// Packs one block of weights.
///
/// - Parameters:
///   - weights: the element of the block's first unit and first input channel; `distances` lead to the others.
///   - lanes: the units of the block, at most 8; the rest is filled up with zeros.
///   - packed: `[inner, 8]`, overwritten.
private func packBlock<Element: Scalar>(
  _ weights: UnsafePointer<Element>,
  inner: Int,
  lanes: Int,
  _ distances: (inner: Int, unit: Int),
  into packed: UnsafeMutablePointer<Element>
) {
  guard lanes == 8 else {
    clear(packed, count: 8 * inner)
    for k in 0..<inner {
      for lane in 0..<lanes {
        packed[8 * k + lane] = weights[k * distances.inner + lane * distances.unit]
      }
    }
    return
  }
  if distances.inner == 1, let weights = weights as? UnsafePointer<Float>,
    let packed = packed as? UnsafeMutablePointer<Float>
  {
    convolution_pack_rows(weights, distances.unit, inner, packed)
  } else if distances.unit == 1 {
    for k in 0..<inner { store(load(weights, k * distances.inner), packed, 8 * k) }
  } else {
    for k in 0..<inner {
      for lane in 0..<8 {
        packed[8 * k + lane] = weights[k * distances.inner + lane * distances.unit]
      }
    }
  }
}

/// Packs rows into blocks of eight units, as `convolution_pack_slopes` does for Float.
///
/// - Parameters:
///   - slopes: `[row, unit]`, `rows.from` apart.
///   - packed: `[unit / 8, row, 8]`, overwritten; the last block is filled up with zeros.
func packRows<Element: Scalar>(
  _ slopes: UnsafePointer<Element>,
  _ rows: Rows,
  into packed: UnsafeMutablePointer<Element>
) {
  let whole = rows.channels / 8 * 8
  for row in 0..<rows.count {
    for unit in stride(from: 0, to: whole, by: 8) {
      store(load(slopes + row * rows.from, unit), packed, unit * rows.count + 8 * row)
    }
    for unit in whole..<(rows.channels + 7) / 8 * 8 {
      packed[whole * rows.count + 8 * row + unit - whole] =
        unit < rows.channels ? slopes[row * rows.from + unit] : 0
    }
  }
}

/// Computes the sum of several groups for one block of eight units, added in order.
///
/// - Parameters:
///   - groups: `[group, row, 8]`, groups `distance` apart.
///   - continues: whether the groups are added to the target, in order, instead of overwriting it.
///   - target: `[row, unit]`, `rows.to` apart; `rows.channels` is the number of units, at most 8.
func sumBlocks<Element: Scalar>(
  _ groups: UnsafePointer<Element>,
  _ groupCount: Int,
  apart distance: Int,
  continues: Bool,
  into target: UnsafeMutablePointer<Element>,
  _ rows: Rows
) {
  let first = continues ? 0 : 1
  for row in 0..<rows.count {
    var sum: SIMD8<Element>
    if !continues {
      sum = load(groups, 8 * row)
    } else if rows.channels == 8 {
      sum = load(target, row * rows.to)
    } else {
      sum = SIMD8(repeating: 0)
      for unit in 0..<rows.channels { sum[unit] = target[row * rows.to + unit] }
    }
    for group in first..<max(first, groupCount) { sum += load(groups + group * distance, 8 * row) }
    if rows.channels == 8 {
      store(sum, target, row * rows.to)
    } else {
      for unit in 0..<rows.channels { target[row * rows.to + unit] = sum[unit] }
    }
  }
}
