internal import Tensors

/// Evaluates a softmax loss of scaled cosines, with a margin on the cosine of the true class.
///
/// - Parameter target: maps the cosine of the true class to the value that replaces it, and to the slope there.
func evaluateOnSphere<Element>(
  _ batch: LabelledFeatures<Element>,
  _ classifier: Classifier<Element>,
  scale: Double,
  target: (Element) -> (value: Element, slope: Element)
) -> ClassificationLossValue<Element> {
  require(scale > 0, "the scale \(scale) of the cosines is not positive")
  let (features, featureNorms) = batch.features.unitRowsAndNorms()
  let (weights, weightNorms) = classifier.weights.unitRowsAndNorms()
  var loss = CrossEntropy(features, batch.labels, Classifier(weights: weights))
  loss.scale = Element(scale)
  var result = loss.evaluate(target: target)
  result.featureGradient.passThroughNormalisation(of: features, norms: featureNorms)
  result.weightGradient.passThroughNormalisation(of: weights, norms: weightNorms)
  result.biasGradient = Tensor(zeros: [classifier.classCount])
  return result
}
