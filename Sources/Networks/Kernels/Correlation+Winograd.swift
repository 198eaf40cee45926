internal import CKernels
internal import Tensors

// Correlations by Winograd's algorithm: the transforms of `winograd.h` around one product for each of the 16 elements of a
// transformed patch.

extension Correlation {
  /// The number of elements of the packed weights.
  var packedCount: Int { isWinograd ? 16 * plane(source.channels * paddedUnits) : length * paddedUnits }
  /// The number of elements of the sums of ∂W for so many units.
  func sumsCount(units: Int) -> Int {
    isWinograd ? (units + 15) / 16 * 16 * sumsPlane : (units + 7) / 8 * 8 * length
  }
  /// The offset of a chunk's work in scratch memory: behind the copy of its source.
  var workOffset: Int { copyCount.roundedUpToLine }
  /// The number of elements of scratch memory that `multiply` needs.
  var workCount: Int { isWinograd ? 16 * (inputPlane + plane(chunkTiles * target.channels)) : 0 }
  /// The number of elements of scratch memory that `addWeightGradient` needs.
  var gradientWorkCount: Int {
    isWinograd
      ? 16 * (inputPlane + (target.channels + 15) / 16 * slopesPlane)
      : chunkPlaces * paddedUnits
  }

  /// The rows of the sums of ∂W that can be added up by themselves: elements of a patch; for Winograd's algorithm channels.
  var sumsRowCount: Int { isWinograd ? source.channels : length }
  /// The offset of a unit, a multiple of 16, in the sums of ∂W.
  func sumsOffset(unit: Int) -> Int { unit * (isWinograd ? sumsPlane : length) }

  private var tileColumns: Int { (width + 1) / 2 }
  var chunkTiles: Int { chunkImages * ((chunkLines + 1) / 2) * tileColumns }

  /// The distance between the 16 matrices of so many elements: a cache line more than they take, since addresses that are a
  /// multiple of 4 KiB apart share a set of the cache.
  private func plane(_ count: Int) -> Int { count + 16 }
  private var inputPlane: Int { plane(chunkTiles * source.channels) }
  private var slopesPlane: Int { plane(16 * chunkTiles) }
  private var sumsPlane: Int { plane(16 * source.channels) }

  private func tiles(_ chunk: Chunk) -> winograd_shape {
    winograd_shape(
      images: chunk.images.count,
      tile_rows: (chunk.lines.count + 1) / 2,
      tile_columns: tileColumns,
      height: chunk.lines.count,
      width: width,
      source_image: sourceImage,
      source_line: sourceLine,
      source_place: sourcePlace,
      target_image: target.height * target.width * target.stride,
      target_line: target.width * target.stride,
      target_place: target.stride
    )
  }

  /// Calls the body with the memory for one block of packed weights, `[length, 8]`; for Winograd's algorithm they are
  /// transformed afterwards, into `[16, unit / 8, channel, 8]`.
  func withBlock<Element: Scalar>(
    _ block: Int,
    of packed: UnsafeMutablePointer<Element>,
    _ body: (_ plain: UnsafeMutablePointer<Element>) -> Void
  ) {
    guard isWinograd, let packed = packed as? UnsafeMutablePointer<Float> else {
      return body(packed + 8 * block * length)
    }
    withUnsafeTemporaryAllocation(of: Element.self, capacity: 8 * length) { plain in
      guard let start = plain.baseAddress else { return }
      body(start)
      guard let weights = start as? UnsafeMutablePointer<Float> else { return }
      let channels = source.channels
      winograd_weights(weights, packed + 8 * block * channels, plane(channels * paddedUnits), channels)
    }
  }

  /// Computes some units of a chunk of the target.
  ///
  /// - Parameters:
  ///   - patches: the copy of the source, `[image, line, place, channel]`.
  ///   - weights: `[16, unit / 8, channel, 8]`.
  ///   - y: the chunk's first place in the target.
  ///   - units: from a multiple of 8 on.
  ///   - work: the transformed patches, `[16, tile, channel]`, and behind them the products, `[16, tile, unit]`.
  func multiplyWinograd(
    _ patches: UnsafePointer<Float>,
    _ weights: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>,
    _ chunk: Chunk,
    units: Range<Int>,
    accumulates: Bool,
    _ work: UnsafeMutablePointer<Float>
  ) {
    let (tiles, channels) = (tiles(chunk), source.channels)
    let productsPlane = plane(chunkTiles * target.channels)
    let products = work + 16 * inputPlane
    winograd_input(patches, work, inputPlane, tiles, channels)
    let shape = tileShape.with(places: tiles.count, units: units.count)
    for element in 0..<16 {
      let factors = weights + element * plane(channels * paddedUnits) + units.lowerBound * channels
      let (spectrum, product) = (work + element * inputPlane, products + element * productsPlane)
      convolution_forward(spectrum, factors, product, shape, 0)
    }
    winograd_output(
      products,
      productsPlane,
      target.channels,
      y + units.lowerBound,
      tiles,
      units.count,
      accumulates ? 1 : 0
    )
  }

  /// Writes a chunk's contribution to the sums of ∂W, or adds it.
  ///
  /// - Parameters:
  ///   - patches: the copy of the source, `[image, line, place, channel]`.
  ///   - slopes: ∂y, laid out as the target.
  ///   - sums: `[unit / 16, 16, unit / 8 % 2, channel, 8]`.
  ///   - units: the number of units that `slopes` and `sums` begin with.
  ///   - work: the transformed patches, `[16, tile, channel]`, and behind them the transformed slopes,
  ///     `[unit / 16, 16, unit / 8 % 2, tile, 8]`.
  func addWinogradGradient(
    _ patches: UnsafePointer<Float>,
    _ slopes: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>,
    _ chunk: Chunk,
    units: Int,
    accumulates: Bool,
    _ work: UnsafeMutablePointer<Float>
  ) {
    let (tiles, channels) = (tiles(chunk), source.channels)
    let spectrum = work + 16 * inputPlane
    winograd_input(patches, work, inputPlane, tiles, channels)
    winograd_slopes(slopes, spectrum, slopesPlane, tiles, units)
    for element in 0..<16 {
      for block in 0..<(units + 15) / 16 {
        let shape = tileShape.with(places: tiles.count, units: min(16, units - 16 * block))
        convolution_weight_gradient(
          work + element * inputPlane,
          spectrum + (16 * block + element) * slopesPlane,
          8,
          8 * tiles.count,
          sums + (16 * block + element) * sumsPlane,
          shape,
          accumulates ? 1 : 0
        )
      }
    }
  }

  /// Adds up the groups' sums of ∂W, after the last transform of each, for some channels of one block of eight units.
  ///
  /// - Parameters:
  ///   - groups: `[unit / 16, 16, unit / 8 % 2, channel, 8]`, groups `distance` apart.
  ///   - gradient: ∂W, `[kernel row, kernel column, input, output]`.
  func sumWinogradGroups(
    _ groups: UnsafePointer<Float>,
    _ groupCount: Int,
    apart distance: Int,
    continues: Bool,
    block: Int,
    channels: Range<Int>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let first = channels.lowerBound
    winograd_weight_gradient(
      groups + block / 2 * 16 * sumsPlane + block % 2 * 8 * source.channels + 8 * first,
      sumsPlane,
      groupCount,
      distance,
      gradient + first * target.channels + 8 * block,
      target.channels,
      source.channels,
      channels.count,
      continues ? 1 : 0
    )
  }
}

extension winograd_shape {
  /// The number of tiles.
  fileprivate var count: Int { images * tile_rows * tile_columns }
}
