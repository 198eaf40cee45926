internal import CKernels
internal import Tensors

// Correlations by Winograd's algorithm: the transforms of `winograd.h` around one product for each of the 16 elements of a
// transformed patch.

extension Correlation {
  /// The number of elements of the packed weights.
  var packedCount: Int { isWinograd ? 16 * weightsPlane : length * paddedUnits }
  /// The number of elements of the sums of ∂W, which are laid out as the packed weights.
  var sumsCount: Int { packedCount }
  /// The offset of a chunk's work in scratch memory: behind the copy of its source.
  var workOffset: Int { copyCount.roundedUpToLine }
  /// The number of elements of scratch memory that `multiply` needs.
  var workCount: Int { isWinograd ? 16 * (inputPlane + plane(chunkTiles * target.channels)) : 0 }
  /// The number of elements of scratch memory that `addWeightGradient` needs.
  var gradientWorkCount: Int {
    isWinograd ? 16 * (inputPlane + slopesPlane) : chunkPlaces * paddedUnits
  }

  /// The rows of the sums of ∂W that can be added up by themselves: elements of a patch; for Winograd's algorithm channels.
  var sumsRowCount: Int { isWinograd ? source.channels : length }
  /// The offset of a unit, a multiple of 16, in the sums of ∂W.
  func sumsOffset(unit: Int) -> Int { unit * sumsRowCount }

  private var tileColumns: Int { (width + 1) / 2 }
  var chunkTiles: Int { chunkImages * ((chunkLines + 1) / 2) * tileColumns }

  /// The distance between the 16 matrices of so many elements: a cache line more than they take, since addresses that are a
  /// multiple of 4 KiB apart share a set of the cache. Those of the weights have a line more for each block of units.
  private func plane(_ count: Int) -> Int { count + 16 }
  private var inputPlane: Int { plane(chunkTiles * source.channels) }
  private var slopesPlane: Int { plane(chunkTiles * paddedUnits) }
  /// Of the weights, and of the sums of their gradient.
  private var weightsPlane: Int { (source.channels + 1) * paddedUnits }

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

  /// Calls the body with the memory for half a block of packed weights, `[length, 16]`; for Winograd's algorithm they are
  /// transformed afterwards, into `[16, unit / 16, channel, 16]`.
  func withHalf<Element: Scalar>(
    _ half: Int,
    of packed: UnsafeMutablePointer<Element>,
    _ body: (_ plain: UnsafeMutablePointer<Element>) -> Void
  ) {
    guard isWinograd, let packed = packed as? UnsafeMutablePointer<Float> else {
      return body(packed + half / 2 * 16 * length + half % 2 * 8)
    }
    withUnsafeTemporaryAllocation(of: Element.self, capacity: 16 * length) { plain in
      guard let start = plain.baseAddress else { return }
      body(start)
      guard let weights = start as? UnsafeMutablePointer<Float> else { return }
      let channels = source.channels
      winograd_weights(weights, packed + half / 2 * 16 * channels + half % 2 * 8, weightsPlane, channels)
    }
  }

  /// Computes some units of a chunk of the target.
  ///
  /// - Parameters:
  ///   - patches: the copy of the source, `[image, line, place, channel]`.
  ///   - weights: `[16, unit / 16, channel, 16]`.
  ///   - y: the chunk's first place in the target.
  ///   - units: from a multiple of 16 on.
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
      let factors = weights + element * weightsPlane + units.lowerBound * channels
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
  ///   - sums: `[16, unit / 16, channel, 16]`.
  ///   - units: the number of units that `slopes` and `sums` begin with.
  ///   - work: the transformed patches, `[16, tile, channel]`, and behind them the transformed slopes,
  ///     `[16, unit / 16, tile, 16]`.
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
    let shape = tileShape.with(places: tiles.count, units: units)
    for element in 0..<16 {
      convolution_weight_gradient(
        work + element * inputPlane,
        spectrum + element * slopesPlane,
        16,
        16 * tiles.count,
        sums + element * weightsPlane,
        shape,
        accumulates ? 1 : 0
      )
    }
  }

  /// Adds up the groups' sums of ∂W, after the last transform of each, for some channels of one block of 16 units.
  ///
  /// - Parameters:
  ///   - groups: `[16, unit / 16, channel, 16]`, groups `distance` apart.
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
    for half in Swift.stride(from: 0, to: min(16, target.channels - 16 * block), by: 8) {
      winograd_weight_gradient(
        groups + (block * source.channels + first) * 16 + half,
        weightsPlane,
        groupCount,
        distance,
        gradient + first * target.channels + 16 * block + half,
        target.channels,
        source.channels,
        channels.count,
        continues ? 1 : 0
      )
    }
  }
}

extension winograd_shape {
  /// The number of tiles.
  fileprivate var count: Int { images * tile_rows * tile_columns }
}
