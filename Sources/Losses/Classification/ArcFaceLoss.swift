internal import Foundation
internal import Tensors

/// Softmax on the hypersphere with a margin added to the angle of the true class.
///
/// ```
/// L = −1/m Σᵢ log( e^{s·cos(θ(yᵢ) + μ)} / (e^{s·cos(θ(yᵢ) + μ)} + Σⱼ≠yᵢ e^{s·cos θⱼ}) )
/// ```
///
/// A mean over the batch. θⱼ is the angle between the feature and the weights of class j, both normalised;
/// the bias is not read. cos(θ + μ) is used for all angles, also beyond π − μ, where some codes switch to an
/// "easy margin". A zero vector has no direction: its cosines are 0, its gradient 0. Where a feature lies
/// exactly along its class the slope in the angle has no direction, and its gradient is 0.
///
/// Source: Deng et al., ArcFace, CVPR 2019, equation 3. Defaults: s = 64, μ = 0.5.
public struct ArcFaceLoss: Codable, Hashable, Sendable {
  /// s, the factor on cosines.
  public var scale: Double
  /// μ, added to the angle of the true class, in radians.
  public var margin: Double

  public init(scale: Double = 64, margin: Double = 0.5) {
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
    let (sine, cosine) = (Element(sin(margin)), Element(cos(margin)))
    return evaluateOnSphere(batch, classifier, scale: scale) { along in
      let across = max(0, 1 - along * along).squareRoot()
      // d cos(θ + μ) / d cos θ = cos μ + cot θ · sin μ
      let slope = across > 0 || across.isNaN ? cosine + sine * along / across : cosine
      return (along * cosine - across * sine, slope)
    }
  }
}

extension ArcFaceLoss: Loss {
  public static var key: String { "arcFace" }
  public var name: String { "ArcFace" }
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
