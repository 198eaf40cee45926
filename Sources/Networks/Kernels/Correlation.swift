internal import CKernels

/// The geometry of a cross-correlation: of a convolution, or of the gradient in its input.
///
/// It maps each place of the target image to the patch of the source image that the kernel covers. The target's places are
/// cut into chunks whose patches stay in cache. A chunk is some lines of one image, or several whole images; chunks depend on
/// the shapes alone, not on the number of threads.
final class Correlation {
  /// The image that is read.
  let source: View
  /// The image that is written.
  let target: View
  /// The rows and columns of the kernel that are used, in the order in which the source is read.
  let kernelRows: [Int]
  let kernelColumns: [Int]
  /// The distance in the source between neighbouring patches.
  let stride: Int
  /// How far above and left of the source the first patch begins; negative inside it.
  let top: Int
  let left: Int
  /// The target's lines and columns that are written: every `step`-th from (`firstRow`, `firstColumn`) on.
  let step: Int
  let firstRow: Int
  let firstColumn: Int
  let height: Int
  let width: Int
  /// Whether patches are always read from a copy of the source, even where none reaches beyond it.
  let alwaysCopies: Bool
  /// Whether the products are computed by Winograd's algorithm, from tiles of 2 x 2 places: see `winograd.h`.
  let isWinograd: Bool

  /// The lines and the images of a chunk.
  let chunkLines: Int
  let chunkImages: Int
  /// What the kernels read: the patches of a whole chunk, their places in the target, and the runs of a patch.
  private(set) var shape = convolution_shape()
  /// The same of one of Winograd's 16 products: each tile is a place, whose patch is its channels.
  private(set) var tileShape = convolution_shape()
  /// The offsets that the shapes point to. They are no arrays, since several threads would count the references to these.
  private var offsets: [UnsafeMutablePointer<Int32>] = []

  /// Creates the correlation of a convolution's forward pass.
  ///
  /// - Parameter allowsWinograd: whether Winograd's algorithm may be used, which the kernels of Float know.
  convenience init(
    _ window: Window,
    from input: View,
    to output: View,
    allowsWinograd: Bool,
    alwaysCopies: Bool = false
  ) {
    self.init(
      from: input,
      to: output,
      kernelRows: Array(0..<window.kernelHeight),
      kernelColumns: Array(0..<window.kernelWidth),
      stride: window.stride,
      corner: (window.top, window.left),
      step: 1,
      first: (0, 0),
      allowsWinograd: allowsWinograd,
      alwaysCopies: alwaysCopies
    )
  }

  /// Returns the correlations that compute the gradient in a convolution's input: one for each remainder of row and column by
  /// the stride, each with the part of the kernel that reaches those places, rotated by 180 degrees.
  static func backward(
    _ window: Window,
    from outputGradient: View,
    to inputGradient: View,
    allowsWinograd: Bool
  ) -> [Correlation] {
    /// For a remainder: the kernel's places in turn, and how far before the source the first patch begins.
    func part(_ remainder: Int, _ padding: Int, _ kernel: Int) -> (places: [Int], corner: Int) {
      let first = (remainder + padding) % window.stride
      let places = Array(Swift.stride(from: first, to: kernel, by: window.stride).reversed())
      return (places, places.count - 1 - (remainder + padding) / window.stride)
    }
    return (0..<min(window.stride, inputGradient.height)).flatMap { row in
      (0..<min(window.stride, inputGradient.width)).map { column in
        let rows = part(row, window.top, window.kernelHeight)
        let columns = part(column, window.left, window.kernelWidth)
        return Correlation(
          from: outputGradient,
          to: inputGradient,
          kernelRows: rows.places,
          kernelColumns: columns.places,
          stride: 1,
          corner: (rows.corner, columns.corner),
          step: window.stride,
          first: (row, column),
          allowsWinograd: allowsWinograd,
          alwaysCopies: false
        )
      }
    }
  }

  private init(
    from source: View,
    to target: View,
    kernelRows: [Int],
    kernelColumns: [Int],
    stride: Int,
    corner: (top: Int, left: Int),
    step: Int,
    first: (row: Int, column: Int),
    allowsWinograd: Bool,
    alwaysCopies: Bool
  ) {
    self.source = source
    self.target = target
    self.kernelRows = kernelRows
    self.kernelColumns = kernelColumns
    self.stride = stride
    (top, left) = corner
    self.step = step
    (firstRow, firstColumn) = first
    self.alwaysCopies = alwaysCopies
    let channels = [source.channels, target.channels]
    // With fewer channels the transforms cost more than the products save.
    isWinograd =
      allowsWinograd && stride == 1 && step == 1 && kernelRows.count == 3 && kernelColumns.count == 3
      && channels.allSatisfy { $0 >= 32 && $0.isMultiple(of: 8) }
    height = (target.height - first.row + step - 1) / step
    width = (target.width - first.column + step - 1) / step
    // Some 48 to 192 places: the patches of as many fit into about 256 KiB, and there is work for several threads.
    let wanted = max(48, min(192, (1 << 16) / source.channels, source.batch * height * width / 16))
    let parts = min(height, max(1, (height * width + wanted / 2) / wanted))
    let lines = (height + parts - 1) / parts
    // Whole tiles, but for the last line of an image: nothing is read beyond the rows that the chunk's patches cover.
    chunkLines = isWinograd ? min(height, lines + lines % 2) : lines
    chunkImages = parts > 1 ? 1 : max(1, min(source.batch, wanted / (height * width)))
    shape.places = keep(grid(image: sourceImage, line: stride * sourceLine, column: stride * sourcePlace))
    shape.targets = keep(
      grid(
        image: target.height * target.width * target.stride,
        line: step * target.width * target.stride,
        column: step * target.stride
      )
    )
    let columns = hasWholeRuns ? [0] : Array(kernelColumns.indices)
    let runs = kernelRows.indices.flatMap { row in columns.map { row * sourceLine + $0 * sourcePlace } }
    shape.runs = keep(runs)
    shape.run_count = runs.count
    shape.run_length = runLength
    if isWinograd {
      tileShape.places = keep((0..<chunkTiles).map { $0 * source.channels })
      tileShape.targets = keep((0..<chunkTiles).map { $0 * target.channels })
      tileShape.runs = keep([0])
      tileShape.run_count = 1
      tileShape.run_length = source.channels
    }
  }

