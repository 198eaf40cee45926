internal import Foundation
internal import Losses
internal import Tensors
internal import Testing

@Suite("Losses at their edges")
struct DegenerateTests {
  @Test("do not depend on the order of a batch", arguments: NamedLoss.all)
  func permutation(loss: NamedLoss) {
    let example = Example(seed: 23)
    let order = [3, 0, 9, 7, 1, 2, 8, 6, 4, 5]
    let (first, second) = (loss.evaluate(example), loss.evaluate(example.permuted(order)))
    #expect(abs(first.value - second.value) < 1e-12 * max(1, abs(first.value)))
    let wanted = order.map { first.features.row($0) }
    #expect(largestDifference(second.features, wanted) < 1e-12)
  }

  @Test("one class only: nothing to part")
  func oneClass() {
    let batch = LabelledFeatures<Double>(tensor([[1, 0], [0, 1]]), labels: [0, 0])
    let centres = Centres<Double>(classCount: 1, featureCount: 2)
    let margin = MinimumMarginLoss(margin: 280).evaluate(centres, of: batch.classes)
    #expect(margin.value == 0)
    #expect(margin.centreGradient.rows.elements == [0, 0])
    let range = RangeLoss(rangeCount: 2, margin: 100, intraWeight: 1, interWeight: 1).evaluate(batch)
    #expect(abs(range.value - 2) < 1e-12)
    let classifier = Classifier<Double>(weights: tensor([[1, 2]]))
    #expect(SoftmaxLoss().evaluate(batch, classifier: classifier).value == 0)
  }

  @Test("a batch without pairs of a class: no range, no same-class margin")
  func noPairs() {
    let batch = LabelledFeatures<Double>(tensor([[1, 0], [-1, 0]]), labels: [0, 1])
    let range = RangeLoss(rangeCount: 2, margin: 4, intraWeight: 1, interWeight: 1).evaluate(batch)
    #expect(range.value == 0)
    #expect(range.featureGradient.elements.allSatisfy { $0 == 0 })
    let single = LabelledFeatures<Double>(tensor([[1, 0]]), labels: [4])
    #expect(MarginalLoss().evaluate(single).value == 0)
    #expect(RangeLoss().evaluate(single).value == 0)
  }

  @Test("zero features have no direction and no gradient in it")
  func zeroNorm() {
    let batch = LabelledFeatures<Double>(tensor([[0, 0], [3, 4]]), labels: [0, 1])
    let classifier = Classifier<Double>(weights: tensor([[1, 0], [0, 0]]))
    for result in [
      AMSoftmaxLoss().evaluate(batch, classifier: classifier),
      ArcFaceLoss().evaluate(batch, classifier: classifier),
    ] {
      #expect(result.value.isFinite)
      #expect(result.featureGradient.row(0) == [0, 0])
      #expect(result.weightGradient.row(1) == [0, 0])
      #expect(result.weightGradient.elements.allSatisfy { $0.isFinite })
    }
    let marginal = MarginalLoss().evaluate(batch)
    #expect(marginal.value.isFinite && marginal.featureGradient.row(0) == [0, 0])
  }

  @Test("coinciding centres and samples stay finite")
  func coinciding() {
    let centres = Centres<Double>(tensor([[2, 2], [2, 2], [9, 9]]))
    let margin = MinimumMarginLoss(margin: 5).evaluate(centres, of: [0, 1, 2])
    #expect(margin.value == 10)
    #expect(margin.centreGradient.rows.elements.allSatisfy { $0 == 0 })
    let samples = LabelledFeatures<Double>(tensor([[1, 1], [1, 1], [2, 1]]), labels: [0, 0, 0])
    let range = RangeLoss(rangeCount: 3, margin: 0, intraWeight: 1, interWeight: 1).evaluate(samples)
    #expect(range.value == 0)
    #expect(range.featureGradient.elements.allSatisfy { $0 == 0 })
  }

  @Test("logits of thousands do not overflow", arguments: [1e3, 1e6, 1e30])
  func largeLogits(size: Double) {
    let batch = LabelledFeatures<Float>(tensor([[size, 0], [0, size]]), labels: [0, 0])
    let classifier = Classifier<Float>(weights: tensor([[1, 0], [0, 1]]))
    let result = SoftmaxLoss().evaluate(batch, classifier: classifier)
    // The first sample is certain of its class, the second of the other: the mean is half the logit.
    #expect(abs(result.value / (size / 2) - 1) < 1e-6)
    #expect(result.featureGradient.elements == [0, 0, -0.5, 0.5])
  }

  @Test("a NaN in a feature makes the loss NaN", arguments: NamedLoss.all)
  func nan(loss: NamedLoss) {
    var example = Example(seed: 29)
    var features = example.batch.features
    features[2, 3] = .nan
    example.batch = example.moved(features)
    #expect(loss.evaluate(example).value.isNaN)
  }

  @Test("Float softmax of many classes agrees with Double, and its exponentials with libm")
  func manyClasses() {
    let example = Example(seed: 31, samples: 30, classes: 1500, width: 40, size: 3)
    let batch = LabelledFeatures<Float>(
      tensor((0..<30).map { example.batch.features.row($0) }),
      labels: example.batch.labels
    )
    let weights: Tensor<Float> = tensor((0..<1500).map { example.classifier.weights.row($0) })
    let classifier = Classifier(weights: weights, bias: vector(example.classifier.bias.elements))
    let (float, double) = (
      SoftmaxLoss().evaluate(batch, classifier: classifier),
      SoftmaxLoss().evaluate(example.batch, classifier: example.classifier)
    )
    #expect(abs(float.value - double.value) < 1e-5 * double.value)
    let wanted = (0..<1500).map { double.weightGradient.row($0) }
    #expect(largestDifference(float.weightGradient, wanted) < 1e-6)
  }

  @Test("the same batch gives the same bits")
  func sameBits() {
    let example = Example(seed: 37, samples: 20, classes: 3000, width: 33)
    let first = SoftmaxLoss().evaluate(example.batch, classifier: example.classifier)
    let second = SoftmaxLoss().evaluate(example.batch, classifier: example.classifier)
    #expect(first.value == second.value)
    #expect(first.weightGradient.elements == second.weightGradient.elements)
    #expect(first.featureGradient.elements == second.featureGradient.elements)
  }
}
