internal import Faces
public import Tensors

/// One feature a template: what IJB-B and IJB-C compare, pooled from stills and video frames of a person.
///
/// ```
/// t = normalised( Σ over media  mean over the images of one medium  x )
/// score(s, t) = s · t
/// ```
///
/// A medium is a still or a video: the frames of one video count as much as one still. Image features are
/// taken as they are; the template is l2-normalised, a template of length zero stays zero.
///
/// Source: the IJB-B and IJB-C 1:1 protocol as InsightFace's `ijb_11.py` scores it.
public struct Templates<Element: Scalar>: Sendable {
  /// The ids of the templates, ascending.
  public var ids: [Int] { table.ids }
  /// The pooled features, `[template, dimension]`, each of unit length.
  public let features: Tensor<Element>
  private let table: IDTable

  /// Pools image features in memory.
  ///
  /// - Parameters:
  ///   - features: `[image, dimension]`.
  ///   - templates: the template of each image, any whole number.
  ///   - media: the medium of each image; equal numbers in two templates are two media.
  ///   - weights: the weight of each image, for example its detector's score; `nil` weighs all as 1.
  /// - Precondition: one template, medium and weight for each row of `features`.
  public init(pooling features: Tensor<Element>, templates: [Int], media: [Int], weights: [Element]? = nil) {
    do {
      try self.init(reading: features, templates: templates, media: media, weights: weights)
    } catch { preconditionFailure("rows of a tensor could not be read: \(error)") }
  }

  /// Pools image features that are read as they are needed: a few rows of them are in memory at a time.
  ///
  /// Rows are read template by template; those that follow each other in the source are read together.
  ///
  /// - Parameter check: looks at each feature, with its row in the source, before it is pooled.
  /// - Throws: what reading or the check throws.
  /// - Precondition: as ``init(pooling:templates:media:weights:)``.
  init(
    reading features: some FeatureSource<Element>,
    templates: [Int],
    media: [Int],
    weights: [Element]? = nil,
    check: (_ row: Int, _ numbers: UnsafeBufferPointer<Element>) throws -> Void = { _, _ in }
  ) throws {
    let (count, length) = (features.rowCount, features.rowLength)
    require(
      templates.count == count && media.count == count,
      "\(count) features, \(templates.count) templates and \(media.count) media: give one of each for every image"
    )
    if let weights { require(weights.count == count, "\(weights.count) weights for \(count) images") }
    table = IDTable(templates)
    // Images by template, then medium, then row: so each sum is added in the order of the rows.
    let order = templates.indices.sorted {
      (templates[$0], media[$0], $0) < (templates[$1], media[$1], $1)
    }
    var pooled = Tensor<Element>(zeros: [table.ids.count, length])
    // The features of one medium, added.
    let sum = UnsafeMutableBufferPointer<Element>.allocate(capacity: length)
    defer { sum.deallocate() }
    sum.initialize(repeating: 0)
    // The template's row of the result, and the first place of the medium.
    var (result, first) = (0, 0)
    try forEachRow(of: SelectedFeatures(features, rows: order)) { place, numbers in
      let (row, next) = (order[place], place + 1)
      try check(row, numbers)
      if place > 0, templates[row] != templates[order[place - 1]] { result += 1 }
      add(numbers, times: weights.map { $0[row] } ?? 1, to: sum)
      if next < order.count, templates[order[next]] == templates[row], media[order[next]] == media[row] {
        return
      }
      pooled.withUnsafeMutablePointer { pooled in
        let target = UnsafeMutableBufferPointer(start: pooled + result * length, count: length)
        move(sum, times: 1 / Element(next - first), to: target)
      }
      first = next
    }
    pooled.normaliseRows()
    self.features = pooled
  }

  /// The row of a template in ``features``; `nil` for an id that no image has.
  public func index(ofTemplate id: Int) -> Int? { table[id] }

  /// Scores pairs of rows of ``features``: the dot product, a similarity in `-1...1`.
  ///
  /// - Precondition: every index is a row.
  public func scores(_ pairs: [(first: Int, second: Int)]) -> [Element] {
    features.withUnsafePointer { base in
      let rows = SharedRows(base: base, rowCount: features.rowCount, length: features.rowLength)
      return pairs.map { rows.dot($0.first, $0.second) }
    }
  }
}

/// Adds a multiple of a row to another.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func add<Element: Scalar>(
  _ row: UnsafeBufferPointer<Element>,
  times factor: Element,
  to target: UnsafeMutableBufferPointer<Element>
) {
  for column in 0..<min(row.count, target.count) { target[column] += factor * row[column] }
}

/// Adds a multiple of a sum to a row, and begins the sum anew.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func move<Element: Scalar>(
  _ sum: UnsafeMutableBufferPointer<Element>,
  times factor: Element,
  to target: UnsafeMutableBufferPointer<Element>
) {
  add(UnsafeBufferPointer(sum), times: factor, to: target)
  for column in sum.indices { sum[column] = 0 }
}