  deinit { for memory in offsets { memory.deallocate() } }

  /// The offsets of the places of a whole chunk, whose images, lines and columns are so far apart.
  private func grid(image: Int, line: Int, column: Int) -> [Int] {
    (0..<chunkImages).flatMap { i in
      (0..<chunkLines).flatMap { l in (0..<width).map { i * image + l * line + $0 * column } }
    }
  }

  /// Copies offsets to memory that lives as long as this object.
  private func keep(_ numbers: [Int]) -> UnsafePointer<Int32> {
    let memory = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, numbers.count))
    for (place, number) in numbers.enumerated() { (memory + place).initialize(to: Int32(number)) }
    offsets.append(memory)
    return UnsafePointer(memory)
  }
}

extension Correlation {
  /// The number of elements of a patch.
  var length: Int { kernelRows.count * kernelColumns.count * source.channels }
  /// The number of elements of a run: a part of a patch that is contiguous in memory.
  var runLength: Int { hasWholeRuns ? kernelColumns.count * source.channels : source.channels }
  /// The number of units (output channels), rounded up to whole blocks of 16.
  var paddedUnits: Int { (target.channels + 15) / 16 * 16 }
  var chunkPlaces: Int { chunkImages * chunkLines * width }
  /// The number of elements of the copy of a chunk's source; 0 where patches are read in place.
  var copyCount: Int { needsCopy ? chunkImages * sourceImage : 0 }

  /// Whether a row of a patch is contiguous in memory.
  private var hasWholeRuns: Bool { kernelColumns.count <= 1 || sourcePlace == source.channels }

  /// Whether patches are read from a copy of the source: always, or where one reaches beyond the source, which is copied with
  /// zeros around it.
  var needsCopy: Bool {
    alwaysCopies || isWinograd || top > 0 || left > 0 || copyHeight(height) - top > source.height
      || copyWidth - left > source.width
  }

  var copyWidth: Int { (covered(width) - 1) * stride + kernelColumns.count }

  func copyHeight(_ lines: Int) -> Int { (covered(lines) - 1) * stride + kernelRows.count }

  /// The lines or columns of places that patches are read for: of whole tiles.
  private func covered(_ places: Int) -> Int { isWinograd ? places + places % 2 : places }

  /// The distances in elements between neighbouring places, lines and images of the source, or of its copy.
  var sourcePlace: Int { needsCopy ? source.channels : source.stride }
  var sourceLine: Int { needsCopy ? copyWidth * source.channels : source.width * source.stride }
  var sourceImage: Int {
    needsCopy ? copyHeight(chunkLines) * sourceLine : source.height * source.width * source.stride
  }

  /// The images and lines of a chunk.
  struct Chunk {
    var images: Range<Int>
    var lines: Range<Int>
  }

  private var chunksOfImage: Int { (height + chunkLines - 1) / chunkLines }
  var chunkCount: Int { (source.batch + chunkImages - 1) / chunkImages * chunksOfImage }

  /// What a part of a chunk's units costs beside its share of the products, as a fraction of the chunk's time: its patches are
  /// read, copied or transformed again.
  var partOverhead: Double {
    // Copy and transforms take as long as the products of some 20 units, a copy as those of 16 for one tap of the kernel.
    let taps = Double(kernelRows.count * kernelColumns.count)
    return 0.02 + (isWinograd ? 20 : needsCopy ? 16 / taps : 0) / Double(target.channels)
  }

  func chunk(_ number: Int) -> Chunk {
    let image = number / chunksOfImage * chunkImages
    let line = number % chunksOfImage * chunkLines
    return Chunk(
      images: image..<min(source.batch, image + chunkImages),
      lines: line..<min(height, line + chunkLines)
    )
  }

  /// The chunks that have some of the images.
  func chunks(overlapping images: Range<Int>) -> Range<Int> {
    let first = images.lowerBound / chunkImages * chunksOfImage
    return first..<max(first, (images.upperBound + chunkImages - 1) / chunkImages * chunksOfImage)
  }

  func placeCount(_ chunk: Chunk) -> Int { chunk.images.count * chunk.lines.count * width }

  /// The rows of the source that the patches of a chunk reach, from the first to the last.
  func sourceRows(_ chunk: Chunk) -> Range<Int> {
    func row(_ image: Int, _ line: Int) -> Int {
      (image * source.height + max(0, min(source.height, line))) * source.width
    }
    let (images, lines) = (chunk.images, chunk.lines)
    let end = row(images.upperBound - 1, (lines.upperBound - 1) * stride - top + kernelRows.count)
    return row(images.lowerBound, lines.lowerBound * stride - top)..<end
  }

  /// The offset of a chunk's first place in the target.
  func targetOffset(_ chunk: Chunk) -> Int {
    let row = chunk.images.lowerBound * target.height + firstRow + chunk.lines.lowerBound * step
    return (row * target.width + firstColumn) * target.stride
  }

  /// The chunks as rows of the target; only where every place of the target is written.
  var rowChunks: RowChunks {
    let image = height * width
    return RowChunks(
      rows: source.batch * image,
      length: chunkPlaces,
      period: chunkImages * image
    )
  }
}
