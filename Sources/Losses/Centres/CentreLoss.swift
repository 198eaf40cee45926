internal import Tensors

/// Pulls each feature towards the centre of its class.
///
/// ```
/// L = ½ Σᵢ ‖xᵢ − c(yᵢ)‖²        ∂L/∂xᵢ = xᵢ − c(yᵢ)
/// ```
///
/// A sum over the batch, not a mean. Distances are squared Euclidean; features are taken as they are, not
/// normalised. Centres are constants here: `Centres.update` moves them.
///
/// Source: Wen et al., ECCV 2016, equation 2. facenet's code takes the mean over batch and features without
/// the half; Wen's own Caffe layer divides by the batch.
public struct CentreLoss: Codable, Hashable, Sendable {
  public init() {}

  /// Returns the loss of a batch and its gradient in the features.
  ///
  /// - Precondition: each label has a centre, of the features' length.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(
    _ batch: LabelledFeatures<Element>,
    centres: Centres<Element>
  ) -> LossValue<Element> {
    centres.requireFit(batch)
    let width = batch.featureCount
    var gradient = batch.features
    var sum = 0.0
    gradient.withUnsafeMutablePointer { rows in
      centres.values.withUnsafePointer { table in
        for (sample, label) in batch.labels.enumerated() {
          let (row, centre) = (rows + sample * width, table + label * width)
          for k in 0..<width { row[k] -= centre[k] }
          sum += Double(innerProduct8(row, row, width))
        }
      }
    }
    return LossValue(value: sum / 2, featureGradient: gradient)
  }
}

extension CentreLoss: Loss {
  public static var key: String { "centre" }
  public var name: String { "centre" }
  public var needs: [LossNeed] { [.centres] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let result = evaluate(input.batch, centres: input.centres)
    sum.addFeatureGradient(result.featureGradient, times: weight)
    return result.value
  }
}
