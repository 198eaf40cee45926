internal import Tensors

/// Keeps same-class pairs of a batch within a threshold and different-class pairs beyond it.
///
/// ```
/// L = 1/(m² − m) Σᵢ Σⱼ≠ᵢ max(0, ξ − yᵢⱼ·(θ − dᵢⱼ))        dᵢⱼ = ‖xᵢ/‖xᵢ‖ − xⱼ/‖xⱼ‖‖²
/// ```
///
/// yᵢⱼ is 1 for one class and −1 for two. A mean over the ordered pairs of the batch's m samples. Distances
/// are squared Euclidean, in `0...4`, between features normalised row by row; a zero feature has no direction,
/// counts as the zero vector and gets no gradient. A batch of one sample has no pairs: value and gradient 0.
///
/// Source: Deng, Zhou and Zafeiriou, Marginal Loss for Deep Face Recognition, CVPRW 2017. A public code of it
/// divides by the norm of the whole batch, halves the distance and sums i < j only: not so here.
public struct MarginalLoss: Codable, Hashable, Sendable {
  /// θ, the squared distance that separates same-class from different-class pairs.
  public var threshold: Double
  /// ξ, the least wanted distance of a pair from the threshold.
  public var errorMargin: Double

  public init(threshold: Double = 1.2, errorMargin: Double = 0.3) {
    self.threshold = threshold
    self.errorMargin = errorMargin
  }

  /// Returns the loss of a batch and its gradient in the features.
  ///
  /// - Complexity: samples² × features, as two matrix products.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(_ batch: LabelledFeatures<Element>) -> LossValue<Element> {
    let (count, width) = (batch.count, batch.featureCount)
    let (rows, norms) = batch.features.unitRowsAndNorms()
    guard count > 1 else { return LossValue(value: 0, featureGradient: Tensor(zeros: [count, width])) }
    var signs = rows.squaredDistances()
    var gradient = rows
    let pairs = Double(count * (count - 1))
    let factor = Element(4 / pairs)
    var sum = 0.0
    signs.withUnsafeMutablePointer { signs in
      gradient.withUnsafeMutablePointer { gradient in
        for i in 0..<count {
          sum += keepSigns(signs + i * count, of: i, in: batch.labels)
          let degree = (0..<count).reduce(0) { $0 + signs[i * count + $1] }
          for k in 0..<width { gradient[i * width + k] *= factor * degree }
        }
        rows.withUnsafePointer { rows in
          Element.multiply(
            rows: count,
            columns: width,
            inner: count,
            scale: -factor,
            signs,
            stride: count,
            transposed: false,
            rows,
            stride: width,
            transposed: false,
            keeping: 1,
            into: gradient,
            stride: width
          )
        }
      }
    }
    gradient.passThroughNormalisation(of: rows, norms: norms)
    return LossValue(value: sum / pairs, featureGradient: gradient)
  }

  /// Replaces each squared distance by yᵢⱼ where the pair adds to the loss, else by 0; returns the sum of what the pairs add.
  private func keepSigns<Element: Scalar>(
    _ row: UnsafeMutablePointer<Element>,
    of sample: Int,
    in labels: [Int]
  ) -> Double {
    let (threshold, errorMargin) = (Element(threshold), Element(errorMargin))
    var sum = 0.0
    for j in labels.indices {
      let sign: Element = labels[j] == labels[sample] ? 1 : -1
      let hinge = errorMargin - sign * (threshold - row[j])
      let isActive = j != sample && !(hinge <= 0)
      if isActive { sum += Double(hinge) }
      row[j] = isActive ? sign : 0
    }
    return sum
  }
}

extension MarginalLoss: Loss {
  public static var key: String { "marginal" }
  public var name: String { "marginal" }
  public var needs: [LossNeed] { [] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let result = evaluate(input.batch)
    sum.addFeatureGradient(result.featureGradient, times: weight)
    return result.value
  }
}
