internal import Benchmarks
internal import Faces
internal import Synchronization
internal import Tensors
internal import Testing

/// Features in memory that tell how they are read.
private final class WatchedFeatures: FeatureSource {
  let features: Tensor<Float>
  private let reads = Mutex<[Range<Int>]>([])

  init(_ features: Tensor<Float>) { self.features = features }

  var rowCount: Int { features.rowCount }
  var rowLength: Int { features.rowLength }
  var ranges: [Range<Int>] { reads.withLock { $0 } }

  func read(_ rows: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    reads.withLock { $0.append(rows) }
    features.read(rows, into: destination)
  }
}

@Suite("Templates pooled from rows that are read as they are needed")
struct TemplatePoolingTests {
  private static func draw(_ count: Int, _ length: Int, seed: UInt64) -> (Tensor<Float>, [Float]) {
    var random = SeededGenerator(seed: seed)
    let numbers = (0..<count * length).map { _ in Float(random.normal()) }
    return (Tensor(numbers, shape: [count, length]), (0..<count).map { _ in Float(random.uniform()) })
  }

  /// The sums in the order that the formula has, template by template, medium by medium and row by row.
  private static func plainLoop(_ features: Tensor<Float>, _ images: [IJBList.Entry], _ weights: [Float]?)
    -> [Float]
  {
    var result: [Float] = []
    for template in Set(images.map(\.template)).sorted() {
      var pooled = [Float](repeating: 0, count: features.rowLength)
      for medium in Set(images.filter { $0.template == template }.map(\.medium)).sorted() {
        let rows = images.indices.filter { images[$0].template == template && images[$0].medium == medium }
        var sum = [Float](repeating: 0, count: features.rowLength)
        for row in rows {
          for column in sum.indices { sum[column] += (weights?[row] ?? 1) * features[row, column] }
        }
        let scale = 1 / Float(rows.count)
        for column in sum.indices { pooled[column] += scale * sum[column] }
      }
      result += Tensor(pooled, shape: [1, pooled.count]).normalisedRows().elements
    }
    return result
  }

  @Test("have the bits of a plain loop, in whatever order the images stand", arguments: [false, true])
  func bits(isShuffled: Bool) throws {
    let (features, weights) = Self.draw(500, 24, seed: 4)
    var random = SeededGenerator(seed: 8)
    // 61 templates, of which every third has media with several frames.
    let images = (0..<500).map { place in
      let template = place * 61 / 500
      let medium = template % 3 == 0 ? place / 3 % 4 : place % 4
      return IJBList.Entry(path: "\(place)", template: 1_000_000_007 * template, medium: medium)
    }
    let order = isShuffled ? images.indices.shuffled(using: &random) : Array(images.indices)
    let shuffled = order.map { images[$0] }
    for weights in [nil, weights] {
      let source = WatchedFeatures(features)
      let found = try Templates(pooling: source, of: shuffled, weights: weights)
      let expected = Self.plainLoop(features, shuffled, weights).map(\.bitPattern)
      #expect(found.features.elements.map(\.bitPattern) == expected)
      let inMemory = Templates(
        pooling: features,
        templates: shuffled.map(\.template),
        media: shuffled.map(\.medium),
        weights: weights
      )
      #expect(inMemory.features.elements == found.features.elements && inMemory.ids == found.ids)
      #expect(source.ranges.flatMap(\.self).sorted() == Array(0..<500), "each row is read once")
    }
  }

  @Test("are read in runs of rows, a few of them at a time")
  func runs() throws {
    let (features, _) = Self.draw(4000, 64, seed: 2)
    let images = (0..<4000).map { IJBList.Entry(path: "\($0)", template: $0 / 40, medium: $0 / 4) }
    let source = WatchedFeatures(features)
    _ = try Templates(pooling: source, of: images)
    #expect(source.ranges.map(\.count).max() == 256 && source.ranges.count == 16)
    #expect(source.ranges.map(\.lowerBound) == source.ranges.map(\.lowerBound).sorted())
  }

  @Test("name the image of a feature that is not finite, and refuse another number of images")
  func refusals() throws {
    var (features, _) = Self.draw(6, 8, seed: 3)
    let images = (0..<6).map { IJBList.Entry(path: "\($0).jpg", template: $0 % 2, medium: $0) }
    #expect(throws: EvaluationError.counts(what: "images", found: 5, expected: 6)) {
      _ = try Templates(pooling: features, of: Array(images.dropLast()))
    }
    features[3, 7] = .infinity
    #expect(throws: EvaluationError.notFinite(what: "3.jpg", row: 3)) {
      _ = try Templates(pooling: features, of: images)
    }
  }
}
