internal import CConvolution
internal import Tensors

// The arithmetic of correlations. Float runs in the kernels of `CConvolution`; Double, which only checks gradients, runs in the
// same order in plain Swift.

extension Correlation {
  /// Packs weights for the kernels: in the order of a patch's elements, in blocks of eight units.
  ///
  /// - Parameters:
  ///   - weights: `[kernel row, kernel column, input, output]`.
  ///   - turned: whether the units are the weights' inputs, as in the gradient in the input.
  ///   - packed: `[unit / 8, length, 8]`, overwritten; the last block is filled up with zeros.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
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
    let blocksOfPiece = max(1, (1 << 14) / max(1, 8 * length))
    Parallel.forEach((blocks + blocksOfPiece - 1) / blocksOfPiece) { piece in
      for block in piece * blocksOfPiece..<min(blocks, (piece + 1) * blocksOfPiece) {
        for (index, tap) in taps.enumerated() {
          packBlock(
            weights + tap + 8 * block * distances.unit,
            inner: inner,
            lanes: min(8, units - 8 * block),
            distances,
            into: packed + (block * length + index * inner) * 8
          )
        }
      }
    }
  }

  /// Copies the part of the source that a chunk's patches cover, with zeros outside the image.
  ///
  /// - Parameters:
  ///   - x: the source, `[image, row, column, channel]`.
  ///   - copy: `[image of the chunk, row, column, channel]`, overwritten.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func copy<Element: Scalar>(
    _ chunk: Chunk,
    _ x: UnsafePointer<Element>,
    into copy: UnsafeMutablePointer<Element>
  ) {
    let channels = source.channels
    let inside = max(0, left)..<max(max(0, left), min(copyWidth, source.width + left))
    let firstRow = chunk.lines.lowerBound * stride - top
    for (place, image) in chunk.images.enumerated() {
      for row in 0..<copyHeight(chunk.lines.count) {
        let line = copy + place * sourceImage + row * sourceLine
        let sourceRow = firstRow + row
        guard sourceRow >= 0, sourceRow < source.height, !inside.isEmpty else {
          clear(line, count: sourceLine)
          continue
        }
        let from = x + ((image * source.height + sourceRow) * source.width - left) * source.stride
        clear(line, count: inside.lowerBound * channels)
        if source.isContiguous {
          (line + inside.lowerBound * channels).update(
            from: from + inside.lowerBound * channels,
            count: inside.count * channels
          )
        } else {
          for column in inside {
            (line + column * channels).update(from: from + column * source.stride, count: channels)
          }
        }
        clear(
          line + inside.upperBound * channels,
          count: (copyWidth - inside.upperBound) * channels
        )
      }
    }
  }

  /// Returns a pointer to a chunk's first patch, in the source or in the copy that it makes of it in the scratch memory.
  func patches<Element: Scalar>(
    _ chunk: Chunk,
    _ x: UnsafePointer<Element>,
    _ scratch: UnsafeMutablePointer<Element>
  ) -> UnsafePointer<Element> {
    if needsCopy {
      copy(chunk, x, into: scratch)
      return UnsafePointer(scratch)
    }
    let row = chunk.images.lowerBound * source.height + chunk.lines.lowerBound * stride - top
    return x + (row * source.width - left) * source.stride
  }

  /// Computes a chunk of the target: `y = patches·W`, or `y += patches·W` where it accumulates.
  ///
  /// - Parameters:
  ///   - patches: what `patches` returned.
  ///   - weights: packed by `pack`, `[unit / 8, length, 8]`.
  ///   - y: the chunk's first place in the target, `[place, unit]`.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func multiply<Element: Scalar>(
    _ patches: UnsafePointer<Element>,
    _ weights: UnsafePointer<Element>,
    into y: UnsafeMutablePointer<Element>,
    _ chunk: Chunk,
    accumulates: Bool
  ) {
    let count = placeCount(chunk)
    if let x = patches as? UnsafePointer<Float>, let weights = weights as? UnsafePointer<Float>,
      let y = y as? UnsafeMutablePointer<Float>
    {
      return withShape(count, units: target.channels) {
        convolution_forward(x, weights, y, $0, accumulates ? 1 : 0)
      }
    }
    for place in 0..<count {
      let (from, to) = (patches + Int(places[place]), y + Int(targets[place]))
      for unit in 0..<target.channels {
        let column = weights + unit / 8 * 8 * length + unit % 8
        var sum: Element = 0
        for (number, run) in runs.enumerated() {
          for k in 0..<runLength {
            sum += from[Int(run) + k] * column[8 * (number * runLength + k)]
          }
        }
        to[unit] = accumulates ? to[unit] + sum : sum
      }
    }
  }

  /// Adds a chunk's contribution to the gradient in the weights: `∂W += patchesᵀ·∂y`, for all units or a part of them.
  ///
  /// - Parameters:
  ///   - patches: what `patches` returned.
  ///   - slopes: ∂y, packed by `packRows`, `[unit / 8, place, 8]`.
  ///   - sums: ∂W, `[unit / 8, length, 8]`.
  ///   - units: the number of units that `slopes` and `sums` begin with.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func addWeightGradient<Element: Scalar>(
    _ patches: UnsafePointer<Element>,
    _ slopes: UnsafePointer<Element>,
    to sums: UnsafeMutablePointer<Element>,
    _ chunk: Chunk,
    units: Int
  ) {
    let count = placeCount(chunk)
    if let x = patches as? UnsafePointer<Float>, let slopes = slopes as? UnsafePointer<Float>,
      let sums = sums as? UnsafeMutablePointer<Float>
    {
      return withShape(count, units: units) { convolution_weight_gradient(x, slopes, sums, $0) }
    }
    for unit in 0..<(units + 7) / 8 * 8 {
      let (column, given) = (
        sums + unit / 8 * 8 * length + unit % 8, slopes + unit / 8 * 8 * count + unit % 8
      )
      for (number, run) in runs.enumerated() {
        for k in 0..<runLength {
          var sum: Element = 0
          for place in 0..<count { sum += patches[Int(places[place] + run) + k] * given[8 * place] }
          column[8 * (number * runLength + k)] += sum
        }
      }
    }
  }

  private func withShape(_ placeCount: Int, units: Int, _ body: (convolution_shape) -> Void) {
    places.withUnsafeBufferPointer { places in
      targets.withUnsafeBufferPointer { targets in
        runs.withUnsafeBufferPointer { runs in
          body(
            convolution_shape(
              places: places.baseAddress,
              targets: targets.baseAddress,
              place_count: placeCount,
              runs: runs.baseAddress,
              run_count: runs.count,
              run_length: runLength,
              units: units
            )
          )
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
@specialized(where Element == Float)
@specialized(where Element == Double)
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
  if distances.unit == 1 {
    for k in 0..<inner { store(load(weights, k * distances.inner), packed, 8 * k) }
  } else {
    for k in 0..<inner {
      for lane in 0..<8 {
        packed[8 * k + lane] = weights[k * distances.inner + lane * distances.unit]
      }
    }
  }
}

/// Packs rows into blocks of eight units.
///
/// - Parameters:
///   - slopes: `[row, unit]`, `rows.from` apart.
///   - packed: `[unit / 8, row, 8]`, overwritten; the last block is filled up with zeros.
@specialized(where Element == Float)
@specialized(where Element == Double)
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
@specialized(where Element == Float)
@specialized(where Element == Double)
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
