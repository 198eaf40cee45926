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

  /// Pools image features.
  ///
  /// - Parameters:
  ///   - features: `[image, dimension]`.
  ///   - templates: the template of each image, any whole number.
  ///   - media: the medium of each image; equal numbers in two templates are two media.
  ///   - weights: the weight of each image, for example its detector's score; `nil` weighs all as 1.
  /// - Precondition: one template, medium and weight for each row of `features`.
  public init(pooling features: Tensor<Element>, templates: [Int], media: [Int], weights: [Element]? = nil) {
    require(
      templates.count == features.rowCount && media.count == features.rowCount,
      "\(features.rowCount) features, \(templates.count) templates and \(media.count) media: give one of each for every"
        + " image"
    )
    if let weights {
      require(weights.count == features.rowCount, "\(weights.count) weights for \(features.rowCount) images")
    }
    table = IDTable(templates)
    let ids = table.ids
    // Images by template, then medium, then row: so each sum is added in the order of the rows.
    let order = templates.indices.sorted {
      (templates[$0], media[$0], $0) < (templates[$1], media[$1], $1)
    }
    var pooled = Tensor<Element>(zeros: [ids.count, features.rowLength])
    var start = 0
    var row = 0
    while start < order.count {
      let (template, medium) = (templates[order[start]], media[order[start]])
      var end = start
      while end < order.count, templates[order[end]] == template, media[order[end]] == medium { end += 1 }
      if template != ids[row] { row += 1 }
      addMean(of: order[start..<end], in: features, weights: weights, to: row, of: &pooled)
      start = end
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

/// Adds the mean of some rows to one row of a sum.
private func addMean<Element: Scalar>(
  of rows: ArraySlice<Int>,
  in features: Tensor<Element>,
  weights: [Element]?,
  to target: Int,
  of pooled: inout Tensor<Element>
) {
  let length = features.rowLength
  let scale = 1 / Element(rows.count)
  features.withUnsafePointer { source in
    pooled.withUnsafeMutablePointer { pooled in
      var sum = [Element](repeating: 0, count: length)
      for row in rows {
        let weight = weights.map { $0[row] } ?? 1
        for column in 0..<length { sum[column] += weight * source[row * length + column] }
      }
      for column in 0..<length { pooled[target * length + column] += scale * sum[column] }
    }
  }
}
