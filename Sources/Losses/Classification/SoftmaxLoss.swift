internal import Tensors

/// Cross entropy of a linear classifier: what all five models of the paper are trained with.
///
/// ```
/// L = −1/m Σᵢ log( exp(z(i, yᵢ)) / Σⱼ exp(z(i, j)) )        z(i, j) = wⱼ·xᵢ + bⱼ
/// ```
///
/// A mean over the batch's m samples (Wen et al. write the sum; ArcFace and facenet take the mean). Features
/// and weights are taken as they are. The exponent's largest term is subtracted, so that no finite logit
/// overflows.
///
/// Source: Wen et al., ECCV 2016, equation 1; Deng et al., ArcFace, equation 1.
public struct SoftmaxLoss: Codable, Hashable, Sendable {
  public init() {}

  /// Returns the loss of a batch and its gradients in features, weights and bias.
  ///
  /// - Precondition: each label is a class of the classifier, whose weights have the features' length.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(
    _ batch: LabelledFeatures<Element>,
    classifier: Classifier<Element>
  ) -> ClassificationLossValue<Element> {
    CrossEntropy(batch.features, batch.labels, classifier).evaluate()
  }
}

extension SoftmaxLoss: Loss {
  public static var key: String { "softmax" }
  public var name: String { "softmax" }
  public var needs: [LossNeed] { [.classifier] }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func add<Element>(
    to sum: inout ObjectiveValue<Element>,
    times weight: Double,
    of input: LossInput<Element>
  ) -> Double {
    let result = evaluate(input.batch, classifier: input.classifier)
    sum.add(result, times: weight)
    return result.value
  }
}
