internal import CKernels
internal import Tensors

// The arithmetic of correlations. Float runs in the kernels of `CKernels`; Double, which only checks gradients, runs in the
// same order in plain Swift.

extension Correlation {
  /// Writes the part of the source that a chunk's patches cover, with zeros outside the image.
  ///
  /// - Parameter copy: `[image of the chunk, row, column, channel]`, overwritten.
  private func copy<Element: Scalar>(
    _ chunk: Chunk,
    _ rows: PatchSource<Element>,
    into copy: UnsafeMutablePointer<Element>
  ) {
    let channels = source.channels
    let inside = max(0, left)..<max(max(0, left), min(copyWidth, source.width + left))
    let firstRow = chunk.lines.lowerBound * stride - top
    if let copy = copy as? UnsafeMutablePointer<Float> {
      func shape(_ distance: Int) -> padding_shape {
        padding_shape(
          images: chunk.images.count,
          lines: copyHeight(chunk.lines.count),
          first_line: firstRow,
          height: source.height,
          source_image: source.height * source.width * distance,
          source_line: source.width * distance,
          copy_image: sourceImage,
          zeros_before: inside.lowerBound * channels,
          places: inside.count,
          channels: channels,
          source_place: distance,
          zeros_behind: (copyWidth - inside.upperBound) * channels
        )
      }
      let first =
        chunk.images.lowerBound * source.height * source.width
        + (inside.isEmpty ? 0 : inside.lowerBound - left)
      switch rows {
      case .stored(let x):
        guard let x = x as? UnsafePointer<Float> else { break }
        return convolution_copy(x + first * source.stride, copy, shape(source.stride))
      case .normalised(let parts):
        guard parts.count == 1, let part = parts.first, let norm = part.norm.ofFloat,
          let x = part.x as? UnsafePointer<Float>
        else { break }
        return convolution_copy_normalised(x + first * part.distance, norm, copy, shape(part.distance))
      }
    }
    for (place, image) in chunk.images.enumerated() {
      for row in 0..<copyHeight(chunk.lines.count) {
        let line = copy + place * sourceImage + row * sourceLine
        let sourceRow = firstRow + row
        guard sourceRow >= 0, sourceRow < source.height, !inside.isEmpty else {
          clear(line, count: sourceLine)
          continue
        }
        let first = (image * source.height + sourceRow) * source.width - left + inside.lowerBound
        clear(line, count: inside.lowerBound * channels)
        switch rows {
        case .stored(let x):
          for column in inside {
            let row = first + column - inside.lowerBound
            (line + column * channels).update(from: x + row * source.stride, count: channels)
          }
        case .normalised(let parts):
          for part in parts {
            part.write(
              first..<first + inside.count,
              into: line + inside.lowerBound * channels,
              stride: channels
            )
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
    _ rows: PatchSource<Element>,
    _ scratch: UnsafeMutablePointer<Element>
  ) -> UnsafePointer<Element> {
    if !needsCopy, case .stored(let x) = rows {
      let row = chunk.images.lowerBound * source.height + chunk.lines.lowerBound * stride - top
      return x + (row * source.width - left) * source.stride
    }
    require(needsCopy, "a normalised source is read from a copy")
    copy(chunk, rows, into: scratch)
    return UnsafePointer(scratch)
  }

  /// Computes some units of a chunk of the target: `y = patches·W`, or `y += patches·W` where it accumulates.
  ///
  /// - Parameters:
  ///   - patches: what `patches` returned.
  ///   - weights: packed by `pack`.
  ///   - y: the chunk's first place in the target, `[place, unit]`.
  ///   - units: from a multiple of 16 on.
  ///   - work: `workCount` elements of scratch memory.
  func multiply<Element: Scalar>(
    _ patches: UnsafePointer<Element>,
    _ weights: UnsafePointer<Element>,
    into y: UnsafeMutablePointer<Element>,
    _ chunk: Chunk,
    units: Range<Int>,
    accumulates: Bool,
    work: UnsafeMutablePointer<Element>
  ) {
    let count = placeCount(chunk)
    if let x = patches as? UnsafePointer<Float>, let weights = weights as? UnsafePointer<Float>,
      let y = y as? UnsafeMutablePointer<Float>, let work = work as? UnsafeMutablePointer<Float>
    {
      if isWinograd {
        return multiplyWinograd(x, weights, into: y, chunk, units: units, accumulates: accumulates, work)
      }
      let first = units.lowerBound
      let shape = shape.with(places: count, units: units.count)
      return convolution_forward(x, weights + first * length, y + first, shape, accumulates ? 1 : 0)
    }
    for place in 0..<count {
      let (from, to) = (patches + Int(shape.places[place]), y + Int(shape.targets[place]))
      for unit in units {
        let column = weights + unit / 16 * 16 * length + unit % 16
        var sum: Element = 0
        for number in 0..<shape.run_count {
          let run = Int(shape.runs[number])
          for k in 0..<runLength {
            sum += from[run + k] * column[16 * (number * runLength + k)]
          }
        }
        to[unit] = accumulates ? to[unit] + sum : sum
      }
    }
  }

  /// Computes a chunk's contribution to the gradient in the weights: `∂W = patchesᵀ·∂y`, or `∂W += patchesᵀ·∂y` where it
  /// accumulates, for all units or a part of them.
  ///
  /// - Parameters:
  ///   - patches: what `patches` returned.
  ///   - slopes: ∂y, `[place, unit]`, laid out as the target, from the chunk's first place and the part's first unit on.
  ///   - sums: ∂W, `[unit / 16, length, 16]`; for Winograd's algorithm the sums before the last transform.
  ///   - units: the number of units that `slopes` and `sums` begin with.
  ///   - work: `gradientWorkCount` elements of scratch memory.
  func addWeightGradient<Element: Scalar>(
    _ patches: UnsafePointer<Element>,
    _ slopes: UnsafePointer<Element>,
    to sums: UnsafeMutablePointer<Element>,
    _ chunk: Chunk,
    units: Int,
    accumulates: Bool,
    work: UnsafeMutablePointer<Element>
  ) {
    let count = placeCount(chunk)
    if let x = patches as? UnsafePointer<Float>, let slopes = slopes as? UnsafePointer<Float>,
      let sums = sums as? UnsafeMutablePointer<Float>, let work = work as? UnsafeMutablePointer<Float>
    {
      if isWinograd {
        return addWinogradGradient(x, slopes, to: sums, chunk, units: units, accumulates: accumulates, work)
      }
      let (shape, continues) = (shape.with(places: count, units: units), accumulates ? 1 : 0 as Int32)
      if readsSlopesInPlace {
        return convolution_weight_gradient(x, slopes, target.stride, 16, sums, shape, continues)
      }
      convolution_pack_slopes(slopes, target.stride, count, units, work)
      return convolution_weight_gradient(x, work, 16, 16 * count, sums, shape, continues)
    }
    packRows(slopes, Rows(count: count, channels: units, from: target.stride, to: 16), into: work)
    for unit in 0..<(units + 7) / 8 * 8 {
      let (column, given) = (
        sums + unit / 16 * 16 * length + unit % 16, work + unit / 16 * 16 * count + unit % 16
      )
      for number in 0..<shape.run_count {
        let run = shape.runs[number]
        for k in 0..<runLength {
          var sum: Element = 0
          for place in 0..<count { sum += patches[Int(shape.places[place] + run) + k] * given[16 * place] }
          let place = 16 * (number * runLength + k)
          column[place] = accumulates ? column[place] + sum : sum
        }
      }
    }
  }

  /// Adds up the groups' sums of ∂W, in order, for some rows of one block of 16 units.
  ///
  /// - Parameters:
  ///   - rows: of `sumsRowCount`.
  ///   - groups: what `addWeightGradient` summed, groups `distance` apart.
  ///   - continues: whether the groups are added to the gradient, or overwrite it.
  ///   - gradient: ∂W, `[kernel row, kernel column, input, output]`.
  func sumGroups<Element: Scalar>(
    _ groups: UnsafePointer<Element>,
    _ groupCount: Int,
    apart distance: Int,
    continues: Bool,
    block: Int,
    rows: Range<Int>,
    into gradient: UnsafeMutablePointer<Element>
  ) {
    let (units, first) = (target.channels, rows.lowerBound)
    if isWinograd, let groups = groups as? UnsafePointer<Float>,
      let gradient = gradient as? UnsafeMutablePointer<Float>
    {
      return sumWinogradGroups(
        groups,
        groupCount,
        apart: distance,
        continues: continues,
        block: block,
        channels: rows,
        into: gradient
      )
    }
    sumBlocks(
      groups + (block * length + first) * 16,
      groupCount,
      apart: distance,
      continues: continues,
      into: gradient + first * units + 16 * block,
      Rows(count: rows.count, channels: min(16, units - 16 * block), from: 16, to: units)
    )
  }

  /// Whether a chunk's slopes are read where they are, instead of being packed: they stay in the first cache.
  private var readsSlopesInPlace: Bool { target.stride <= 32 && target.channels.isMultiple(of: 8) }
}

extension convolution_shape {
  /// The same for some of the places, and for so many units.
  func with(places: Int, units: Int) -> convolution_shape {
    var shape = self
    shape.place_count = places
    shape.units = units
    return shape
  }
}

/// Where the rows `[image·row·column, channel]` of a correlation's source come from.
enum PatchSource<Element: Scalar> {
  /// From memory, laid out as the source.
  case stored(UnsafePointer<Element>)
  /// From the inputs of batch norms, side by side.
  case normalised([NormalisedRows<Element>])
}
