internal import Tensors

/// Softmax on the hypersphere with a margin taken from the cosine of the true class (AM-Softmax, CosFace).
///
/// ```
/// L = −1/m Σᵢ log( e^{s(cos θ(yᵢ) − μ)} / (e^{s(cos θ(yᵢ) − μ)} + Σⱼ≠yᵢ e^{s·cos θⱼ}) )
/// ```
///
/// A mean over the batch. θⱼ is the angle between the feature and the weights of class j, both normalised;
/// the bias is not read. A zero vector has no direction: its cosines are 0, its gradient 0.
///
/// Source: Wang et al., Additive Margin Softmax, 2018, and CosFace, CVPR 2018. Defaults: s = 64, μ = 0.35.
public struct AMSoftmaxLoss: Codable, Hashable, Sendable {
  /// s, the factor on cosines.
  public var scale: Double
  /// μ, subtracted from the cosine of the true class.
  public var margin: Double

  public init(scale: Double = 64, margin: Double = 0.35) {
    self.scale = scale
    self.margin = margin
  }

  /// Returns the loss of a batch and its gradients in features and weights.
  ///
  /// - Precondition: each label is a class of the classifier, whose weights have the features' length.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func evaluate<Element>(
    _ batch: LabelledFeatures<Element>,
    classifier: Classifier<Element>
  ) -> ClassificationLossValue<Element> {
    let margin = Element(margin)
    return evaluateOnSphere(batch, classifier, scale: scale) { cosine in (cosine - margin, 1) }
  }
}

extension AMSoftmaxLoss: Loss {
  public static var key: String { "amSoftmax" }
  public var name: String { "AM-softmax" }
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
