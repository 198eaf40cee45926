internal import Losses
internal import Tensors
internal import TestSupport
internal import Testing

@Suite("Gradients are the slopes of the values")
struct GradientTests {
  @Test("in the features", arguments: NamedLoss.all, [1, 2, 3] as [UInt64])
  func features(loss: NamedLoss, seed: UInt64) {
    let example = Example(seed: seed)
    let error = gradientError(of: loss.evaluate(example).features, at: example.batch.features) {
      var moved = example
      moved.batch = example.moved($0)
      return loss.evaluate(moved).value
    }
    #expect(error < 1e-7)
  }

  @Test("in the features, small and large ones", arguments: NamedLoss.all, [0.1, 3])
  func scales(loss: NamedLoss, size: Double) {
    let example = Example(seed: 7, size: size)
    let error = gradientError(of: loss.evaluate(example).features, at: example.batch.features) {
      var moved = example
      moved.batch = example.moved($0)
      return loss.evaluate(moved).value
    }
    #expect(error < 1e-5)
  }

  typealias Classification =
    @Sendable (LabelledFeatures<Double>, Classifier<Double>) -> ClassificationLossValue<Double>
  static let classifications: [Classification] = [
    { SoftmaxLoss().evaluate($0, classifier: $1) },
    { AMSoftmaxLoss(scale: 8, margin: 0.35).evaluate($0, classifier: $1) },
    { ArcFaceLoss(scale: 8, margin: 0.5).evaluate($0, classifier: $1) },
  ]

  @Test("in weights and bias", arguments: classifications.indices)
  func classifier(index: Int) {
    let evaluate = Self.classifications[index]
    let example = Example(seed: 11, classes: 150)
    let result = evaluate(example.batch, example.classifier)
    let weights = gradientError(of: result.weightGradient, at: example.classifier.weights) {
      evaluate(example.batch, Classifier(weights: $0, bias: example.classifier.bias)).value
    }
    let bias = gradientError(of: result.biasGradient, at: example.classifier.bias) {
      evaluate(example.batch, Classifier(weights: example.classifier.weights, bias: $0)).value
    }
    #expect(weights < 1e-7)
    #expect(bias < 1e-7)
  }

  @Test("in the centres, for the minimum margin", arguments: [0, 2, 6, 100])
  func centres(margin: Double) {
    let example = Example(seed: 13)
    let loss = MinimumMarginLoss(margin: margin)
    let result = loss.evaluate(example.centres, of: [0, 1, 3, 4])
    let full = spread(result.centreGradient, over: example.centres)
    let error = gradientError(of: full, at: example.centres.values) {
      loss.evaluate(Centres($0), of: [0, 1, 3, 4]).value
    }
    #expect(error < 1e-7)
    #expect((result.value > 0) == (margin > 2))
  }

  @Test(
    "through the centres' update, for both rules",
    arguments: [
      CentreUpdate.wen(rate: 0.5), .facenet(retention: 0.9),
    ]
  )
  func throughUpdate(rule: CentreUpdate) {
    let example = Example(seed: 17)
    let objective = Objective(
      [.minimumMargin(weight: 0.1, margin: 6, by: .throughUpdate)],
      centreUpdate: rule
    )
    let result = objective.evaluate(example.batch, centres: example.centres)
    let error = gradientError(of: result.featureGradient, at: example.batch.features) {
      objective.evaluate(example.moved($0), centres: example.centres).value
    }
    #expect(result.value > 0)
    #expect(error < 1e-7)
    // The value is the plain loss of the centres that the update makes.
    var after = example.centres
    after.update(with: example.batch, by: rule)
    let plain = MinimumMarginLoss(margin: 6).evaluate(after, of: example.batch.classes)
    #expect(abs(result.value - 0.1 * plain.value) < 1e-12)
  }

  private func spread(_ gradient: CentreGradient<Double>, over centres: Centres<Double>) -> Tensor<Double> {
    var full = Tensor<Double>(zeros: centres.values.shape)
    for (row, label) in gradient.classes.enumerated() {
      for column in 0..<centres.featureCount { full[label, column] = gradient.rows[row, column] }
    }
    return full
  }
}
