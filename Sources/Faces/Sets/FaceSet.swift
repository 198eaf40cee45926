public import Digests
internal import Synchronization
internal import Tensors

/// Face images of one size with the class of each: drawn, decoded from files or held in memory.
///
/// Images are made when they are asked for, from any thread; ``stored()`` makes each once and keeps it.
public struct FaceSet: Sendable {
  /// The class of each image, counted from 0.
  public let labels: [Int]
  /// The number of classes; labels are below it.
  public let classCount: Int
  /// Height and width of each image, in pixels.
  public let size: Int
  /// Names the content: sets of the same digest have the same images and labels in the same order.
  public let digest: Digest
  /// The check of the files that the images come from; `nil` for images that are drawn or held in memory.
  let sources: PictureCheck?
  /// How another process makes the same set; `nil` where only the closure knows.
  let origin: Origin?
  private let load: @Sendable (Int) throws -> Image

  /// Creates a set of images that a closure makes.
  package init(
    labels: [Int],
    classCount: Int,
    size: Int,
    digest: Digest,
    load: @escaping @Sendable (Int) throws -> Image
  ) {
    self.init(
      labels: labels,
      classCount: classCount,
      size: size,
      digest: digest,
      sources: nil,
      origin: nil,
      load: load
    )
  }

  init(
    labels: [Int],
    classCount: Int,
    size: Int,
    digest: Digest,
    sources: PictureCheck?,
    origin: Origin?,
    load: @escaping @Sendable (Int) throws -> Image
  ) {
    self.labels = labels
    self.classCount = classCount
    self.size = size
    self.digest = digest
    self.sources = sources
    self.origin = origin
    self.load = load
  }

  /// One sentence about files whose side information is odd though their pixels are whole; `nil` where there are none.
  public var warning: String? { sources?.warnings.summary }

  /// The number of images.
  public var count: Int { labels.count }

  /// The axes of an image: `[height, width, channel]`.
  public var sampleShape: [Int] { [size, size, 3] }

  /// Returns the class of an image.
  public func label(of index: Int) -> Int { labels[index] }

  /// Returns an image.
  ///
  /// - Throws: a ``DataError`` where its file cannot be read.
  public func image(_ index: Int) throws -> Image {
    require(index >= 0 && index < count, "image \(index) of \(count)")
    return try load(index)
  }

  /// Writes an image as a network takes it: `(x − 127.5) / 128`, `[height, width, channel]`.
  public func fill(_ index: Int, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    guard let base = buffer.baseAddress else { return }
    require(buffer.count == size * size * 3, "room for \(buffer.count) numbers")
    try image(index).writeStandardised(to: base)
  }

  /// Returns some of the images, with their labels and the class count as they are.
  public func subset(_ indices: [Int]) -> FaceSet {
    require(indices.allSatisfy { $0 >= 0 && $0 < count }, "an index is outside 0..<\(count)")
    var hasher = Hasher256()
    hasher.field("subset of \(digest.hex)")
    for index in indices { hasher.field(String(index)) }
    return FaceSet(
      labels: indices.map { labels[$0] },
      classCount: classCount,
      size: size,
      digest: hasher.finish(),
      sources: sources,
      origin: origin.map { .subset(of: $0, labels: labels, indices: indices) },
      load: { [load] in try load(indices[$0]) }
    )
  }

  /// Returns the set with every image made once and held in memory, `size² · 3` bytes each.
  ///
  /// - Throws: the first error in the order of the images.
  public func stored() throws -> FaceSet {
    let length = size * size * 3
    let chunk = 64
    let chunkCount = (count + chunk - 1) / chunk
    let pieces = Mutex<[Int: Result<[UInt8], any Error>]>([:])
    Parallel.forEach(chunkCount) { index in
      let piece = Result {
        try (index * chunk..<min((index + 1) * chunk, count)).reduce(into: [UInt8]()) {
          $0 += try load($1).pixels
        }
      }
      pieces.withLock { $0[index] = piece }
    }
    let chunks = try pieces.withLock { pieces in try (0..<chunkCount).map { try pieces[$0]?.get() ?? [] } }
    return holding { [size] index in
      let start = index % chunk * length
      return Image(height: size, width: size, pixels: Array(chunks[index / chunk][start..<start + length]))
    }
  }

  /// Returns the same set with images from another closure.
  private func holding(_ load: @escaping @Sendable (Int) throws -> Image) -> FaceSet {
    FaceSet(
      labels: labels,
      classCount: classCount,
      size: size,
      digest: digest,
      sources: sources,
      origin: origin,
      load: load
    )
  }

  /// Returns the set with each image held in memory from when it is first asked for, `size² · 3` bytes each: for a set
  /// that several models embed.
  public func remembered() -> FaceSet {
    let memory = Memory()
    return holding { [load] index in
      if let image = memory.images.withLock({ $0[index] }) { return image }
      let image = try load(index)
      memory.images.withLock { $0[index] = image }
      return image
    }
  }

  private final class Memory: Sendable {
    let images = Mutex<[Int: Image]>([:])
  }
}
